import { vendorClock } from "../core/common-switches";
import type { HandField } from "../core/hand-fields";
import { handleFrame, type VendorHandle } from "../core/handle";
import { lettersAndDigits, randomText } from "../core/ids";
import { RateWindow } from "../core/rate-window";
import { Store } from "../core/store";
import { type AccountRow, answerWith, routesOf, type Vendor, type VendorContext } from "../core/vendor";
import {
  accountView,
  newKey,
  revokeKeys,
  wholeKey,
  type ZavuAccount,
  type ZavuAccountView,
  zavuId,
} from "./account";
import { holderOf, markUsed } from "./auth";
import { errorBody } from "./errors";
import { zavuRoutes } from "./routes";
import { type ZavuSeed, zavuSeed } from "./seed";
import { type ZavuSwitches, zavuDefaults } from "./switches";

export type { ZavuAccountView, ZavuKeyView } from "./account";
export type { ZavuSwitches } from "./switches";

/** Fields of an account that a test can set behind the program's back. */
export type ZavuFields = Partial<Omit<ZavuAccountView, "id" | "keys">>;

/** Zavu's stand-in, for tests. `apiKey` is the main project's; a key works while it is unrevoked and its account active. */
export interface ZavuEmulator extends VendorHandle<ZavuAccountView, ZavuFields, ZavuSwitches> {
  /** Creates an account behind the program's back, with one key. */
  seed(fields?: ZavuFields): ZavuAccountView & { apiKey: string };
  /** Deactivates an account as the dashboard does: `inactive`, every key revoked. Throws if there is no such account. */
  deactivate(id: string): void;
  /** Throws if there is no such account or key. */
  revokeKey(accountId: string, keyId: string): void;
  /** Throws if there is no such account. */
  addKey(
    accountId: string,
    fields?: { name?: string; environment?: "live" | "test"; permissions?: string[] },
  ): { id: string; key: string };
  /** Marks a key as used now. */
  useKey(key: string): void;
}

const apiKeys = {
  own: "zv_live_emulated0parent0key0000000000",
  other: "zv_live_emulated0other00key0000000000",
};

/** The answer of `GET /v1/me` for the other organization. */
const otherTeam = { teamId: "jt7emulator0002", projectId: "jx7parent000002" };

/** Zavu, as documented at https://docs.zavu.dev/api-reference/sub-accounts/create-sub-account. */
export function createZavu(context: VendorContext, overrides: Partial<ZavuSwitches>): Vendor<ZavuEmulator> {
  const { random, organization } = context;
  const apiKey = apiKeys[organization];
  const store = new Store<ZavuAccount>(context.changed);
  const switches: ZavuSwitches = {
    ...zavuDefaults,
    ...overrides,
    ...(organization === "other" && otherTeam),
  };
  const now = vendorClock(context.now, switches);
  const rate = new RateWindow(() => switches, now);

  const firstKey = () =>
    newKey(random, now(), { name: switches.ownKeyName, environment: "live", permissions: [] });
  const make = (fields: ZavuFields): ZavuAccount => ({
    id: zavuId(random),
    name: "Seeded",
    externalId: null,
    status: "active",
    creditLimit: null,
    totalSpent: 0,
    metadata: null,
    createdAt: now().toISOString(),
    ...fields,
    keys: [firstKey()],
  });
  const whole = (record: object): ZavuAccount => {
    const { keys, ...account }: ZavuAccount = { ...make({}), ...record };
    return { ...account, keys: keys.map((key) => wholeKey(firstKey(), key)) };
  };
  const { must, seed, frame } = handleFrame<ZavuAccount, ZavuFields, ZavuSwitches>({
    vendor: "zavu",
    context,
    apiKey,
    switches,
    accounts: store,
    records: store,
    whole,
    make,
  });

  const own: Omit<ZavuEmulator, keyof typeof frame> = {
    accounts: () => store.list().map(accountView),
    seed: (fields = {}) => {
      const account = seed(fields);
      return { ...accountView(account), apiKey: account.keys[0]?.secret ?? "" };
    },
    deactivate: (id) => store.put(id, { ...revokeKeys(must(id), now()).account, status: "inactive" }),
    revokeKey: (accountId, keyId) => {
      const account = must(accountId);
      if (!account.keys.some(({ id }) => id === keyId)) throw new Error(`zavu emulator: no key ${keyId}`);
      const revokedAt = now().getTime();
      const keys = account.keys.map((key) => (key.id === keyId ? { ...key, revokedAt } : key));
      store.put(accountId, { ...account, keys });
    },
    addKey: (accountId, fields = {}) => {
      const account = must(accountId);
      const key = newKey(random, now(), { name: "Added", environment: "live", permissions: [], ...fields });
      store.put(accountId, { ...account, keys: [...account.keys, key] });
      return { id: key.id, key: key.secret };
    },
    useKey: (key) => markUsed(store, key, now()),
    keyWorks: (key) => holderOf(store, key) !== undefined,
    accountOfKey: (key) => holderOf(store, key)?.account.id,
  };

  const handle: ZavuEmulator = Object.assign(frame, own);
  const app = zavuRoutes({ ...context, now, store, switches, apiKey, rate });

  return {
    title: "Zavu",
    apiKey,
    handle,
    switches,
    environment: { baseUrl: "ZAVU_BASE_URL", apiKey: "ZAVUDEV_API_KEY" },
    answer: answerWith(app, store, { now: context.now, switches }),
    replyHeaders: () => ({
      "x-request-id": `req_${randomText(random, lettersAndDigits, 16)}`,
      "x-ratelimit-limit": String(rate.limit),
      "x-ratelimit-remaining": String(rate.remaining),
      "x-ratelimit-reset": String(
        switches.rateLimitResetUnit === "ms" ? rate.resetMs : Math.ceil(rate.resetMs / 1000),
      ),
    }),
    errorBody: (status, _request, message = `Scripted ${status}`) => errorBody(switches, status, message),
    rows: () => store.list().map(row),
    routes: routesOf(app),
    fields: () => handFields,
    account: (id) => handle.accounts().find((account) => account.id === id),
    change: handle.change,
    remove: handle.remove,
    dump: () => ({ accounts: structuredClone(store.list()) }) satisfies ZavuSeed,
    load: (content) => {
      for (const account of zavuSeed.parse(content).accounts ?? []) {
        const made = whole(account);
        store.put(made.id, made);
      }
    },
    forget: () => {
      store.clear();
      rate.clear();
    },
  };
}

const handFields: readonly HandField[] = [
  { name: "name", label: "Name", kind: "text" },
  { name: "externalId", label: "External id", kind: "text", unset: "none" },
  { name: "status", label: "Status", kind: ["active", "inactive"] },
  { name: "creditLimit", label: "Credit limit in cents", kind: "number", unset: "no cap" },
];

function row(account: ZavuAccount): AccountRow {
  const keys = account.keys
    .filter(({ revokedAt }) => revokedAt === null)
    .map(({ keyPrefix }) => `${keyPrefix}…`);
  return {
    id: account.id,
    name: account.name,
    status: account.status,
    "external id": account.externalId ?? "",
    "credit limit": account.creditLimit ? `${account.creditLimit} ¢` : "no cap",
    // Names only: a value of the metadata may be a secret of the program.
    metadata: Object.keys(account.metadata ?? {}).join(", "),
    keys: keys.join(" "),
  };
}
