import { suspensions } from "../account/kind";
import type { Context, Due, Values } from "../contract/resource";
import { dueOf } from "./rotation";

/** The beginning of the id of an `ApiKey` whose account could have no key when it was declared. */
const WITHOUT = "no-key-yet-";

/** The state of a key that is made once its account is active again. */
export function withoutKey(wanted: Values): { id: string; state: Values } {
  return { id: `${WITHOUT}${String(wanted["subAccountId"])}`, state: { ...wanted } };
}

/** Whether a resource still waits for its first key, which is made once its account is active. */
export function isWithoutKey(id: string, { keyId }: Values): boolean {
  return id.startsWith(WITHOUT) && keyId === undefined;
}

/** Whether the program stops the account of a key in this run, so that no key can be made for it. */
export function isStopped(context: Context<unknown> | undefined, { subAccountId }: Values): boolean {
  return context !== undefined && suspensions(context).get(String(subAccountId)) === "stopped";
}

/** Whether this run makes the account of a key active again: the vendor may have revoked what it had. */
export function isResumed(context: Context<unknown> | undefined, { subAccountId }: Values): boolean {
  return context !== undefined && suspensions(context).get(String(subAccountId)) === "resumed";
}

/**
 * Whether no key is made now, because the account is stopped: for a resource that never had one, and where only time asks
 * for another one.
 *
 * @param changed the arguments that make another key and differ from the state.
 */
export function isHeld(
  context: Context<unknown> | undefined,
  id: string,
  state: Values,
  args: Values,
  changed: readonly string[],
): boolean {
  return isStopped(context, args) && (isWithoutKey(id, state) || changed.length === 0);
}

/** Lists the scheduled changes of a key, and what the stop or the return of its account asks for. */
export function dueOfKey(
  context: Context<unknown> | undefined,
  id: string,
  state: Values,
  args: Values,
  nowMs: number,
  changed: readonly string[],
): Due[] {
  if (isHeld(context, id, state, args, changed)) {
    return dueOf(
      { ...state, keyId: state["keyId"] ?? id },
      { ...args, rotateAfterDays: undefined },
      nowMs,
      [],
    );
  }
  if (isWithoutKey(id, state)) return [{ note: "a key is made, because the account is active now" }];
  const due = dueOf(state, args, nowMs, changed);
  if (!isResumed(context, args) || due.some(({ isNews = false }) => !isNews)) return due;
  const note =
    "the key is looked at, because the account is active again: if it was revoked, a new one is made";
  return [...due, { note }];
}
