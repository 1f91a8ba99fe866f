import { type Subject, TENANT } from "./account";
import { readJson } from "./read-json";

/** It cannot be known what the run changes: the state before it is missing, unreadable, or another stack's. */
export class BaselineError extends Error {}

/** A resource of an exported state, in the fields that are read. */
export interface StateResource {
  readonly type: string;
  readonly urn: string;
  readonly id?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly parent?: string;
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
  readonly external?: boolean;
  readonly delete?: boolean;
  readonly taint?: boolean;
  readonly replacementTrigger?: unknown;
  readonly replaceWith?: readonly string[];
  readonly initErrors?: readonly string[];
}

/** Reads the resources of a file that `pulumi stack export` wrote. @throws BaselineError */
export function readState(path: string): readonly StateResource[] {
  const state = readJson(
    path,
    (why) =>
      new BaselineError(
        `the baseline ${path} cannot be read (${why}). Write it by pulumi stack export --file <file>, and give its absolute path`,
      ),
  );
  const deployment = isObject(state) ? state["deployment"] : undefined;
  if (!isObject(deployment)) {
    throw new BaselineError(
      `the baseline ${path} is no exported state: it has no deployment. Write it by pulumi stack export --file <file>`,
    );
  }
  // A stack without resources has none to list.
  return (deployment["resources"] as readonly StateResource[] | undefined) ?? [];
}

/** A resource of a state as policies see one. */
export function subjectOf({ type, urn, inputs, outputs, protect = false }: StateResource): Subject {
  const props = { ...inputs, ...outputs };
  const name = urn.split("::").slice(3).join("::");
  return { type, urn, name, props, opts: { protect, aliases: [], additionalSecretOutputs: [] } };
}

/** The tenant that a resource of a state belongs to. */
export function tenantOf(
  { parent }: StateResource,
  byUrn: ReadonlyMap<string, StateResource>,
): StateResource | undefined {
  if (parent === undefined) return undefined;
  const found = byUrn.get(parent);
  if (found === undefined) return undefined;
  return found.type === TENANT ? found : tenantOf(found, byUrn);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
