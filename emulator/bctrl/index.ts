import { vendorClock } from "../core/common-switches";
import { handleFrame, type VendorHandle } from "../core/handle";
import { lettersAndDigits, randomText } from "../core/ids";
import { RateWindow } from "../core/rate-window";
import { Refusal } from "../core/refusal";
import { Store } from "../core/store";
import { answerWith, routesOf, type Vendor, type VendorContext } from "../core/vendor";
import { archived, type BctrlAccount, type BctrlFields, newAccount, withFields } from "./account";
import { type BctrlKeyFields, type BctrlKeyView, isLive, keyView, newKey } from "./api-key";
import { refusalBody } from "./errors";
import { faceOf } from "./face";
import { Idempotency } from "./idempotency";
import { handFields, row } from "./people";
import { accountIn, accountsIn, type BctrlRecord, keyIn, keysIn, used, workingKey } from "./records";
import { bctrlRoutes } from "./routes";
import { bctrlSeed } from "./seed";
import { recordsOf, seedOf } from "./seed-records";
import { type BctrlSwitches, bctrlDefaults } from "./switches";
import type { BctrlUsage } from "./usage";

export type { BctrlFields } from "./account";
export type { BctrlKeyView } from "./api-key";
export type { BctrlSwitches } from "./switches";
export type { BctrlUsage } from "./usage";

/** An account as it really is at the vendor, for tests and the page: its keys, revoked ones too, without secrets. */
export interface BctrlAccountView extends BctrlAccount {
  keys: BctrlKeyView[];
}

/**
 * bctrl's stand-in, for tests. `apiKey` is the organization's; a key works while it is unrevoked, unexpired and its
 * account active.
 */
export interface BctrlEmulator extends VendorHandle<BctrlAccountView, BctrlFields, BctrlSwitches> {
  /** Creates an account behind the program's back; it has no key. */
  seed(fields?: BctrlFields): BctrlAccountView;
  /** Archives an account as the dashboard does. Throws if there is no such account. */
  archive(id: string): void;
  /** Every key in order of creation, revoked ones and the organization's too. Deep copies without secrets. */
  keys(): BctrlKeyView[];
  /** Throws if there is no such account. */
  addKey(accountId: string, fields?: BctrlKeyFields): { id: string; key: string };
  /** Throws if there is no such key. */
  revokeKey(keyId: string): void;
  /** Counts a use of a key that works. */
  useKey(key: string): void;
  /** Sets what the account has used in the billing cycle. Throws if there is no such account. */
  setUsage(id: string, usage: BctrlUsage): void;
}

const apiKeys = {
  own: "bctrl_emulated0organization0key0000000",
  other: "bctrl_emulated0other0000000key0000000",
};

/** bctrl, as documented at https://platform.bctrl.ai/api and by its clients at https://github.com/bctrlhq. */
export function createBctrl(
  context: VendorContext,
  overrides: Partial<BctrlSwitches>,
): Vendor<BctrlEmulator> {
  const { random, organization } = context;
  const apiKey = apiKeys[organization];
  const store = new Store<BctrlRecord>(context.changed);
  const switches: BctrlSwitches = {
    ...bctrlDefaults,
    ...overrides,
    ...(organization === "other" && { organizationId: "org_emulated0other" }),
  };
  const now = vendorClock(context.now, switches);
  const rate = new RateWindow(() => switches, now);
  const usages = new Map<string, BctrlUsage>();

  const ids = new WeakMap<Request, string>();
  const requestId = (request: Request): string => {
    const id = ids.get(request) ?? `req_${randomText(random, lettersAndDigits, 16)}`;
    ids.set(request, id);
    return id;
  };
  const keysOf = (accountId: string) =>
    keysIn(store).filter(({ subaccountId }) => subaccountId === accountId);
  const view = (account: BctrlAccount): BctrlAccountView => ({
    ...structuredClone(account),
    keys: keysOf(account.id).map(keyView),
  });
  const { must, seed, frame } = handleFrame<BctrlAccount, BctrlFields, BctrlSwitches, BctrlRecord>({
    vendor: "bctrl",
    context,
    apiKey,
    switches,
    accounts: {
      get: (id) => accountIn(store, id),
      put: (id, account) => store.put(id, account),
      remove: (id) => {
        for (const key of keysOf(id)) store.remove(key.id);
        return store.remove(id);
      },
    },
    records: store,
    whole: (record) => ({
      ...("secret" in record ? newKey(random, now(), null, {}) : newAccount(random, now(), {})),
      ...record,
    }),
    make: (fields) => newAccount(random, now(), fields),
    with: withFields,
  });

  const own: Omit<BctrlEmulator, keyof typeof frame> = {
    accounts: () => accountsIn(store).map(view),
    seed: (fields = {}) => view(seed(fields)),
    archive: (id) => store.put(id, archived(must(id), now())),
    keys: () => keysIn(store).map(keyView),
    addKey: (accountId, fields = {}) => {
      const key = newKey(random, now(), must(accountId).id, { name: "Added", ...fields });
      store.put(key.id, key);
      return { id: key.id, key: key.secret };
    },
    revokeKey: (keyId) => {
      const key = keyIn(store, keyId);
      if (!key) throw new Error(`bctrl emulator: no key ${keyId}`);
      store.put(keyId, { ...key, revokedAt: now().toISOString() });
    },
    useKey: (secret) => {
      const key = workingKey(store, secret, switches, now());
      if (key) store.put(key.id, used(key, now()));
    },
    setUsage: (id, usage) => usages.set(must(id).id, usage),
    keyWorks: (secret) => workingKey(store, secret, switches, now()) !== undefined,
    accountOfKey: (secret) => workingKey(store, secret, switches, now())?.subaccountId ?? undefined,
  };

  const handle: BctrlEmulator = Object.assign(frame, own);
  const kept = new Idempotency(() => switches.idempotencyRetentionMs, now);
  const app = bctrlRoutes({ ...context, now, store, switches, apiKey, rate, requestId, usages, kept });

  return {
    title: "bctrl",
    apiKey,
    handle,
    switches,
    environment: { baseUrl: "BCTRL_BASE_URL", apiKey: "BCTRL_API_KEY" },
    answer: answerWith(app, store, { now: context.now, switches }),
    replyHeaders: (request) => ({ "x-request-id": requestId(request) }),
    errorBody: (status, request, message = `Scripted ${status}`) => {
      const path = new URL(request.url).pathname;
      const face = faceOf(path, request.headers.get("bctrl-version") ?? undefined, switches);
      const missing = path.startsWith("/v1/api-keys") ? "api_key.not_found" : "subaccount.not_found";
      const refusal = new Refusal(status, message, status === 404 ? { code: missing } : {});
      return refusalBody(refusal, face, switches, requestId(request));
    },
    rows: () =>
      accountsIn(store).map((account) =>
        row(
          account,
          keysOf(account.id).filter((key) => isLive(key, now())),
        ),
      ),
    routes: routesOf(app),
    fields: () => handFields,
    account: (id) => handle.accounts().find((account) => account.id === id),
    change: (id, fields) => {
      const archivedAt = fields["status"] === "archived" ? now().toISOString() : null;
      handle.change(id, "status" in fields ? { ...fields, archivedAt } : fields);
    },
    remove: handle.remove,
    dump: () => seedOf(store),
    load: (content) => {
      for (const record of recordsOf(bctrlSeed.parse(content), random, now())) store.put(record.id, record);
    },
    forget: () => {
      store.clear();
      usages.clear();
      kept.clear();
      rate.clear();
    },
  };
}
