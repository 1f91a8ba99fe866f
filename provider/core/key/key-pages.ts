import type { Page } from "../vendor-io/listing";
import type { KeyListing, ListedKey } from "./keys";

// A vendor that gives ever new cursors and no new key would page for ever.
const MOST_IDLE_PAGES = 10;

/**
 * Reads a key listing to its end. One that repeats a cursor, or goes on without a new key, is incomplete.
 *
 * @param vendorNowMs the vendor's clock, asked after the last page.
 */
export async function readKeys(
  fetchPage: (cursor: string | undefined) => Promise<Page<ListedKey>>,
  vendorNowMs: () => number,
): Promise<KeyListing> {
  const keys = new Map<string, ListedKey>();
  const cursors = new Set<string>();
  let idle = 0;
  for (let cursor: string | undefined; ; ) {
    const { items, next } = await fetchPage(cursor);
    const before = keys.size;
    for (const key of items) keys.set(key.id, key);
    idle = keys.size > before ? 0 : idle + 1;
    const flaw =
      next !== undefined && cursors.has(next)
        ? "the key listing repeats a cursor"
        : next !== undefined && idle >= MOST_IDLE_PAGES
          ? "the key listing goes on and shows nothing new"
          : undefined;
    if (next === undefined || flaw !== undefined) {
      return { keys: [...keys.values()], flaw, atMs: vendorNowMs() };
    }
    cursors.add(next);
    cursor = next;
  }
}
