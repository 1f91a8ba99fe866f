import type { VendorHandle } from "../core/handle";
import { lettersAndDigits, randomText } from "../core/ids";
import { type KeyHandle, Keyring } from "../core/keyring";
import { standIn } from "../core/stand-in";
import { keys, type ZavuAccount, type ZavuAccountView, type ZavuKeyFields, zavuAccounts } from "./account";
import { refusalBody } from "./errors";
import { zavuRoutes } from "./routes";
import { type ZavuSwitches, zavuSwitches } from "./switches";

export type { ZavuAccountView, ZavuKeyView } from "./account";
export type { ZavuSwitches } from "./switches";

/** Fields of an account that a test can set behind the program's back. */
export type ZavuFields = Partial<Omit<ZavuAccountView, "id" | "keys">>;

/** Zavu's stand-in, for tests. `apiKey` is the main project's; a key works while it is unrevoked and its account active. */
export interface ZavuEmulator
  extends VendorHandle<ZavuAccountView, ZavuFields, ZavuSwitches>,
    KeyHandle<ZavuKeyFields> {
  /** Creates an account behind the program's back, with one key. */
  seed(fields?: ZavuFields): ZavuAccountView & { apiKey: string };
  /** Deactivates an account as the dashboard does: `inactive`, every key revoked. Throws if there is no such account. */
  deactivate(id: string): void;
}

/** Zavu, as documented at https://docs.zavu.dev/api-reference/sub-accounts/create-sub-account. */
export const zavu = standIn<ZavuEmulator, ZavuAccount>()({
  title: "Zavu",
  environment: { baseUrl: "ZAVU_BASE_URL", apiKey: "ZAVUDEV_API_KEY" },
  apiKeys: {
    own: "zv_live_emulated0parent0key0000000000",
    other: "zv_live_emulated0other00key0000000000",
  },
  switches: zavuSwitches,
  other: { teamId: "jt7emulator0002", projectId: "jx7parent000002" },
  accounts: zavuAccounts,
  lastPage: () => ({ nextCursor: null }),
  start: (world) => {
    const { store, switches, rate, random, must, seed, view } = world;
    const keyring = new Keyring(world, {
      kind: keys,
      isActive: ({ status }) => status === "active",
      time: (at) => at.getTime(),
    });
    return {
      app: zavuRoutes({ ...world, keys: keyring }),
      holderOf: (key) => keyring.find(key)?.account,
      replyHeaders: () => ({
        "x-request-id": `req_${randomText(random, lettersAndDigits, 16)}`,
        "x-ratelimit-limit": String(rate.limit),
        "x-ratelimit-remaining": String(rate.remaining),
        "x-ratelimit-reset": String(
          switches.rateLimitResetUnit === "ms" ? rate.resetMs : Math.ceil(rate.resetMs / 1000),
        ),
      }),
      errorBody: (refusal) => refusalBody(switches, refusal),
      handle: {
        ...keyring.handle,
        seed: (fields = {}) => {
          const account = seed(fields);
          return { ...view(account), apiKey: account.keys[0]?.secret ?? "" };
        },
        deactivate: (id) => store.put(id, { ...keyring.revoked(must(id)), status: "inactive" }),
      },
    };
  },
});
