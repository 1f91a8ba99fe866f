import type { Context, Values } from "../contract/resource";
import { AccountIndex } from "../vendor-io/account-index";
import { FleetList } from "../vendor-io/fleet-list";
import type { Seal } from "../vendor-io/seal";
import type { Account } from "./fields";
import { FleetAccounts } from "./fleet-accounts";
import { keysOf } from "./index-keys";
import type { AccountApi, AccountFacts } from "./kind";
import { markerIn } from "./marker";
import type { Place } from "./place";

/** Facts and flags of a vendor that reading accounts depends on. */
export type ReadFacts = Pick<AccountFacts, "title" | "isMarked" | "identity" | "canFilter" | "placeOf">;

/** Everything that a run knows of the accounts of one connection; shared by its resources. */
export interface Memory {
  readonly index: AccountIndex<Account>;
  /** The accounts as the shards of a fleet know them together; undefined where they are not shared. */
  readonly fleet: FleetAccounts | undefined;
  /** The accounts as one process of a fleet has listed them for a refresh of all shards, likewise. */
  readonly list: FleetList<Account> | undefined;
  /** Asked for once. */
  place: Promise<Place | undefined> | undefined;
  /** Asked for again after a listing that began then, in milliseconds, before that proves an absence. */
  placeAgain: { readonly afterMs: number; readonly place: Promise<Place | undefined> } | undefined;
  gets: number;
  /** When this run made or changed an account, in milliseconds, by id. */
  readonly writtenAtMs: Map<string, number>;
  /** Accounts that the run has proven to be gone. */
  readonly gone: Set<string>;
  /** Account ids and marker ids that states of this run have. */
  readonly stateIds: Set<string>;
  readonly markerIds: Set<string>;
  /** Creates, and writes of limits, that were read back so far. */
  readBack: { creates: number; limits: number };
}

/** The memory of a connection, made at first use. @param api lists its accounts */
export function memoryOf(context: Context<unknown>, facts: ReadFacts, api: AccountApi): Memory {
  const { run, connection } = context;
  return run.shared(`${connection} accounts`, () => {
    const fleet = FleetAccounts.of(context, facts);
    const index: AccountIndex<Account> = new AccountIndex({
      fetchPage: (cursor) => api.page(cursor),
      idOf,
      keysOf,
      nowMs: () => run.world.now(),
      lagMs: run.lagMs,
      ...(facts.isMarked ? { isOurs: ({ metadata }: Account) => markerIn(metadata) !== undefined } : {}),
      onPass: (pass) => fleet?.note(pass),
    });
    const list = FleetList.of<Account>({
      run,
      connection,
      title: facts.title,
      what: "accounts",
      idOf,
      keysOf,
      read: (notBeforeMs) => index.read(notBeforeMs),
      stored: withoutKey,
    });
    return {
      index,
      fleet,
      list,
      place: undefined,
      placeAgain: undefined,
      gets: 0,
      writtenAtMs: new Map(),
      gone: new Set(),
      stateIds: new Set(),
      markerIds: new Set(),
      readBack: { creates: 0, limits: 0 },
    };
  });
}

function idOf({ id }: Account): string {
  return id;
}

/** An account as the fleet's database may have it: of its key a mark alone. */
function withoutKey({ apiKey, ...account }: Account, seal: Seal): Account {
  return apiKey === undefined ? account : { ...account, keyMark: seal.markOf(apiKey) };
}

/** A listed account with the key that the state has; undefined where the vendor has listed another one. */
export function withOwnKey(account: Account, { apiKey }: Values, seal: Seal): Account | undefined {
  const { keyMark, ...rest } = account;
  if (keyMark === undefined) return rest;
  return typeof apiKey === "string" && seal.markOf(apiKey) === keyMark ? { ...rest, apiKey } : undefined;
}
