import { type Page, PageReader } from "../vendor-io/page-reader";

/** An object of an account as a vendor lists it. */
export interface Listed {
  readonly id: string;
}

/** The objects of one kind that an account has, as a vendor lists them. */
export interface Listing<Item> {
  readonly items: readonly Item[];
  /** Why an object that it does not show may exist all the same; undefined where the listing is complete. */
  readonly flaw?: string | undefined;
  /** When it was read, by the vendor's clock. */
  readonly atMs: number;
}

/** An object, and those of its account that the vendor has shown beside it so far. */
export interface Shown<Item> {
  readonly item: Item;
  readonly listed: readonly Item[];
}

/**
 * Reads a listing to its end.
 *
 * @param noun what it lists, for messages.
 * @param vendorNowMs the vendor's clock, asked after the last page.
 */
export async function readListing<Item extends Listed>(
  noun: string,
  fetchPage: (cursor: string | undefined) => Promise<Page<Item>>,
  vendorNowMs: () => number,
): Promise<Listing<Item>> {
  const reader = new PageReader({ fetchPage, idOf: ({ id }: Item) => id, nowMs: vendorNowMs });
  const items: Item[] = [];
  while (!reader.isDone) items.push(...(await reader.next()));
  const flaw = reader.flaw && `the ${noun} listing ${reader.flaw}`;
  return { items, flaw, atMs: vendorNowMs() };
}
