import type { Account } from "./account/fields";
import { SubaccountsError } from "./base/errors";
import type { Run } from "./base/run";
import { STAMP_KEY } from "./contract/arguments";
import { nested } from "./contract/fields";
import type { Values } from "./contract/resource";
import { type StackConfig, settings } from "./vendor-io/config";
import { connect } from "./vendor-io/connection";
import { Listing, type Page } from "./vendor-io/listing";
import type { Vendor } from "./vendor-io/vendor";

/** An account as a lookup finds it. */
export interface FoundAccount extends Account {
  /** Whether the reply shows all that there is; a listing need not show `metadata`. */
  readonly isWhole: boolean;
}

/** What an author writes so that a vendor's accounts can be looked up in programs. */
export interface LookupKind<Client> {
  readonly vendor: Vendor<Client>;
  /** A page of the listing; with an `externalId`, given only where `hasFilter`, of those that the filter finds. */
  readonly page: (
    client: Client,
    cursor: string | undefined,
    externalId?: string,
  ) => Promise<Page<FoundAccount>>;
  /** The listing has a filter by `externalId`, which need not be exact. */
  readonly hasFilter: boolean;
  /** The account itself; absent where the vendor has no such call, and the listing is all there is. */
  readonly retrieve?: (client: Client, id: string) => Promise<FoundAccount | undefined>;
  /** What an account has used, in names that say the unit; undefined if there is no such account. */
  readonly usage: (client: Client, id: string, args: Values) => Promise<Values | undefined>;
}

/** The program that asks: its lookups share listings, sockets and rate budgets. */
interface Program {
  readonly run: Run;
  readonly config: StackConfig;
}

/** One lookup of a vendor. Arguments are plain and checked. @throws SubaccountsError */
type Lookup<Result> = (program: Program, args: Values) => Promise<Result>;

/** The lookups of one vendor, by the name of the function that programs call. */
export interface Lookups {
  readonly getSubAccount: Lookup<Values>;
  readonly listSubAccounts: Lookup<Values[]>;
  readonly getUsage: Lookup<Values>;
}

/** The lookups of a vendor. They only read, and live in the program's process. */
export function lookups<Client>(kind: LookupKind<Client>): Lookups {
  const { vendor, hasFilter, page, retrieve, usage } = kind;

  function reach({ run, config }: Program, { connection }: Values) {
    const name = typeof connection === "string" ? connection : undefined;
    const { client, key, apiVersion, progress } = connect(
      vendor,
      settings(vendor, name, config, run.world.env),
      run,
    );
    const listing = run.shared(`lookups ${key} ${apiVersion}`, () => listingOf(client));
    return { client, listing, progress };
  }

  type Reached = ReturnType<typeof reach>;

  function listingOf(client: Client, externalId?: string): Listing<FoundAccount> {
    return new Listing({
      fetchPage: (cursor) => page(client, cursor, externalId),
      idOf: ({ id }) => id,
      keysOf: ({ fields: { externalId, name } }) => [`externalId ${externalId}`, `name ${name}`],
      madeAtMs: ({ outputs }) => Date.parse(String(outputs["createdAt"])),
    });
  }

  async function byId(
    client: Client,
    listing: Listing<FoundAccount>,
    id: string,
  ): Promise<FoundAccount | undefined> {
    const { item } = await listing.find(id);
    if (item?.isWhole) return item;
    if (retrieve) return (await retrieve(client, id)) ?? item;
    const listed = await listing.get(id);
    if (listed) return listed;
    // The program may have made it since the listing was read.
    await listing.refresh();
    return listing.get(id);
  }

  /** The accounts with this `externalId` or `name`, as fresh as the program's own creates. */
  async function matching(
    client: Client,
    listing: Listing<FoundAccount>,
    field: string,
    value: string,
  ): Promise<FoundAccount[]> {
    const keys = [`${field} ${value}`];
    const canFilter = hasFilter && field === "externalId";
    // Which is cheaper, the filter or the listing, shows only at the end of the program. With a page of the one for each
    // call of the other, the two together cost at most twice what the cheaper one alone would.
    const isListed = canFilter ? await listing.grow() : true;
    const found = isListed ? await listing.lookup(keys) : [];
    if (found.length > 0) return found;
    if (canFilter) return listingOf(client, value).lookup(keys);
    await listing.lookForNew();
    return listing.seen(keys);
  }

  function nothing(what: string): SubaccountsError {
    return new SubaccountsError(
      `${vendor.title} has no sub-account ${what} that the key of this connection can see. Check the value and the ` +
        `connection; ${vendor.name}.listSubAccounts() shows what there is`,
    );
  }

  async function getSubAccount({ client, listing }: Reached, args: Values): Promise<Values> {
    const { id, externalId, name } = args;
    if (typeof id === "string") {
      const account = await byId(client, listing, id);
      if (account) return shown(account);
      throw nothing(`"${id}"`);
    }
    const [field, value] =
      externalId === undefined ? ["name", String(name)] : ["externalId", String(externalId)];
    const found = await matching(client, listing, field, value);
    // One that was deactivated before a new one was made is not in the way of that one.
    const live = found.filter(({ presence }) => presence === "active");
    const [account, ...others] = live.length > 0 ? live : found;
    if (account === undefined) throw nothing(`with the ${field} "${value}"`);
    if (others.length > 0) {
      const ids = [account, ...others].map((each) => each.id);
      throw new SubaccountsError(
        `${vendor.title} has ${ids.length} sub-accounts with the ${field} "${value}": ${ids.join(", ")}. Pass the id of the ` +
          "one that is meant",
      );
    }
    return shown(account.isWhole || !retrieve ? account : ((await retrieve(client, account.id)) ?? account));
  }

  async function listSubAccounts({ listing }: Reached): Promise<Values[]> {
    return (await listing.all()).map(shown);
  }

  async function getUsage({ client }: Reached, args: Values): Promise<Values> {
    const id = String(args["id"]);
    const found = await usage(client, id, args);
    if (found) return { id, ...found };
    throw nothing(`"${id}"`);
  }

  /** Counts a lookup for those who wait for the rate limit. */
  const counted =
    <Result>(look: (reached: Reached, args: Values) => Promise<Result>): Lookup<Result> =>
    async (program, args) => {
      const reached = reach(program, args);
      return look(reached, args).finally(() => reached.progress.end(undefined));
    };

  return {
    getSubAccount: counted(getSubAccount),
    listSubAccounts: counted(listSubAccounts),
    getUsage: counted(getUsage),
  };
}

/** What a program sees of an account: never a key, and of the metadata what is not ours. */
function shown({ id, fields, outputs, metadata }: FoundAccount): Values {
  const { externalId, ...others } = nested(fields);
  const { [STAMP_KEY]: _, ...own } = metadata ?? {};
  return {
    id,
    ...others,
    ...(externalId == null ? {} : { externalId }),
    ...outputs,
    ...(Object.keys(own).length > 0 ? { metadata: own } : {}),
  };
}
