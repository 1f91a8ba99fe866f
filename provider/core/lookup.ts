import type { Account } from "./account/fields";
import type { AccountApi } from "./account/kind";
import { markerIn, ownerIn } from "./account/marker";
import { showsFleet } from "./account/of-fleet";
import { SubaccountsError } from "./base/errors";
import type { Run } from "./base/run";
import { STAMP_KEY } from "./contract/arguments";
import { nested } from "./contract/fields";
import { isSame } from "./contract/identity";
import type { LookupDescription } from "./contract/lookup-description";
import type { Values } from "./contract/resource";
import { AccountIndex } from "./vendor-io/account-index";
import { settings } from "./vendor-io/config";
import { connect } from "./vendor-io/connection";
import type { Snapshot } from "./vendor-io/inventory";
import type { StackConfig } from "./vendor-io/stack-config";
import type { Vendor } from "./vendor-io/vendor";

/** A vendor's look-ups: the part that an author writes. */
export interface LookupKind<Client> {
  readonly description: LookupDescription;
  readonly vendor: Vendor<Client>;
  /**
   * Pages of the listing, with an `externalId` only where `hasFilter`, and one account; without `get` the listing is all there
   * is, and else an account without `metadata` is read again by itself.
   */
  readonly accounts: (client: Client) => Pick<AccountApi, "page" | "get">;
  /** The listing has a filter by `externalId`, which need not be exact. */
  readonly hasFilter: boolean;
  /** The usage of an account, in names that say the unit; undefined if there is no such account. */
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
interface Lookups {
  readonly getSubAccount: Lookup<Values>;
  readonly listSubAccounts: Lookup<Values[]>;
  readonly getUsage: Lookup<Values>;
}

/** The lookups of one vendor, and their description. */
export interface VendorLookups extends Lookups {
  readonly description: LookupDescription;
  /**
   * For a tenant that has ended: the accounts of its customer (by `id`, `externalId` or `name`) that have not, each with the
   * owner and the fleet in its marker. With a `fleet` that is recovered, none is proven only where an account of it is shown.
   * No function of programs.
   */
  readonly listRemaining: Lookup<Values[]>;
}

/** The lookups of a vendor. They only read, and live in the program's process. */
export function lookups<Client>(kind: LookupKind<Client>): VendorLookups {
  const { vendor, hasFilter, accounts, usage } = kind;

  function reach({ run, config }: Program, { connection }: Values) {
    const name = typeof connection === "string" ? connection : undefined;
    const { client, key, apiVersion, progress } = connect(
      vendor,
      settings(vendor, name, config, run.world.env),
      run,
    );
    const index = run.shared(`lookups ${key} ${apiVersion}`, () => indexOf(client, run));
    return { client, index, progress, run, askedAtMs: run.world.now() };
  }

  type Reached = ReturnType<typeof reach>;

  /** Indexes all accounts, or those that the filter finds by `externalId`. */
  function indexOf(client: Client, run: Run, externalId?: string): AccountIndex<Account> {
    return new AccountIndex({
      fetchPage: (cursor) => accounts(client).page(cursor, externalId),
      idOf: ({ id }) => id,
      keysOf: ({ fields: { externalId, name } }) => [`externalId ${externalId}`, `name ${name}`],
      nowMs: () => run.world.now(),
      // Lookups write nothing.
      lagMs: 0,
    });
  }

  async function byId({ client, index, askedAtMs }: Reached, id: string): Promise<Account> {
    const seen = await index.find(id);
    const { get: retrieve } = accounts(client);
    if (seen && (!retrieve || isWhole(seen))) return seen;
    const known = retrieve ? await retrieve(id) : (await index.read()).get(id);
    if (known) return known;
    // The program may have made it since the list was read, and not every vendor need show each account by itself.
    const { flaw, get } = await index.read(askedAtMs);
    const listed = get(id);
    if (listed) return listed;
    throw flaw === undefined ? nothing(`"${id}"`) : untold(`has the sub-account "${id}"`, flaw);
  }

  /** The accounts with this `externalId` or `name`: those of a list that shows one, or else one as fresh as this call. */
  async function matching(reached: Reached, field: string, value: string): Promise<Account[]> {
    const { client, index, run, askedAtMs } = reached;
    const keys = [`${field} ${value}`];
    const canFilter = hasFilter && field === "externalId";
    const proven = ({ flaw, withKeys }: Snapshot<Account>) => {
      if (flaw === undefined) return withKeys(keys);
      throw untold(`has one sub-account with the ${field} "${value}"`, flaw, "Pass its id, or run");
    };
    // Which is cheaper, the filter or the list, shows only at the end of the program. With a page of the one for each
    // call of the other, the two together cost at most twice what the cheaper one alone would.
    if (!canFilter || (await index.grow())) {
      const { flaw, withKeys } = await index.read();
      const found = flaw === undefined ? withKeys(keys) : [];
      if (found.length > 0) return found;
    }
    return proven(await (canFilter ? indexOf(client, run, value).read() : index.read(askedAtMs)));
  }

  function nothing(what: string): SubaccountsError {
    return new SubaccountsError(
      `${vendor.title} has no sub-account ${what} that the key of this connection can see. Check the value and the ` +
        `connection; ${vendor.name}.listSubAccounts() shows what there is`,
    );
  }

  /** An incomplete list proves neither that there is no account nor that there is no other one. */
  function untold(what: string, flaw: string, advice = "Run"): SubaccountsError {
    return new SubaccountsError(
      `Could not tell whether ${vendor.title} ${what}: its list of sub-accounts ${flaw}, so some may be missing from it. ` +
        `${advice} this again; if it stays so, report it to ${vendor.title}`,
    );
  }

  async function getSubAccount(reached: Reached, args: Values): Promise<Values> {
    const { client } = reached;
    const { id, externalId, name } = args;
    if (typeof id === "string") return shown(await byId(reached, id));
    const [field, value] =
      externalId === undefined ? ["name", String(name)] : ["externalId", String(externalId)];
    const found = await matching(reached, field, value);
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
    return shown(await whole(client, account));
  }

  /** The account with what a listing need not show. */
  async function whole(client: Client, account: Account): Promise<Account> {
    const { get: retrieve } = accounts(client);
    return isWhole(account) || !retrieve ? account : ((await retrieve(account.id)) ?? account);
  }

  async function listSubAccounts({ index }: Reached): Promise<Values[]> {
    const { flaw, all } = await index.read();
    if (flaw !== undefined) throw untold("has more sub-accounts", flaw);
    return all().map(shown);
  }

  async function listRemaining({ client, index }: Reached, args: Values): Promise<Values[]> {
    const { id, externalId, name, fleet } = args;
    const { flaw, all } = await index.read();
    if (flaw !== undefined) throw untold("still has an account of a customer who has left", flaw);
    const isMeant = (account: Account) =>
      id === undefined
        ? externalId === undefined
          ? isSame(account.fields["name"], name)
          : isSame(account.fields["externalId"], externalId)
        : account.id === id;
    const listed = all().filter(isMeant);
    const hidden =
      listed.length === 0 && typeof id === "string" ? await accounts(client).get?.(id) : undefined;
    const found = await Promise.all(
      [...listed, ...(hidden ? [hidden] : [])].map((each) => whole(client, each)),
    );
    if (typeof fleet === "string" && found.length === 0) {
      const get = async (id: string) => accounts(client).get?.(id);
      if (!(await showsFleet(all(), get, fleet))) {
        throw new SubaccountsError(
          `${vendor.title} shows no sub-account of the fleet ${fleet} that is to be recovered, so this may be the key of another organization. Check the key; ` +
            "if it is right, and the accounts of the fleet are gone indeed, take the tenant out",
        );
      }
    }
    return found
      .filter(({ presence, metadata }) => presence !== "ended" || markerIn(metadata)?.suspended)
      .map(({ id, metadata }) => ({ id, owner: ownerIn(metadata)?.owner, fleet: ownerIn(metadata)?.fleet }));
  }

  async function getUsage(reached: Reached, args: Values): Promise<Values> {
    const id = String(args["id"]);
    const found = await usage(reached.client, id, args);
    if (found) return { id, ...found };
    await byId(reached, id);
    throw new SubaccountsError(
      `${vendor.title} has the sub-account "${id}" and answers that it has none when its usage is read. Run this again; ` +
        `if it stays so, report it to ${vendor.title}`,
    );
  }

  /** Counts a lookup for those who wait for the rate limit. */
  const counted =
    <Result>(look: (reached: Reached, args: Values) => Promise<Result>): Lookup<Result> =>
    async (program, args) => {
      const reached = reach(program, args);
      return look(reached, args).finally(() => reached.progress.end(undefined));
    };

  return {
    description: kind.description,
    getSubAccount: counted(getSubAccount),
    listSubAccounts: counted(listSubAccounts),
    getUsage: counted(getUsage),
    listRemaining: counted(listRemaining),
  };
}

/** Whether a reply shows all that there is of an account: a listing need not show `metadata`. */
function isWhole({ metadata }: Account): boolean {
  return metadata !== undefined;
}

/** The account as a program sees it: without keys, and without our part of the metadata. */
function shown({ id, fields, outputs, metadata }: Account): Values {
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
