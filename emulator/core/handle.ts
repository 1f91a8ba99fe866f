import type { VendorRecord } from "./record-kinds";

/** The handle of any vendor. Nothing done here is logged as a request. */
export interface VendorHandle<View, Fields, Switches> {
  /** Base URL; the vendor's own paths are appended to it. */
  readonly url: string;
  /** The parent key. The same in every run, so that a pasted one keeps working. */
  readonly apiKey: string;
  /** Undocumented behaviour; its members can be changed at any time. */
  readonly switches: Switches;
  /** Every account as it really is, ended ones too, in order of creation. Deep copies without secrets. */
  accounts(): View[];
  /** Creates many accounts at once behind the program's back. */
  seedMany(count: number, fields?: (index: number) => Fields): void;
  /** Changes just these fields, without any rule. Throws if there is no such account. */
  change(id: string, fields: Fields): void;
  /** Removes the account for good, keys and all. */
  remove(id: string): void;
  /** All that the vendor holds, secrets too, in order of creation: for {@link restore}. */
  dump(): VendorRecord[];
  /** Puts in what a `dump` gave, also one of an older version: what a record lacks is as in a new one. */
  restore(records: readonly VendorRecord[]): void;
  /** Whether the vendor accepts this key. */
  keyWorks(key: string): boolean;
  /** The id of the account for which this key works. */
  accountOfKey(key: string): string | undefined;
}
