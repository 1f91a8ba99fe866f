import { type Account, accountOf, placeOf, type Subject } from "./account";
import { isEndedByReplacement } from "./effects";
import { type FormerKey, type Key, keyOf } from "./key";
import type { Report, Stack } from "./policy";
import { read, readText } from "./reading";
import { BaselineError, readState, type StateResource, subjectOf, tenantOf } from "./state";

/** The environment variable with the path of the baseline, where the configuration names none. */
const BASELINE_VARIABLE = "SUBACCOUNTS_BASELINE";

/** The configuration's property of every policy that compares with the state before the run. */
export const baselineSchema = {
  type: "string",
  description: `path of the state before the run, as \`pulumi stack export --file\` writes it; absolute, or relative to the pack's folder. Without it, the environment variable \`${BASELINE_VARIABLE}\``,
} as const;

/** An account as the state before the run has it. */
interface FormerAccount {
  readonly account: Account;
  readonly id: string | undefined;
  /** Removing its resource leaves the account at the vendor, by `deletionPolicy` or `retainOnDelete`. */
  readonly isRetained: boolean;
  /** The engine replaces the resource in this run, or may do so beside another change. */
  readonly mayBeReplaced: boolean;
}

/** An account of the baseline, and the one that the stack now holds in its place, if any. */
export interface Pair {
  readonly before: FormerAccount;
  readonly now: Account | undefined;
  /** The run ends the account, or might. */
  readonly isEnded: boolean;
}

/** A key of the baseline, and the one that the stack now holds in its place, if any. */
interface KeyPair {
  readonly before: FormerKey;
  readonly now: Key | undefined;
}

/** The comparison with the state before the run. */
export interface Comparison {
  readonly pairs: readonly Pair[];
  /** Accounts of the stack that the baseline does not have. */
  readonly added: readonly Account[];
  /** Keys that a removal of their resource revokes. */
  readonly keys: readonly KeyPair[];
}

/**
 * Compares the stack with the state before the run: Pulumi shows a policy what a stack is going to hold, never what it
 * is going to lose. Where there is no such state it reports why.
 */
export function compareWithBaseline(
  stack: Stack,
  config: { readonly baseline?: string },
  report: Report,
): Comparison | undefined {
  try {
    return compare(stack, baseline(stack, config.baseline || process.env[BASELINE_VARIABLE]));
  } catch (error) {
    if (!(error instanceof BaselineError)) throw error;
    report(error.message);
    return undefined;
  }
}

function compare(stack: Stack, former: readonly StateResource[]): Comparison {
  const byUrn = new Map(former.map((resource) => [resource.urn, resource]));
  const pairs = pairsOf(
    stack.accounts,
    former.flatMap((resource) => formerAccount(resource, byUrn)),
    ({ account }) => account,
  );
  const keys = pairsOf(stack.keys, former.flatMap(formerKey), ({ key }) => key);
  // An account that moves by its id alone has no successor by URN.
  const adopting = new Map(
    stack.accounts.flatMap((account) => {
      const id = readText(account.props, "adopt");
      return id === undefined ? [] : [[`${account.vendor} ${id}`, account] as const];
    }),
  );
  const all = pairs.map(({ before, now: successor }) => {
    const { account, id, isRetained, mayBeReplaced } = before;
    const now = successor ?? adopting.get(`${account.vendor} ${id}`);
    const isGone = now === undefined || isEndedByReplacement(account, now, mayBeReplaced);
    return { before, now, isEnded: isGone && !isRetained };
  });
  const known = new Set(all.map(({ now }) => now));
  return { pairs: all, added: stack.accounts.filter((account) => !known.has(account)), keys };
}

/**
 * Pairs each former resource with the one in its place, as the engine does: an alias counts only without a state of one's
 * own. An alias of another vendor's resource is no successor.
 */
function pairsOf<Before, Now extends Subject & { readonly vendor: string }>(
  stack: readonly Now[],
  former: readonly Before[],
  of: (before: Before) => Now,
): { before: Before; now: Now | undefined }[] {
  const urns = new Set(former.map((before) => of(before).urn));
  const successors = new Map<string | undefined, Now>(
    stack.map((each) => [[each.urn, ...each.opts.aliases].find((urn) => urns.has(urn)), each]),
  );
  return former.map((before) => {
    const now = successors.get(of(before).urn);
    return { before, now: now?.vendor === of(before).vendor ? now : undefined };
  });
}

function baseline(stack: Stack, path: string | undefined): readonly StateResource[] {
  if (path === undefined) {
    throw new BaselineError(
      `there is no baseline, so it cannot be told what this run removes or changes. Run pulumi stack export --file <file> before it, and name the file in the policy's baseline or in ${BASELINE_VARIABLE}`,
    );
  }
  const resources = readState(path);
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
  return resources.filter((resource) => !resource.delete && !resource.external);
}

function formerAccount(resource: StateResource, byUrn: ReadonlyMap<string, StateResource>): FormerAccount[] {
  const found = accountOf(subjectOf(resource));
  if (found === undefined) return [];
  const tenant = tenantOf(resource, byUrn);
  const account = { ...found, ...(tenant && { tenant: subjectOf(tenant) }) };
  const policy = read(account.props, "deletionPolicy");
  const isRetained = resource.retainOnDelete === true || (policy.isKnown && policy.value === "retain");
  return [{ account, id: resource.id, isRetained, mayBeReplaced: mayBeReplaced(resource) }];
}

function formerKey(resource: StateResource): FormerKey[] {
  const key = keyOf(subjectOf(resource));
  if (key === undefined) return [];
  const { retainOnDelete: isRetained = false, initErrors = [] } = resource;
  return [{ key, isRetained, mayBeReplaced: mayBeReplaced(resource), isUnfinished: initErrors.length > 0 }];
}

/** By `pulumi state taint`, or the options `replacementTrigger` and `replaceWith`. */
function mayBeReplaced({ taint, replacementTrigger, replaceWith = [] }: StateResource): boolean {
  return taint === true || replacementTrigger !== undefined || replaceWith.length > 0;
}
