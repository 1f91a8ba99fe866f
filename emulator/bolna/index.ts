import type { VendorHandle } from "../core/handle";
import { randomUuid } from "../core/ids";
import { standIn } from "../core/stand-in";
import { type BolnaAccount, type BolnaAccountView, bolnaAccounts } from "./account";
import { errorBody } from "./errors";
import { bolnaRoutes } from "./routes";
import { type BolnaSwitches, bolnaSwitches } from "./switches";
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

/** Bolna, as documented at https://www.bolna.ai/docs/api-reference/sub-accounts/overview. */
export const bolna = standIn<BolnaEmulator, BolnaAccount>()({
  title: "Bolna",
  environment: { baseUrl: "BOLNA_BASE_URL", apiKey: "BOLNA_API_KEY" },
  apiKeys: {
    own: "bn-e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0",
    other: "bn-0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d",
  },
  switches: bolnaSwitches,
  other: { organizationId: "c2a7e9d4-50b1-4f3e-8d6a-7b1c9e0f2a35" },
  accounts: bolnaAccounts,
  lastPage: (total) => ({ has_more: false, total }),
  start: (world) => {
    const { store, random, must, seed, view } = world;
    const usages = new Map<string, BolnaUsage>();
    return {
      app: bolnaRoutes(world, usages),
      holderOf: (key) => store.list().find(({ api_key }) => api_key === key),
      replyHeaders: () => ({ "x-request-id": randomUuid(random) }),
      errorBody: ({ status, message }) => errorBody(status, message),
      forget: () => usages.clear(),
      handle: {
        seed: (fields = {}) => {
          const account = seed(fields);
          return { ...view(account), api_key: account.api_key };
        },
        setUsage: (id, usage) => usages.set(must(id).id, usage),
      },
    };
  },
});
