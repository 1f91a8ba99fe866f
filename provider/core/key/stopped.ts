import { suspensions } from "../account/kind";
import { resumptionOf, resumptions } from "../account/resumption";
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

/**
 * Whether a key was not looked at since its account became active again, in this run or in one before that was
 * interrupted: the vendor may have revoked it.
 */
export function isLookDue(
  context: Context<unknown> | undefined,
  state: Values,
  { subAccountId }: Values,
): boolean {
  if (context === undefined || isStopped(context, { subAccountId })) return false;
  const account = String(subAccountId);
  const resumption = resumptions(context).get(account);
  if (resumption !== undefined && resumption !== resumptionOf(state)) return true;
  return suspensions(context).get(account) === "resumed";
}

/**
 * The changed arguments that wait until the account of a key is active again, since they ask for a new key.
 *
 * @param changed the arguments that make another key and differ from the state.
 */
export function waitingFor(
  context: Context<unknown> | undefined,
  id: string,
  state: Values,
  args: Values,
  changed: readonly string[],
): readonly string[] {
  // Without a key there is none that these arguments were not asked for.
  return isStopped(context, args) && !isWithoutKey(id, state) ? changed : [];
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
  if (isStopped(context, args)) {
    return dueOf(
      { ...state, keyId: state["keyId"] ?? id },
      { ...args, rotateAfterDays: undefined },
      nowMs,
      [],
    );
  }
  if (isWithoutKey(id, state)) return [{ note: "a key is made, because the account is active now" }];
  const due = dueOf(state, args, nowMs, changed);
  if (!isLookDue(context, state, args) || due.some(({ isNews = false }) => !isNews)) return due;
  const note =
    "the key is looked at, because the account is active again: if it was revoked, a new one is made";
  return [...due, { note }];
}
