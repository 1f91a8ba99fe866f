import { readFileSync } from "node:fs";
import { type Account, accountOf, placeOf, type Subject } from "./account";
import type { Stack } from "./policy";
import { read, readText } from "./reading";

/** The environment variable with the path of the baseline, where the configuration names none. */
const BASELINE_VARIABLE = "SUBACCOUNTS_BASELINE";

/** The configuration's property of every policy that compares with the state before the run. */
export const baselineSchema = {
  type: "string",
  description: `path of the state before the run, as \`pulumi stack export --file\` writes it; absolute, or relative to the pack's folder. Without it, the environment variable \`${BASELINE_VARIABLE}\``,
} as const;

/** It cannot be known what the run changes: the state before it is missing, unreadable, or another stack's. */
export class BaselineError extends Error {}

/** An account as the state before the run has it. */
interface FormerAccount {
  readonly account: Account;
  readonly id: string | undefined;
  /** Removing its resource leaves the account at the vendor, by `deletionPolicy` or `retainOnDelete`. */
  readonly isRetained: boolean;
}

/** What an exported state holds of a resource, as far as it is looked at. */
interface StateResource {
  readonly type: string;
  readonly urn: string;
  readonly id?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
  readonly external?: boolean;
  readonly delete?: boolean;
}

/** An account of the baseline, and the one that the stack now holds in its place, if any. */
export interface Pair {
  readonly before: FormerAccount;
  readonly now: Account | undefined;
}

/**
 * The accounts of the state before the run, each with what became of it. Pulumi shows a policy what a stack is going to
 * hold, never what it is going to lose.
 * @throws BaselineError if there is no such state to compare with
 */
export function compareWithBaseline(stack: Stack, config: { readonly baseline?: string }): Pair[] {
  const former = baseline(stack, config.baseline || process.env[BASELINE_VARIABLE]);
  const byUrn = new Map(former.map((each) => [each.account.urn, each]));
  const byId = new Map(former.map((each) => [`${each.account.vendor} ${each.id}`, each]));
  const successors = new Map<FormerAccount, Account>();
  for (const account of stack.accounts) {
    // As the engine does: one's own former state comes first, an alias counts only without it.
    const urn = [account.urn, ...account.opts.aliases].find((each) => byUrn.has(each));
    const before = urn === undefined ? undefined : byUrn.get(urn);
    const adopted = byId.get(`${account.vendor} ${readText(account.props, "adopt")}`);
    if (adopted) successors.set(adopted, account);
    if (before) successors.set(before, account);
  }
  return former.map((before) => ({ before, now: successors.get(before) }));
}

function baseline(stack: Stack, path: string | undefined): FormerAccount[] {
  if (path === undefined) {
    throw new BaselineError(
      `nobody can know what this run deletes or raises without the state before it. Run pulumi stack export --file <file> before, and name the file in the policy's baseline or in ${BASELINE_VARIABLE}`,
    );
  }
  const resources = resourcesOf(path);
  const [first] = resources;
  const { place } = stack;
  if (first && place) {
    const { stack: name, project } = placeOf(first.urn);
    if (name !== place.stack || project !== place.project) {
      throw new BaselineError(
        `the baseline is of stack ${name} of project ${project}, and this run is of stack ${place.stack} of project ${place.project}. Export the state of this one`,
      );
    }
  }
  return resources.flatMap((resource) => {
    if (resource.delete || resource.external) return [];
    const account = accountOf(subjectOf(resource));
    if (account === undefined) return [];
    const policy = read(account.props, "deletionPolicy");
    const isRetained = resource.retainOnDelete === true || (policy.isKnown && policy.value === "retain");
    return [{ account, id: resource.id, isRetained }];
  });
}

function resourcesOf(path: string): readonly StateResource[] {
  let state: unknown;
  try {
    state = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    // The text of a file that is no JSON may be a state, and so be quoted by the parser.
    const why = error instanceof Error && "code" in error ? String(error.code) : "it is no JSON";
    throw new BaselineError(
      `the baseline ${path} cannot be read (${why}). Write it by pulumi stack export --file <file>, and give its absolute path`,
    );
  }
  const deployment = isObject(state) ? state["deployment"] : undefined;
  if (!isObject(deployment)) {
    throw new BaselineError(
      `the baseline ${path} is no exported state: it has no deployment. Write it by pulumi stack export --file <file>`,
    );
  }
  // A stack without resources has none to list.
  return (deployment["resources"] as readonly StateResource[] | undefined) ?? [];
}

function subjectOf({ type, urn, inputs, outputs, protect = false }: StateResource): Subject {
  const props = { ...inputs, ...outputs };
  const name = urn.split("::").slice(3).join("::");
  return { type, urn, name, props, opts: { protect, aliases: [], additionalSecretOutputs: [] } };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
