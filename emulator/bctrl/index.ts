import type { VendorHandle } from "../core/handle";
import { lettersAndDigits, randomText } from "../core/ids";
import { standIn } from "../core/stand-in";
import {
  archived,
  type BctrlAccount,
  type BctrlAccountView,
  type BctrlFields,
  bctrlAccounts,
} from "./account";
import { type BctrlKeyFields, type BctrlKeyView, keyView, newKey } from "./api-key";
import { scriptedBody } from "./errors";
import { Idempotency } from "./idempotency";
import { accountIn, type BctrlRecord, keyIn, keysIn, used, workingKey } from "./records";
import { bctrlRoutes } from "./routes";
import { type BctrlSwitches, bctrlSwitches } from "./switches";
import type { BctrlUsage } from "./usage";

export type { BctrlAccountView, BctrlFields } from "./account";
export type { BctrlKeyView } from "./api-key";
export type { BctrlSwitches } from "./switches";
export type { BctrlUsage } from "./usage";

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

/** bctrl, as documented at https://platform.bctrl.ai/api and by its clients at https://github.com/bctrlhq. */
export const bctrl = standIn<BctrlEmulator, BctrlAccount, BctrlRecord>()({
  title: "bctrl",
  environment: { baseUrl: "BCTRL_BASE_URL", apiKey: "BCTRL_API_KEY" },
  apiKeys: {
    own: "bctrl_emulated0organization0key0000000",
    other: "bctrl_emulated0other0000000key0000000",
  },
  switches: bctrlSwitches,
  other: { organizationId: "org_emulated0other" },
  accounts: bctrlAccounts,
  lastPage: () => ({ nextCursor: null, hasMore: false }),
  start: (world) => {
    const { store, switches, now, random, must, seed, view } = world;
    const usages = new Map<string, BctrlUsage>();
    const kept = new Idempotency(() => switches.idempotencyRetentionMs, now);
    const ids = new WeakMap<Request, string>();
    const requestId = (request: Request): string => {
      const id = ids.get(request) ?? `req_${randomText(random, lettersAndDigits, 16)}`;
      ids.set(request, id);
      return id;
    };
    return {
      app: bctrlRoutes({ ...world, requestId, usages, kept }),
      holderOf: (secret) => {
        const key = workingKey(store, secret, switches, now());
        return key && (key.subaccountId === null ? null : accountIn(store, key.subaccountId));
      },
      replyHeaders: (request) => ({ "x-request-id": requestId(request) }),
      errorBody: (refusal, request) => scriptedBody(refusal, request, switches, requestId(request)),
      changed: ({ status }) =>
        status === undefined ? {} : { archivedAt: status === "archived" ? now().toISOString() : null },
      forget: () => {
        usages.clear();
        kept.clear();
      },
      handle: {
        seed: (fields = {}) => view(seed(fields)),
        archive: (id) => store.put(id, archived(must(id), now())),
        keys: () => structuredClone(keysIn(store).map(keyView)),
        addKey: (accountId, { name = "Added", expiresAt = null, type } = {}) => {
          const key = newKey(world, {
            subaccountId: must(accountId).id,
            name,
            expiresAt,
            type: type ?? "subaccount",
          });
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
      },
    };
  },
});
