import type { Context } from "../core/contract/resource";
import { type Page, PageReader } from "../core/vendor-io/page-reader";
import { type BctrlClient, DATED } from "./client";
import type { BctrlListedKey } from "./replies";

/** How many agents' keys a message names. */
const NAMED = 5;

/** A page of the active keys. */
export async function keyPage(
  client: BctrlClient,
  filter: Parameters<BctrlClient["listApiKeys"]>[0],
): Promise<Page<BctrlListedKey>> {
  const { data, nextCursor, hasMore } = await client.listApiKeys(filter);
  return { items: data, next: hasMore === false ? undefined : nextCursor || undefined };
}

/**
 * Names the agents' keys that act for an account, from one listing a run. What becomes of them when the account is archived
 * is undocumented. https://github.com/bctrlhq/cli
 */
export async function agentKeysOf(
  { client, run, connection }: Context<BctrlClient>,
  accountId: string,
): Promise<string | undefined> {
  // v1 as documented knows no such keys.
  if (!DATED.includes(client.apiVersion)) return undefined;
  const all = await run.shared(`${connection} agents' keys`, () => readAll(client));
  const keys = all.filter(({ subaccountId }) => subaccountId === accountId);
  if (keys.length === 0) return undefined;
  const names = keys.slice(0, NAMED).map(({ id, name }) => (name ? `"${name}" (${id})` : id));
  const more = keys.length > NAMED ? ` and ${keys.length - NAMED} more` : "";
  return `agents' keys, ${names.join(", ")}${more}`;
}

async function readAll(client: BctrlClient): Promise<BctrlListedKey[]> {
  const fetchPage = (cursor: string | undefined) => keyPage(client, { cursor, type: "agent" });
  const reader = new PageReader({ fetchPage, idOf: ({ id }) => id, nowMs: client.vendorNowMs });
  const keys: BctrlListedKey[] = [];
  while (!reader.isDone) keys.push(...(await reader.next()));
  return keys;
}
