import { claimOfAccount } from "../account/claims";
import type { AccountsOfNested } from "../account/for-nested";
import { comparePlaces, idIn, type Place } from "../account/place";
import { notePlace } from "../account/places";
import { isNotFound, SubaccountsError } from "../base/errors";
import type { Context, Values } from "../contract/resource";
import type { Words } from "./nested";

/** What messages about an object and its account say. */
interface Titled {
  /** The vendor's name as people write it. */
  readonly title: string;
  readonly words: Words;
}

/** Waits before an object is made on an account of this run that the vendor does not know yet, in milliseconds. */
const NEW_ACCOUNT_MS = [500, 2_000, 5_000];

/** Sends a call about an account; again, after a pause, where the vendor does not know an account that this run has just made. */
export async function onceKnown<T>(
  { run, connection }: Context<unknown>,
  accountId: string,
  send: () => Promise<T>,
): Promise<T> {
  const isNew = run.holders(claimOfAccount(connection, accountId)).size > 0;
  for (const waitMs of isNew ? NEW_ACCOUNT_MS : []) {
    try {
      return await send();
    } catch (error) {
      if (!isNotFound(error)) throw error;
      await run.sleep(waitMs);
    }
  }
  return send();
}

/** The account that a state names. @throws SubaccountsError where it names none */
export function accountOf({ title, words: { noun, remove } }: Titled, { subAccountId }: Values): string {
  if (typeof subAccountId === "string" && subAccountId !== "") return subAccountId;
  throw new SubaccountsError(
    `${title}: the state does not say of which sub-account this ${noun} is. Nothing was sent. Restore the state from a backup, ` +
      `or take the ${noun} out of it with \`pulumi state delete\` and ${remove} it at the vendor`,
  );
}

/** The organization that a state names. */
export function placeOf({ __place: place }: Values): Place | undefined {
  return typeof place === "string" ? place : undefined;
}

/** The organization of the state, else the one that is reached; without it an object is whole, too, and a refresh adds it. */
export async function placeFor(accounts: AccountsOfNested, before: Values): Promise<Place | undefined> {
  return placeOf(before) ?? accounts.place().catch(() => undefined);
}

/** Notes in the run the organization that a state names, which proves where its account is looked for. */
export function tellPlace(context: Context<unknown>, about: Titled, state: Values): void {
  const place = placeOf(state);
  if (place !== undefined) notePlace(context, about.title, place, accountOf(about, state));
}

/**
 * Refuses a parent key of another organization than the state names: nothing is sent there.
 *
 * @param what the object, for the message: `the webhook wh_1`. @throws SubaccountsError
 */
export async function refuseElsewhere(
  { title }: Titled,
  accounts: AccountsOfNested,
  before: Values,
  what: string,
): Promise<void> {
  const [of, here] = [placeOf(before), await accounts.place()];
  if (of === undefined || here === undefined || comparePlaces(of, here) !== "another") return;
  throw new SubaccountsError(
    `${title}: this parent key is of the organization ${idIn(here)}, and ${what} of this stack is of ${idIn(of)}. ` +
      "Nothing was sent",
  );
}
