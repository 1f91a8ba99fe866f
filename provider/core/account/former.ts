import type { Run } from "../base/run";
import { nameOf } from "./marker";

/** Resources of a run that the program says had other names, and that the state does not have by any of them. */
interface Unmatched {
  readonly declared: Set<string>;
  /** Those of them that a create of this run has made. */
  readonly made: Set<string>;
}

function unmatched(run: Run): Unmatched {
  return run.shared("former names that the state does not have", () => ({
    declared: new Set<string>(),
    made: new Set<string>(),
  }));
}

/** Notes a resource whose former names (aliases, a tenant's `formerly`) the engine has found in no state. */
export function noteUnmatched(run: Run, urn: string): void {
  unmatched(run).declared.add(urn);
}

/** Notes that an account was made for a resource. */
export function noteMade(run: Run, urn: string): void {
  const { declared, made } = unmatched(run);
  if (declared.has(urn)) made.add(urn);
}

/**
 * Says why nothing may be ended in this run: it has made something that may be what is to be ended, if a former name is
 * mistyped. A program cannot see the state, and the engine passes over an alias that fits nothing.
 *
 * @returns undefined where there is no such doubt
 */
export function doubtOfFormer(run: Run): string | undefined {
  const [urn] = unmatched(run).made;
  if (urn === undefined) return undefined;
  return (
    `this run made the account of "${nameOf(urn)}", and no state has it by a former name that the program gives (\`formerly\`, aliases). If that name ` +
    `is mistyped, take the new one out with \`pulumi state delete --target-dependents '${urn}'\`, end its account at the vendor and correct the ` +
    "name; if not, run `pulumi up` again"
  );
}
