import type { z } from "zod";
import { type CommonSwitches, vendorClock } from "./common-switches";
import type { VendorHandle } from "./handle";
import { type RateSwitches, RateWindow } from "./rate-window";
import { type AccountKind, type SubObjects, seedSchema, type VendorRecord } from "./record-kinds";
import { Records } from "./records";
import { Refusal } from "./refusal";
import { Store } from "./store";
import { type Declared, defaultsOf } from "./switches";
import type { Making, Vendor, VendorContext, VendorEnv } from "./vendor";

type AnyHandle = VendorHandle<object, never, CommonSwitches & RateSwitches>;
type ViewOf<Handle extends AnyHandle> = ReturnType<Handle["accounts"]>[number];

/** What the parts of a running stand-in share. `now` is the vendor's clock. */
export interface World<Account, Stored, Switches, View = object> extends Making<Switches> {
  readonly apiKey: string;
  readonly store: Store<Stored>;
  readonly rate: RateWindow;
  /** A new account with these fields, not stored yet. */
  make(fields: object): Account;
  /** Stores a new account with these fields, behind the program's back. */
  seed(fields: object): Account;
  /** Throws if there is no such account. */
  must(id: string): Account;
  /** A deep copy without secrets. */
  view(account: Account): View;
}

/** A running stand-in, but for what all have alike. */
interface Parts<Handle extends AnyHandle, Stored> {
  readonly app: {
    readonly routes: Vendor["routes"];
    fetch(request: Request, env: VendorEnv<Stored>["Bindings"]): Response | Promise<Response>;
  };
  /** The account for which a key works; null for a key of none. Undefined if it does not work. */
  holderOf(key: string): VendorRecord | null | undefined;
  /** What its handle has beside that of any vendor. */
  readonly handle: Omit<Handle, keyof AnyHandle>;
  readonly replyHeaders: Vendor["replyHeaders"];
  /** The vendor's error envelope of the reply to a request. */
  errorBody(refusal: Refusal, request: Request): unknown;
  /** Further members that a change by hand sets. */
  changed?(fields: Readonly<Record<string, unknown>>): object;
  /** Forgets what is no record. */
  forget?(): void;
}

/** What is said once of a vendor's stand-in. */
interface Declaration<Handle extends AnyHandle, Account, Stored, Kind> {
  /** Human name: `Zavu`. */
  readonly title: string;
  /** Environment variables with which a program is pointed here. */
  readonly environment: Vendor["environment"];
  /** The parent key of each organization. */
  readonly apiKeys: Readonly<Record<VendorContext["organization"], string>>;
  readonly switches: Declared;
  /** Switches of the second organization, such as its id. */
  readonly other: Partial<Handle["switches"]>;
  readonly accounts: Kind;
  readonly lastPage: Vendor["lastPage"];
  start(world: World<Account, Stored, Handle["switches"], ViewOf<Handle>>): Parts<Handle, Stored>;
}

/** A vendor's stand-in, which runs once for each organization. */
export interface StandIn<Handle extends AnyHandle = AnyHandle, Kind = AnyKind> {
  readonly switches: Declared;
  readonly accounts: Kind;
  run(context: VendorContext, overrides: Partial<Handle["switches"]>): Vendor<Handle>;
}

type AnyKind = AccountKind<z.ZodObject, SubObjects, never>;

/** Makes a vendor's stand-in. `Stored` are accounts, and what else lies in its store. */
export function standIn<
  Handle extends AnyHandle,
  Account extends VendorRecord,
  Stored extends VendorRecord = Account,
>() {
  return <Kind extends AnyKind>(
    declared: Declaration<Handle, Account, Stored, Kind>,
  ): StandIn<Handle, Kind> => ({
    switches: declared.switches,
    accounts: declared.accounts,
    run: (context, overrides) => run(declared, context, overrides),
  });
}

function run<
  Handle extends AnyHandle,
  Account extends VendorRecord,
  Stored extends VendorRecord,
  Kind extends AnyKind,
>(
  declared: Declaration<Handle, Account, Stored, Kind>,
  context: VendorContext,
  overrides: Partial<Handle["switches"]>,
): Vendor<Handle> {
  const { title, environment, accounts: kind } = declared;
  const apiKey = declared.apiKeys[context.organization];
  const isOther = context.organization === "other";
  const defaults = defaultsOf(declared.switches);
  const switches: Handle["switches"] = { ...defaults, ...overrides, ...(isOther && declared.other) } as never;
  const now = vendorClock(context.now, switches);
  const store = new Store<Stored>(context.changed);
  const rate = new RateWindow(() => switches, now);
  const making = { switches, now, random: context.random };
  const records = new Records<Account>(store, kind, making);
  const world = { ...making, ...methodsOf<Account, ViewOf<Handle>>(records, title), apiKey, store, rate };
  const parts = declared.start(world);
  const frame = frameOf(world, records, { url: context.url, holderOf: parts.holderOf });
  return {
    title,
    apiKey,
    handle: Object.assign(frame, parts.handle) as unknown as Handle,
    switches,
    environment,
    answer: async (request, text, hideReads) => {
      const nowMs = context.now().getTime();
      const session = store.open(request.method === "GET" || request.method === "HEAD", nowMs);
      const response = await parts.app.fetch(request, { session, text });
      session.hide({ reads: hideReads });
      session.hide({ ms: nowMs + switches.lagMs });
      return response;
    },
    replyHeaders: parts.replyHeaders,
    errorBody: (status, request, message = `Scripted ${status}`) =>
      parts.errorBody(new Refusal(status, message), request),
    lastPage: declared.lastPage,
    rows: () => records.accounts().map((account) => records.row(account)),
    routes: parts.app.routes
      .filter(({ method }) => method !== "ALL")
      .map(({ method, path }) => ({ method, path: path.replace(/:(\w+)/g, "{$1}") })),
    fields: () => kind.fields(switches as never),
    account: (id) => {
      const account = records.account(id);
      return account && records.view(account);
    },
    change: (id, fields) => frame.change(id, { ...fields, ...parts.changed?.(fields) }),
    remove: frame.remove,
    dump: () => records.content(),
    load: (content) => records.load(seedSchema(kind).parse(content)),
    forget: () => {
      store.clear();
      rate.clear();
      parts.forget?.();
    },
  };
}

function methodsOf<Account extends VendorRecord, View>(records: Records<Account>, title: string) {
  return {
    make: (fields: object) => records.make(fields),
    seed: (fields: object): Account => {
      const account = records.make(structuredClone(fields));
      records.change(account, {});
      return account;
    },
    must: (id: string): Account => {
      const account = records.account(id);
      if (!account) throw new Error(`${title.toLowerCase()} emulator: no account ${id}`);
      return account;
    },
    view: (account: Account) => records.view(account) as View,
  };
}

/** The part of a handle that is the same at every vendor. */
function frameOf<Account extends VendorRecord, Stored extends VendorRecord, Switches, View>(
  { apiKey, switches, store, must, seed, view }: World<Account, Stored, Switches, View>,
  records: Records<Account>,
  { url, holderOf }: Pick<VendorContext, "url"> & Pick<Parts<AnyHandle, Stored>, "holderOf">,
): VendorHandle<View, object, Switches> {
  return {
    get url() {
      return url();
    },
    apiKey,
    switches,
    accounts: () => records.accounts().map(view),
    seedMany: (count, fields) => {
      for (let index = 0; index < count; index += 1) seed(fields?.(index) ?? { name: `Foreign ${index}` });
    },
    change: (id, fields) => records.change(must(id), structuredClone(fields)),
    remove: (id) => records.remove(id),
    dump: () => structuredClone(store.list()),
    restore: (dumped) => records.restore(dumped),
    keyWorks: (key) => holderOf(key) !== undefined,
    accountOfKey: (key) => holderOf(key)?.id,
  };
}
