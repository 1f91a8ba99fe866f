import { vendorClock } from "../core/common-switches";
import { handleFrame, type VendorHandle } from "../core/handle";
import { randomUuid } from "../core/ids";
import { RateWindow } from "../core/rate-window";
import { Store } from "../core/store";
import { type AccountRow, answerWith, type Vendor, type VendorContext } from "../core/vendor";
import { accountView, type BolnaAccount, type BolnaAccountView, newAccount } from "./account";
import { errorBody } from "./errors";
import { bolnaRoutes } from "./routes";
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
  const store = new Store<BolnaAccount>();
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

  return {
    title: "Bolna",
    apiKey,
    handle: Object.assign(frame, own),
    switches,
    environment: { baseUrl: "BOLNA_BASE_URL", apiKey: "BOLNA_API_KEY" },
    answer: answerWith(bolnaRoutes({ ...context, now, store, switches, apiKey, rate, usages }), store, {
      now: context.now,
      switches,
    }),
    replyHeaders: () => ({ "x-request-id": randomUuid(random) }),
    errorBody: (status, _request, message = `Scripted ${status}`) => errorBody(status, message),
    rows: () => store.list().map(row),
  };
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
