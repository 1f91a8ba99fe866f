import { printable } from "../base/printable";
import type { Context } from "../contract/resource";
import { isHeld, type KeyApi, type ListedKey, nameOfKey, ownKeys } from "./keys";

/** Keys that are named with their ids. */
const FEW = 3;

/**
 * Tells in one line of the working keys of an account that no state of this run has; each key once in a run. None of them
 * is revoked: a copy of a state, a restored one and an interrupted run look alike.
 *
 * @param found those that may be unknown, by their names.
 */
export function tellUnknownKeys(
  context: Context<unknown>,
  { title }: KeyApi,
  accountId: string,
  listed: readonly ListedKey[],
  isOurName: (key: ListedKey) => boolean,
): void {
  const { run, connection } = context;
  const own = ownKeys(context, accountId, listed);
  const told = run.shared(`${connection} unknown keys of ${accountId}`, () => new Set<string>());
  const unknown = listed.filter(
    (key) => !key.revoked && isOurName(key) && !isHeld(context, key.id) && !own.has(key) && !told.has(key.id),
  );
  if (unknown.length === 0) return;
  for (const { id } of unknown) told.add(id);
  const [what, them] =
    unknown.length === 1 ? ["a working key", "it"] : [`${unknown.length} working keys`, "them"];
  const names =
    unknown.length <= FEW
      ? unknown.map(nameOfKey)
      : [...new Set(unknown.map(({ name }) => `"${printable(name ?? "")}"`))];
  run.warn(
    `${title}: the sub-account ${accountId} has ${what} (${names.join(", ")}) that no state of this run has; nothing was revoked. ` +
      `\`subaccounts keys --unknown\` shows ${them}, or ${title} alone where the name is none of ours`,
  );
}
