import type { Context, Values } from "../contract/resource";

/**
 * The id of the last write that made an account active again, from the state of the account, or from that of an `ApiKey`
 * that was looked at since. The vendor may have revoked keys until then; where the two ids differ, the look is still to do.
 */
export function resumptionOf({ __resumption: id }: Values): string | undefined {
  return typeof id === "string" ? id : undefined;
}

/** The hidden output; none of an account that was never seen stopped. */
export function resumptionOutput(id: string | undefined): Values {
  return id === undefined ? {} : { __resumption: id };
}

/** The ids in the states of this run's accounts, by account id. */
export function resumptions({ run, connection }: Context<unknown>): Map<string, string> {
  return run.shared(`${connection} resumptions`, () => new Map<string, string>());
}
