import { CallError } from "../base/errors";
import { normalized } from "../contract/identity";
import type { Context, Values } from "../contract/resource";
import { AccountIndex } from "../vendor-io/account-index";
import type { Snapshot } from "../vendor-io/inventory";
import { type Memory, memoryOf, type ReadFacts, withOwnKey } from "./account-memory";
import { claimOfAccount } from "./claims";
import type { Account } from "./fields";
import { identityKeys, keysFor, keysOf } from "./index-keys";
import type { AccountApi, Others } from "./kind";
import { markerIn, shortHash } from "./marker";

/** GETs of single accounts before a run reads them from the index: fewer are cheaper one by one. */
const FEW_GETS = 3;

/** Reads the accounts of one connection: single ones, many at once, and all of them. */
export class Accounts {
  readonly api: AccountApi;
  readonly memory: Memory;
  readonly #facts: ReadFacts;
  readonly #context: Context<unknown>;

  constructor(facts: ReadFacts, context: Context<unknown>, api: AccountApi) {
    this.#facts = facts;
    this.#context = context;
    this.api = api;
    this.memory = memoryOf(context, facts, api);
  }

  /** The account as the vendor shows it now: by its own endpoint, else by a listing begun after this call. */
  async get(id: string): Promise<Account | undefined> {
    if (this.api.get === undefined) {
      return (await this.memory.index.read(this.#context.run.world.now())).listed(id);
    }
    this.memory.gets++;
    const found = await this.api.get(id);
    if (found === undefined) return undefined;
    if (!this.#facts.isMarked || found.metadata !== undefined) return found;
    return { ...found, metadata: {}, isMetadataUnshown: true };
  }

  /**
   * The account for a refresh or an update: from the list that a fleet's shards share, else as {@link find} has it. One that
   * the list does not tell of is read itself.
   *
   * @param before the state
   */
  async read(id: string, before: Values, isMany: boolean): Promise<Account | undefined> {
    const { list, index } = this.memory;
    const isReadable = !isMany && this.api.get !== undefined;
    const listed = await list?.find(id, identityKeys(this.#facts, before), isReadable);
    if (list === undefined || listed === undefined) return this.find(id, isMany);
    const account = listed.item && withOwnKey(listed.item, before, list.seal);
    if (account === undefined || (this.#facts.isMarked && account.metadata === undefined)) {
      return this.api.get ? this.get(id) : this.find(id, true);
    }
    for (const each of [account, ...listed.others]) index.learn(each);
    return account;
  }

  /** The account, as cheap as the vendor allows for many at once; `isMany` where more are to follow (a refresh). */
  async find(id: string, isMany: boolean): Promise<Account | undefined> {
    if (this.api.get === undefined) {
      const { index } = this.memory;
      return index.written(id) ?? (await index.read()).get(id);
    }
    if (isMany || this.memory.gets >= FEW_GETS) {
      const item = await this.memory.index.find(id);
      // An item of a listing need not show its metadata.
      if (item !== undefined && (!this.#facts.isMarked || item.metadata !== undefined)) {
        return item;
      }
    }
    return this.get(id);
  }

  /**
   * Accounts that a create or a change of identity must know of, from a complete listing.
   *
   * @param fresh from a listing begun after this call.
   * @param notBeforeMs else, from one begun after this time, where that matters.
   * @throws as `read`; see {@link AccountIndex}
   */
  async matching(
    wanted: Values,
    tags: readonly string[],
    fresh: boolean,
    notBeforeMs?: number,
  ): Promise<Looked> {
    const { externalId } = wanted;
    const now = this.#context.run.world.now();
    const keys = keysFor(wanted, tags);
    if (fresh && this.#facts.canFilter && typeof externalId === "string") {
      return { flaw: undefined, accounts: await this.#withMetadata(await this.#filtered(externalId)) };
    }
    const snapshot = await this.memory.index.read(fresh ? now : notBeforeMs);
    return { flaw: snapshot.flaw, accounts: await this.#withMetadata(snapshot.withKeys(keys)), snapshot };
  }

  /** Accounts of the vendor's filter, by the `externalId` as declared and as a vendor that folds it may have stored it. */
  async #filtered(externalId: string): Promise<Account[]> {
    const found = new Map<string, Account>();
    for (const wanted of new Set([externalId, normalized(externalId)])) {
      const index = new AccountIndex<Account>({
        fetchPage: (cursor) => this.api.page(cursor, wanted),
        idOf: ({ id }) => id,
        keysOf,
        nowMs: () => this.#context.run.world.now(),
        lagMs: 0,
      });
      for (const account of (await index.read()).all()) found.set(account.id, account);
    }
    return [...found.values()].filter(
      ({ fields }) => normalized(String(fields["externalId"])) === normalized(externalId),
    );
  }

  /** The accounts with their metadata, which a listing need not show: then the account itself is read. */
  async #withMetadata(found: readonly Account[]): Promise<Account[]> {
    const read = (account: Account) =>
      this.#facts.isMarked && account.metadata === undefined && this.api.get ? this.get(account.id) : account;
    return (await Promise.all(found.map(read))).filter((account) => account !== undefined);
  }

  /** The account with every field that is declared, also those that take a further call. */
  async whole(account: Account, ...declared: readonly Values[]): Promise<Account> {
    return (await this.api.withUnshown?.(account, declared)) ?? account;
  }

  /** Tells what else acts for an account that this step ends. Never fails. */
  async tellOthers(id: string): Promise<void> {
    const { run } = this.#context;
    const { title } = this.#facts;
    const { what, flaw } = await this.#others(id);
    if (what !== undefined) {
      run.warn(
        `${title}: the sub-account ${id} also has ${what}, which pulumi-subaccounts does not manage. Look at them once it is ended`,
      );
    }
    if (flaw !== undefined) {
      run.warn(`${title}: whether anything else acts for the sub-account ${id} could not be told: ${flaw}`);
    }
  }

  async #others(id: string): Promise<Others> {
    try {
      return (await this.api.others?.(id)) ?? {};
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      return { flaw: error.fact };
    }
  }

  /** Keeps what this run's own write left at the vendor. */
  wrote(account: Account): void {
    this.memory.index.put({ ...account, apiKey: this.api.get ? undefined : account.apiKey });
    this.memory.writtenAtMs.set(account.id, this.#context.run.world.now());
  }

  /** Removes an account; listings that overlap it prove nothing. */
  async remove(id: string): Promise<void> {
    await this.writing(id, () => this.memory.index.removing(() => this.api.remove(id)));
    this.memory.index.drop(id);
  }

  /** Sends one of our own writes to an account: the fleet's list does not tell of it until a later one shows it. */
  writing<R>(id: string, send: () => Promise<R>): Promise<R> {
    return this.memory.list?.writing(id, send) ?? send();
  }

  /** URNs of this run that have the account in their state or adopt it. */
  claimants(id: string): ReadonlySet<string> {
    return this.#context.run.holders(claimOfAccount(this.#context.connection, id));
  }

  /** Whether any resource of this run has the account. */
  isKnown(id: string): boolean {
    return this.memory.stateIds.has(id) || this.claimants(id).size > 0;
  }

  /** How many of the listed accounts are this run's: by their marker's owner, or by a state. */
  countOurs(snapshot: Snapshot<Account>): number {
    const { run } = this.#context;
    return snapshot.all().filter(({ id, metadata }) => {
      const marker = markerIn(metadata);
      return marker ? run.isOurOwner(shortHash(marker.owner)) : this.isKnown(id);
    }).length;
  }
}

/** The outcome of {@link Accounts.matching}. */
export interface Looked {
  /** Why an account that is not among them may exist all the same; undefined where the listing is complete. */
  readonly flaw: string | undefined;
  readonly accounts: readonly Account[];
  readonly snapshot?: Snapshot<Account>;
}
