import type { Account } from "./fields";
import { ownerIn } from "./marker";

/** Accounts that are read one by one for their marker, where a listing does not show it. */
const FEW_READ = 25;

/**
 * Whether an account carries the fleet id in its marker: a sign that a connection reaches the organization of a fleet.
 *
 * @param get reads one account, of which the list does not show the metadata.
 */
export async function showsFleet(
  listed: readonly Account[],
  get: (id: string) => Promise<Account | undefined>,
  fleet: string,
): Promise<boolean> {
  const isOfFleet = ({ metadata }: Account) => ownerIn(metadata)?.fleet === fleet;
  if (listed.some(isOfFleet)) return true;
  for (const { id } of listed.filter(({ metadata }) => metadata === undefined).slice(0, FEW_READ)) {
    const account = await get(id);
    if (account !== undefined && isOfFleet(account)) return true;
  }
  return false;
}
