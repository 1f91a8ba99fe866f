import { type Page, PageReader } from "../vendor-io/page-reader";
import type { KeyListing, ListedKey } from "./keys";

/**
 * Reads a key listing to its end.
 *
 * @param vendorNowMs the vendor's clock, asked after the last page.
 */
export async function readKeys(
  fetchPage: (cursor: string | undefined) => Promise<Page<ListedKey>>,
  vendorNowMs: () => number,
): Promise<KeyListing> {
  const reader = new PageReader({ fetchPage, idOf: ({ id }: ListedKey) => id, nowMs: vendorNowMs });
  const keys: ListedKey[] = [];
  while (!reader.isDone) keys.push(...(await reader.next()));
  const flaw = reader.flaw && `the key listing ${reader.flaw}`;
  return { keys, flaw, atMs: vendorNowMs() };
}
