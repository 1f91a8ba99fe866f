import type { z } from "zod";
import { type AccountKind, merged, type SubObjects, type VendorRecord } from "./record-kinds";
import type { Store } from "./store";
import type { AccountRow, Making } from "./vendor";

type Json = Record<string, unknown>;

/** The records of a vendor as files, tests and the page have them: made whole, nested, and without secrets. */
export class Records<Account extends VendorRecord> {
  readonly #store: Store<VendorRecord>;
  readonly #kind: AccountKind<z.ZodObject, SubObjects, never>;
  readonly #subs: [string, SubObjects[string]][];
  /** Those that are records of their own. */
  readonly #beside: { name: string; sub: SubObjects[string]; holder: string }[];
  readonly #making: Making<never>;

  constructor(store: object, kind: AccountKind<z.ZodObject, SubObjects, never>, making: Making<object>) {
    this.#store = store as Store<VendorRecord>;
    this.#kind = kind;
    this.#subs = Object.entries(kind.subObjects);
    this.#beside = this.#subs.flatMap(([name, sub]) =>
      sub.holder === undefined ? [] : [{ name, sub, holder: sub.holder }],
    );
    this.#making = making as Making<never>;
  }

  /** Every account in order of creation. */
  accounts(): Account[] {
    return this.#store.list().filter((record) => this.#subOf(record) === undefined) as Account[];
  }

  account(id: string): Account | undefined {
    const record = this.#store.get(id);
    return record && this.#subOf(record) === undefined ? (record as Account) : undefined;
  }

  /** A new account with these fields, or one of a file or dump with what it lacks; not stored. */
  make(fields: object): Account {
    const { schema, fresh } = this.#kind;
    const account: Json = merged(schema, fresh(this.#making), fields);
    for (const [name, sub] of this.#subs) {
      if (sub.holder !== undefined) continue;
      const given: unknown = Reflect.get(fields, name);
      account[name] = Array.isArray(given)
        ? given.map((each) => sub.whole(each, this.#making))
        : (sub.initial?.(this.#making) ?? []);
    }
    return account as unknown as Account;
  }

  /** Stores an account with these fields. */
  change(account: Account, fields: object): void {
    this.#store.put(account.id, merged(this.#kind.schema, account as never, fields) as unknown as Account);
  }

  /** Removes an account with its sub-objects. */
  remove(id: string): void {
    for (const { holder } of this.#beside)
      for (const each of this.#of(holder, id)) this.#store.remove(each.id);
    this.#store.remove(id);
  }

  /** A deep copy without secrets. */
  view(account: Account): object {
    const { secrets = [] } = this.#kind;
    const shown = Object.entries(account).filter(([name]) => !secrets.includes(name));
    const subs = this.#subs.map(([name, sub]) => [
      name,
      this.#held(account, name).map((each) => sub.view?.(each as never) ?? each),
    ]);
    return structuredClone({ ...Object.fromEntries(shown), ...Object.fromEntries(subs) });
  }

  row(account: Account): AccountRow {
    const row: Record<string, string> = { ...this.#kind.row(account as never) };
    for (const [name, { text }] of this.#subs) {
      if (text === undefined) continue;
      const texts = this.#held(account, name).map((each) => text(each as never, this.#making));
      row[name] = texts.filter((each) => each !== undefined).join(" ");
    }
    return row;
  }

  /** Stores what a dump gave. */
  restore(records: readonly VendorRecord[]): void {
    for (const record of structuredClone(records)) {
      const sub = this.#subOf(record);
      this.#store.put(record.id, sub ? this.#whole(sub, record) : this.make(record));
    }
  }

  /** All records as a file has them: each account with its sub-objects. */
  content(): Json {
    const besides = (id: string | null) =>
      Object.fromEntries(
        this.#beside.map(({ name, holder }) => [
          name,
          this.#of(holder, id).map(({ [holder as "id"]: _, ...each }) => each),
        ]),
      );
    const accounts = this.accounts().map((account) => ({ ...account, ...besides(account.id) }));
    return structuredClone({ accounts, ...besides(null) });
  }

  /** Stores what a file has: accounts, then sub-objects that are records of their own in order of creation. */
  load({ accounts = [], ...besides }: { accounts?: readonly Json[] } & Json): void {
    const later: VendorRecord[] = [];
    const gather = (from: Json, id: string | null): void => {
      for (const { name, sub, holder } of this.#beside) {
        const given = (from[name] ?? []) as Json[];
        later.push(...given.map((each) => this.#whole(sub, { ...each, [holder]: id })));
      }
    };
    gather(besides, null);
    const isBeside = (name: string) => this.#beside.some((each) => each.name === name);
    for (const given of accounts) {
      const own = Object.entries(given).filter(([name]) => !isBeside(name));
      const account = this.make(Object.fromEntries(own));
      this.#store.put(account.id, account);
      gather(given, account.id);
    }
    const timeOf = (record: object) => Date.parse(String(Reflect.get(record, "createdAt")));
    for (const each of later.toSorted((a, b) => timeOf(a) - timeOf(b))) this.#store.put(each.id, each);
  }

  #whole(sub: SubObjects[string], given: object): VendorRecord {
    return sub.whole(given as never, this.#making) as unknown as VendorRecord;
  }

  /** The kind of a record that is no account. */
  #subOf(record: object): SubObjects[string] | undefined {
    return this.#beside.find(({ holder }) => holder in record)?.sub;
  }

  #held(account: Account, name: string): readonly object[] {
    const holder = this.#kind.subObjects[name]?.holder;
    return holder === undefined ? Object(account)[name] : this.#of(holder, account.id);
  }

  /** Records whose member names this account, or none. */
  #of(holder: string, id: string | null): VendorRecord[] {
    return this.#store.list().filter((record) => holder in record && Reflect.get(record, holder) === id);
  }
}
