import { randomUuid } from "../core/ids";
import { RateWindow } from "../core/rate-window";
import { Store } from "../core/store";
import { type AccountRow, answerWith, type Vendor, type VendorContext } from "../core/vendor";
import { accountView, type BolnaAccount, type BolnaAccountView, newAccount } from "./account";
import { errorBody } from "./errors";
import { bolnaRoutes } from "./routes";
import { type BolnaSwitches, bolnaDefaults } from "./switches";

export type { BolnaAccountView } from "./account";
export type { BolnaSwitches } from "./switches";

/** What can be set on an account behind the program's back. */
export type BolnaFields = Partial<Omit<BolnaAccount, "id" | "api_key">>;

/** Bolna's stand-in, for tests. Nothing done here is logged as a request. */
export interface BolnaEmulator {
  /** Base URL; the vendor's paths (`/sub-accounts/...`) are appended to it. */
  readonly url: string;
  /** The organization's key. The same in every run, so that a pasted one keeps working. */
  readonly apiKey: string;
  /** Undocumented behaviour; its members can be changed at any time. */
  readonly switches: BolnaSwitches;
  /** Every account as it really is, in order of creation. Copies without secrets. */
  accounts(): BolnaAccountView[];
  /** Creates an account behind the program's back. */
  seed(fields?: BolnaFields): BolnaAccountView & { api_key: string };
  /** Creates many at once. */
  seedMany(count: number, fields?: (index: number) => BolnaFields): void;
  /** Changes just these fields, without any rule. Throws if there is no such account. */
  change(id: string, fields: BolnaFields): void;
  /** Deletes the account, key and all. */
  remove(id: string): void;
  /** Whether this is the key of an account that exists. */
  keyWorks(key: string): boolean;
  /** The id of the account whose key this is. */
  accountOfKey(key: string): string | undefined;
}

const apiKey = "bn-e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0";

/** Bolna, as documented at https://www.bolna.ai/docs/api-reference/sub-accounts/overview. */
export function createBolna(
  context: VendorContext,
  overrides: Partial<BolnaSwitches>,
): Vendor<BolnaEmulator> {
  const { now, random } = context;
  const store = new Store<BolnaAccount>();
  const switches: BolnaSwitches = { ...bolnaDefaults, ...overrides };
  const rate = new RateWindow(() => switches, now);

  const seed = (fields: BolnaFields): BolnaAccount => {
    const account = newAccount(random, now(), fields);
    store.put(account.id, account);
    return account;
  };
  const accountOfKey = (key: string) => store.list().find(({ api_key }) => api_key === key)?.id;

  const handle: BolnaEmulator = {
    get url() {
      return context.url();
    },
    apiKey,
    switches,
    accounts: () => store.list().map(accountView),
    seed: (fields = {}) => {
      const account = seed(fields);
      return { ...accountView(account), api_key: account.api_key };
    },
    seedMany: (count, fields = (index) => ({ name: `Foreign ${index}` })) => {
      for (let index = 0; index < count; index += 1) seed(fields(index));
    },
    change: (id, fields) => {
      const account = store.get(id);
      if (!account) throw new Error(`bolna emulator: no account ${id}`);
      store.put(id, { ...account, ...fields });
    },
    remove: (id) => {
      store.remove(id);
    },
    keyWorks: (key) => accountOfKey(key) !== undefined,
    accountOfKey,
  };

  return {
    title: "Bolna",
    apiKey,
    handle,
    environment: { baseUrl: "BOLNA_BASE_URL", apiKey: "BOLNA_API_KEY" },
    answer: answerWith(bolnaRoutes({ ...context, store, switches, apiKey, rate }), store),
    replyHeaders: () => ({ "x-request-id": randomUuid(random) }),
    errorBody: (status) => errorBody(status, `Scripted ${status}`),
    rows: () => store.list().map(row),
  };
}

function row(account: BolnaAccount): AccountRow {
  return {
    id: account.id,
    name: account.name,
    "concurrent calls": String(account.allow_concurrent_calls),
    database: account.multi_tenant ? "separate" : "shared",
    key: `${account.api_key.slice(0, 8)}…`,
  };
}
