import { vendorClock } from "../core/common-switches";
import type { HandField } from "../core/hand-fields";
import { handleFrame, type VendorHandle } from "../core/handle";
import { randomUuid } from "../core/ids";
import { RateWindow } from "../core/rate-window";
import { Store } from "../core/store";
import { type AccountRow, answerWith, routesOf, type Vendor, type VendorContext } from "../core/vendor";
import { accountView, type BolnaAccount, type BolnaAccountView, newAccount } from "./account";
import { errorBody } from "./errors";
import { bolnaRoutes } from "./routes";
import { type BolnaSeed, bolnaSeed } from "./seed";
import { type BolnaSwitches, bolnaDefaults } from "./switches";
import type { BolnaUsage } from "./usage";

export type { BolnaAccountView } from "./account";
export type { BolnaSwitches } from "./switches";
export type { BolnaUsage } from "./usage";

/** Fields of an account that a test can set behind the program's back. */
export type BolnaFields = Partial<Omit<BolnaAccount, "id" | "api_key">>;

/** Bolna's stand-in, for tests. `apiKey` is the organization's; a key works as long as its account exists. */
export interface BolnaEmulator extends VendorHandle<BolnaAccountView, BolnaFields, BolnaSwitches> {
  /** Creates an account behind the program's back. */
  seed(fields?: BolnaFields): BolnaAccountView & { api_key: string };
  /** Sets what the account has used, in whatever window. Throws if there is no such account. */
  setUsage(id: string, usage: BolnaUsage): void;
}

const apiKeys = {
  own: "bn-e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0",
  other: "bn-0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d",
};

const otherOrganization = { organizationId: "c2a7e9d4-50b1-4f3e-8d6a-7b1c9e0f2a35" };

/** Bolna, as documented at https://www.bolna.ai/docs/api-reference/sub-accounts/overview. */
export function createBolna(
  context: VendorContext,
  overrides: Partial<BolnaSwitches>,
): Vendor<BolnaEmulator> {
  const { random, organization } = context;
  const apiKey = apiKeys[organization];
  const store = new Store<BolnaAccount>(context.changed);
  const switches: BolnaSwitches = {
    ...bolnaDefaults,
    ...overrides,
    ...(organization === "other" && otherOrganization),
  };
  const now = vendorClock(context.now, switches);
  const rate = new RateWindow(() => switches, now);
  const usages = new Map<string, BolnaUsage>();
  const make = (fields: Partial<BolnaAccount>) =>
    newAccount(random, now(), switches, { organization_id: switches.organizationId, ...fields });

  const { must, seed, frame } = handleFrame<BolnaAccount, BolnaFields, BolnaSwitches>({
    vendor: "bolna",
    context,
    apiKey,
    switches,
    accounts: store,
    records: store,
    whole: make,
    make,
  });
  const accountOfKey = (key: string) => store.list().find(({ api_key }) => api_key === key)?.id;

  const own: Omit<BolnaEmulator, keyof typeof frame> = {
    accounts: () => store.list().map(accountView),
    seed: (fields = {}) => {
      const account = seed(fields);
      return { ...accountView(account), api_key: account.api_key };
    },
    setUsage: (id, usage) => usages.set(must(id).id, usage),
    keyWorks: (key) => accountOfKey(key) !== undefined,
    accountOfKey,
  };

  const handle: BolnaEmulator = Object.assign(frame, own);
  const app = bolnaRoutes({ ...context, now, store, switches, apiKey, rate, usages });

  return {
    title: "Bolna",
    apiKey,
    handle,
    switches,
    environment: { baseUrl: "BOLNA_BASE_URL", apiKey: "BOLNA_API_KEY" },
    answer: answerWith(app, store, { now: context.now, switches }),
    replyHeaders: () => ({ "x-request-id": randomUuid(random) }),
    errorBody: (status, _request, message = `Scripted ${status}`) => errorBody(status, message),
    rows: () => store.list().map(row),
    routes: routesOf(app),
    fields: () => handFields(switches),
    account: (id) => handle.accounts().find((account) => account.id === id),
    change: handle.change,
    remove: handle.remove,
    dump: () => ({ accounts: structuredClone(store.list()) }) satisfies BolnaSeed,
    load: (content) => {
      for (const account of bolnaSeed.parse(content).accounts ?? []) {
        const made = make(account);
        store.put(made.id, made);
      }
    },
    forget: () => {
      store.clear();
      usages.clear();
      rate.clear();
    },
  };
}

/** The fields of the generation that the account's replies show. */
function handFields({ generation }: BolnaSwitches): HandField[] {
  const calls = { name: "allow_concurrent_calls", label: "Concurrent calls", kind: "number" } as const;
  const range: HandField[] = [
    { name: "min_concurrency", label: "Guaranteed concurrent calls", kind: "number" },
    { name: "max_concurrency", label: "Most concurrent calls", kind: "number", unset: "no cap" },
  ];
  const limits = { calls: [calls], minimum: range, both: [calls, ...range] };
  return [{ name: "name", label: "Name", kind: "text" }, ...limits[generation]];
}

function concurrencyText({ allow_concurrent_calls, min_concurrency, max_concurrency }: BolnaAccount): string {
  if (min_concurrency === null) return String(allow_concurrent_calls ?? 0);
  return `${min_concurrency} to ${max_concurrency ?? "any"}`;
}

function row(account: BolnaAccount): AccountRow {
  return {
    id: account.id,
    name: account.name,
    "concurrent calls": concurrencyText(account),
    database: account.multi_tenant ? "separate" : "shared",
    key: `${account.api_key.slice(0, 8)}…`,
  };
}
