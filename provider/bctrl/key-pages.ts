import type { Others } from "../core/account/kind";
import type { Context } from "../core/contract/resource";
import { type Listing, readListing } from "../core/nested/listing";
import type { Page } from "../core/vendor-io/page-reader";
import { type BctrlClient, DATED } from "./client";
import { type BctrlListedKey, endOf } from "./replies";

/** How many agents' keys a message names. */
const NAMED = 5;

/** A page of the active keys. */
export async function keyPage(
  client: BctrlClient,
  filter: Parameters<BctrlClient["listApiKeys"]>[0],
): Promise<Page<BctrlListedKey>> {
  const { data, ...rest } = await client.listApiKeys(filter);
  return { items: data, ...endOf(rest) };
}

/**
 * Names the agents' keys that act for an account, from one listing a run. What becomes of them when the account is archived
 * is undocumented. https://github.com/bctrlhq/cli
 */
export async function agentKeysOf(
  { client, run, connection }: Context<BctrlClient>,
  accountId: string,
): Promise<Others> {
  // v1 as documented knows no such keys.
  if (!DATED.includes(client.apiVersion)) return {};
  const { items, flaw } = await run.shared(`${connection} agents' keys`, () => readAll(client));
  const keys = items.filter(({ subaccountId }) => subaccountId === accountId);
  if (keys.length === 0) return { flaw };
  const names = keys.slice(0, NAMED).map(({ id, name }) => (name ? `"${name}" (${id})` : id));
  const more = keys.length > NAMED ? ` and ${keys.length - NAMED} more` : "";
  return { what: `agents' keys, ${names.join(", ")}${more}`, flaw };
}

function readAll(client: BctrlClient): Promise<Listing<BctrlListedKey>> {
  return readListing("key", (cursor) => keyPage(client, { cursor, type: "agent" }), client.vendorNowMs);
}
