import type { Store } from "./store";
import type { VendorContext } from "./vendor";

/** What tests hold of any vendor. Nothing done here is logged as a request. */
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
  /** Whether the vendor accepts this key. */
  keyWorks(key: string): boolean;
  /** The id of the account for which this key works. */
  accountOfKey(key: string): string | undefined;
}

/** What a vendor says about its accounts. */
interface Frame<Account, Fields, Switches> {
  readonly vendor: string;
  readonly context: VendorContext;
  readonly apiKey: string;
  readonly switches: Switches;
  readonly accounts: Pick<Store<Account>, "get" | "put" | "remove">;
  /** A new account with these fields, not stored yet. */
  make(fields: Fields | { name: string }): Account;
  /** The same account with these fields. Default: each replaces the account's own. */
  with?(account: Account, fields: Fields): Account;
}

/** The part of a handle that is the same at every vendor, and what its own part is made of. */
export function handleFrame<Account extends { readonly id: string }, Fields extends object, Switches>({
  vendor,
  context,
  apiKey,
  switches,
  accounts,
  make,
  with: changed = (account, fields) => ({ ...account, ...fields }),
}: Frame<Account, Fields, Switches>) {
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
  };
  return { must, seed, frame };
}
