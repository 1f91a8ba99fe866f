import { bctrlLookups } from "./bctrl/lookups";
import { bolnaLookups } from "./bolna/lookups";
import { SubaccountsError } from "./core/base/errors";
import { type Note, Run, realSurroundings, type Surroundings } from "./core/base/run";
import type { Values } from "./core/contract/resource";
import type { VendorLookups } from "./core/lookup";
import type { StackConfig } from "./core/vendor-io/stack-config";
import { zavuLookups } from "./zavu/lookups";

/** The registry of what programs can look up: one line per vendor. */
export const lookups: Readonly<Record<string, VendorLookups>> = {
  bctrl: bctrlLookups,
  bolna: bolnaLookups,
  zavu: zavuLookups,
};

/** A lookup that a program asks for. */
export interface LookupRequest {
  readonly vendor: string;
  readonly name: Exclude<keyof VendorLookups, "description">;
  /** Plain and checked. */
  readonly args: Values;
  /** The program keeps an argument secret: no message shows one. */
  readonly isSecret: boolean;
}

/** The result of a lookup; `problem` is for people and holds no secret. */
export type LookupAnswer = { readonly result: unknown } | { readonly problem: string };

/**
 * Opens what answers the lookups of one program. It runs in the program's process, which saves nothing of what a lookup
 * does: unlike a provider's, this run watches no engine and catches no signal.
 *
 * @returns a function that rejects only with a defect of ours.
 */
export function openLookups(
  values: Readonly<Record<string, string>>,
  tell: (note: Note) => Promise<void>,
  world: Surroundings = realSurroundings,
): (request: LookupRequest) => Promise<LookupAnswer> {
  const run = new Run({ ...world, tell });
  const config: StackConfig = { get: (key) => values[key], keys: Object.keys(values) };
  return async ({ vendor, name, args, isSecret }) => {
    if (isSecret) run.redactor.add(args);
    const found = lookups[vendor];
    if (found === undefined) throw new TypeError(`there is no vendor "${vendor}"`);
    try {
      return { result: await run.operation<unknown>(() => found[name]({ run, config }, args)) };
    } catch (error) {
      if (!(error instanceof SubaccountsError)) throw error;
      return { problem: run.shown(error.message) };
    }
  };
}
