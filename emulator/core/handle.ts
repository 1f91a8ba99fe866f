import type { Store } from "./store";
import type { VendorContext } from "./vendor";

/** A record as a vendor's stand-in stores it: JSON, secrets and all. */
export interface VendorRecord {
  readonly id: string;
}

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

/** The facts of a vendor's accounts. */
interface Frame<Account, Fields, Switches, Stored> {
  readonly vendor: string;
  readonly context: VendorContext;
  readonly apiKey: string;
  readonly switches: Switches;
  readonly accounts: Pick<Store<Account>, "get" | "put" | "remove">;
  /** Accounts, and whatever else the vendor stores. */
  readonly records: Pick<Store<Stored>, "list" | "put">;
  /** A record of a dump with all that a new one has. */
  whole(record: VendorRecord): Stored;
  /** A new account with these fields, not stored yet. */
  make(fields: Fields | { name: string }): Account;
  /** The same account with these fields. Default: each replaces the account's own. */
  with?(account: Account, fields: Fields): Account;
}

/** The part of a handle that is the same at every vendor, and what its own part is made of. */
export function handleFrame<
  Account extends VendorRecord,
  Fields extends object,
  Switches,
  Stored extends VendorRecord = Account,
>({
  vendor,
  context,
  apiKey,
  switches,
  accounts,
  records,
  whole,
  make,
  with: changed = (account, fields) => ({ ...account, ...fields }),
}: Frame<Account, Fields, Switches, Stored>) {
  const must = (id: string): Account => {
    const account = accounts.get(id);
    if (!account) throw new Error(`${vendor} emulator: no account ${id}`);
    return account;
  };
  const seed = (fields: Fields | { name: string }): Account => {
    const account = make(structuredClone(fields));
    accounts.put(account.id, account);
    return account;
  };
  const frame = {
    get url() {
      return context.url();
    },
    apiKey,
    switches,
    seedMany: (count: number, fields?: (index: number) => Fields) => {
      for (let index = 0; index < count; index += 1) seed(fields?.(index) ?? { name: `Foreign ${index}` });
    },
    change: (id: string, fields: Fields) => accounts.put(id, changed(must(id), structuredClone(fields))),
    remove: (id: string) => {
      accounts.remove(id);
    },
    dump: (): VendorRecord[] => structuredClone(records.list()),
    restore: (dumped: readonly VendorRecord[]) => {
      for (const record of dumped) records.put(record.id, whole(structuredClone(record)));
    },
  };
  return { must, seed, frame };
}
