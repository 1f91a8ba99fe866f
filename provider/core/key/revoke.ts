import type { Context } from "../contract/resource";
import { removeNested } from "../nested/remove";
import { type KeyApi, nestedKeys } from "./keys";

/**
 * Revokes a key and says so in a line: see {@link removeNested}.
 *
 * @param why as it follows the colon of the line.
 */
export function revokeKey(
  context: Context<unknown>,
  keys: KeyApi,
  accountId: string,
  keyId: string,
  why: string,
): Promise<void> {
  return removeNested(context, nestedKeys(keys), accountId, keyId, why);
}
