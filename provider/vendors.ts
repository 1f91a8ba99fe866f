import { bctrlApiKey, keys as bctrlKeys } from "./bctrl/api-key";
import { bctrl } from "./bctrl/client";
import { bctrlSubAccount } from "./bctrl/sub-account";
import { bolnaApiKey } from "./bolna/api-key";
import { bolna } from "./bolna/client";
import { bolnaSubAccount } from "./bolna/sub-account";
import type { Account } from "./core/account/fields";
import type { AccountResource } from "./core/account/sub-account";
import type { Run } from "./core/base/run";
import type { Context, Values } from "./core/contract/resource";
import type { KeyApi } from "./core/key/keys";
import { revokeKey } from "./core/key/revoke";
import { contextOf } from "./core/operations";
import type { Settings } from "./core/vendor-io/config";
import { connect } from "./core/vendor-io/connection";
import type { PageReader } from "./core/vendor-io/page-reader";
import { type RawCalls, rawCalls } from "./core/vendor-io/raw-calls";
import type { Vendor, VendorFacts } from "./core/vendor-io/vendor";
import { zavuApiKey, keys as zavuKeys } from "./zavu/api-key";
import { zavu } from "./zavu/client";
import { zavuSubAccount } from "./zavu/sub-account";

/** The registry: one entry per vendor, with a line for each of its resources. */
export const vendors = {
  bctrl: {
    vendor: entry(bctrl, bctrlSubAccount, bctrlKeys),
    SubAccount: bctrlSubAccount,
    ApiKey: bctrlApiKey,
  },
  bolna: {
    vendor: entry(bolna, bolnaSubAccount),
    SubAccount: bolnaSubAccount,
    ApiKey: bolnaApiKey,
  },
  zavu: {
    vendor: entry(zavu, zavuSubAccount, zavuKeys),
    SubAccount: zavuSubAccount,
    ApiKey: zavuApiKey,
  },
};

/** Any vendor of the registry, whatever its client: what works with each of them alike. */
export interface AnyVendor extends VendorFacts {
  /** Asks the vendor whether it accepts the key; see `probe` of `Vendor`. */
  readonly probeWith: (settings: Settings, run: Run) => Promise<string>;
  /** The id of the organization that the key reaches; undefined where the vendor does not say. */
  readonly organizationWith: (settings: Settings, run: Run) => Promise<string | undefined>;
  /** Every account that the key shows, page by page, and what else tells of them. */
  readonly accountsWith: (settings: Settings, run: Run) => AccountSurvey;
  /** Its accounts carry ownership markers. */
  readonly isMarked: boolean;
  /** Calls whose replies are returned as they are. */
  readonly rawWith: (settings: Settings, run: Run) => RawCalls;
  /** The keys of its accounts; absent where a vendor has no key objects. */
  readonly keysWith?: (settings: Settings, run: Run) => AccountKeys;
}

/** Reads the accounts behind a key, outside of any resource. */
export interface AccountSurvey {
  /** Stands for the credentials: equal for two connections with the same. */
  readonly connection: string;
  readonly pages: PageReader<Account>;
  /** The account with its metadata, which a listing need not show. */
  readonly withMetadata: (account: Account) => Promise<Account | undefined>;
  /** The account with fields that the listing does not show and these arguments declare. */
  readonly whole: (account: Account, args: Values) => Promise<Account>;
}

/** Lists and revokes keys of accounts, outside of any resource. */
export interface AccountKeys extends Pick<KeyApi, "list"> {
  /** Revokes a key until the vendor agrees that it is revoked or gone. */
  readonly revoke: (accountId: string, keyId: string) => Promise<void>;
}

/** Every vendor of the registry. */
export const everyVendor: readonly AnyVendor[] = Object.values(vendors).map(({ vendor }) => vendor);

function entry<Client>(
  vendor: Vendor<Client>,
  {
    organization,
    isMarked,
    survey,
    withMetadata,
    whole,
  }: Pick<AccountResource<Client, never>, "organization" | "isMarked" | "survey" | "withMetadata" | "whole">,
  keys?: (context: Context<Client>) => KeyApi,
): AnyVendor {
  return {
    ...vendor,
    organizationWith: (settings, run) => organization(contextOf(connect(vendor, settings, run), run)),
    accountsWith: (settings, run) => {
      const context = contextOf(connect(vendor, settings, run), run);
      return {
        connection: context.connection,
        pages: survey(context),
        withMetadata: (account) => withMetadata(context, account),
        whole: (account, args) => whole(context, account, args),
      };
    },
    isMarked,
    rawWith: (settings, run) => rawCalls(vendor, settings, run),
    probeWith: (settings, run) => vendor.probe(connect(vendor, settings, run).client),
    ...(keys && { keysWith: (settings, run) => accountKeys(vendor, keys, settings, run) }),
  };
}

function accountKeys<Client>(
  vendor: Vendor<Client>,
  keys: (context: Context<Client>) => KeyApi,
  settings: Settings,
  run: Run,
): AccountKeys {
  const context = contextOf(connect(vendor, settings, run), run);
  const api = keys(context);
  return {
    list: (accountId) => api.list(accountId),
    revoke: (accountId, keyId) => revokeKey(context, api, accountId, keyId, "it was named to be revoked"),
  };
}
