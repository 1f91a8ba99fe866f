import { CallError, hasStatus, isNotFound, SubaccountsError, UnknownOutcomeError } from "../base/errors";
import { Turns } from "../base/turns";
import type { WriteContext } from "../contract/resource";
import { onceKnown } from "../nested/parent";
import { CreateBreaker } from "../vendor-io/create-breaker";
import { mutate } from "../vendor-io/mutate";
import {
  holdOfKey,
  type IssuedKey,
  isHeld,
  type KeyApi,
  type KeyArgs,
  type KeyListing,
  type ListedKey,
  madeInRun,
  nameOfKey,
  ownKeys,
} from "./keys";
import { revokeKey } from "./revoke";

/** How often a key is made and its reply lost before the run gives up. */
const MOST_LOST = 3;

/** How far a key's time may be off: vendors cut their times and clocks to seconds. */
const ROUNDING_MS = 1_000;

/**
 * Makes a key, in one call. After an unclear reply the key whose secret is lost is looked for in the listing: it is
 * revoked if it is proven to be the lost one, else every key that it may be is named, and another key is made.
 */
export function issueKey(
  context: WriteContext<unknown>,
  keys: KeyApi,
  accountId: string,
  args: KeyArgs,
): Promise<IssuedKey> {
  const { run, connection, ownership } = context;
  // One at a time for an account: a key that another resource is just getting must not be taken for a lost one.
  const turns = run.shared(`${connection} keys of ${accountId}`, () => new Turns());
  return turns.take(async () => {
    const issue = new Issue(context, keys, accountId, args);
    const key = await issue.run();
    run.redactor.add(key.secret);
    run.hold(holdOfKey(connection, key.id), ownership.urn);
    madeInRun(context).add(key.id);
    await issue.lookForLate(key);
    return key;
  });
}

/** The making of one key, with what is known of those whose replies were lost. */
class Issue {
  readonly #context: WriteContext<unknown>;
  readonly #keys: KeyApi;
  readonly #accountId: string;
  readonly #args: KeyArgs;
  /** When the first request was sent whose reply was unclear. */
  #unclearSinceMs: number | undefined;
  #error: unknown;
  /** The keys of the last listing that may be the lost one. */
  #candidates: readonly ListedKey[] = [];
  /** The ids of the last listing. */
  #listed: readonly string[] = [];
  /** Keys of lost replies that were ended; a listing may lag and show them still. */
  readonly #ended = new Set<string>();

  constructor(context: WriteContext<unknown>, keys: KeyApi, accountId: string, args: KeyArgs) {
    this.#context = context;
    this.#keys = keys;
    this.#accountId = accountId;
    this.#args = args;
  }

  async run(): Promise<IssuedKey> {
    const { run, connection } = this.#context;
    for (let lost = 0; lost < MOST_LOST; lost++) {
      // A key that is ended must not be replayed: the one in its place is another request.
      const requestId = run.world.newId();
      const outcome = await CreateBreaker.of(run, connection, this.#keys.title)
        .guard(() =>
          mutate<{ key: IssuedKey } | { lost: ListedKey }>(this.#context, {
            send: async () => ({ key: await this.#send(requestId) }),
            readBack: async (error) => {
              const lost = await this.#readBack(error);
              return lost && { lost };
            },
            repeat: "once",
          }),
        )
        .catch(async (error: unknown) => {
          throw await this.#explained(error);
        });
      if ("key" in outcome) return outcome.key;
      await this.#endLost(outcome.lost);
    }
    throw this.#error;
  }

  /** Once a key is there: looks for one more time for the key of a request before it, and never fails. */
  async lookForLate({ id }: IssuedKey): Promise<void> {
    if (this.#unclearSinceMs === undefined) return;
    const lost = await this.#readBack(this.#error).catch(() => undefined);
    if (lost) return this.#endLost(lost);
    const { run } = this.#context;
    if (this.#candidates.length > 0) run.warn(`${this.#keys.title}: ${this.#named()}`);
    else if (this.#ended.size === 0 && !this.#listed.includes(id)) {
      run.warn(
        `${this.#keys.title}: whether the sub-account ${this.#accountId} has a key whose reply was lost could not be told: its key ` +
          "listing does not even show the one that was just made. See `subaccounts keys --unknown`",
      );
    }
  }

  #send(requestId: string): Promise<IssuedKey> {
    return onceKnown(this.#context, this.#accountId, () =>
      this.#keys.issue(this.#accountId, this.#args, requestId),
    );
  }

  /** The key that is proven to be the lost one, if there is one. */
  async #readBack(error: unknown): Promise<ListedKey | undefined> {
    this.#error = error;
    this.#unclearSinceMs ??=
      (error instanceof CallError ? error.sentAtMs : undefined) ?? this.#context.run.world.now();
    const listing = await this.#keys.list(this.#accountId);
    if (listing === undefined) return undefined;
    this.#listed = listing.items.map(({ id }) => id);
    this.#candidates = this.#candidatesOf(listing, this.#unclearSinceMs);
    const [key, ...others] = this.#candidates;
    const isProven =
      others.length === 0 &&
      listing.flaw === undefined &&
      key?.use === "never" &&
      key.createdAtMs !== undefined;
    return isProven && !ownKeys(this.#context, this.#accountId, listing.items).has(key) ? key : undefined;
  }

  /** The listed keys that may be the lost one: of its name, working, not used, not known in this run, and not older. */
  #candidatesOf({ items, atMs }: KeyListing, sinceMs: number): ListedKey[] {
    // Times of keys are the vendor's, so they are compared with the time of its reply.
    const oldestMs = atMs - (this.#context.run.world.now() - sinceMs) - ROUNDING_MS;
    return items.filter(
      (key) =>
        key.name === this.#args.name &&
        !key.revoked &&
        key.use !== "used" &&
        !this.#ended.has(key.id) &&
        !isHeld(this.#context, key.id) &&
        (key.createdAtMs === undefined || key.createdAtMs >= oldestMs),
    );
  }

  async #endLost(key: ListedKey): Promise<void> {
    const why = "its reply was lost, so nobody has it";
    try {
      await revokeKey(this.#context, this.#keys, this.#accountId, key.id, why);
      this.#candidates = [];
      this.#ended.add(key.id);
    } catch {
      this.#context.run.warn(
        `${this.#keys.title}: whether the key ${nameOfKey(key)} of the sub-account ${this.#accountId}, whose reply was lost so that ` +
          "nobody has it, was revoked could not be told. Look at it at the vendor, and revoke it there if it works",
      );
    }
  }

  /** Names every key that may be the lost one. */
  #named(): string {
    const which = this.#candidates.map(nameOfKey).join(", ");
    const [what, be] =
      this.#candidates.length === 1 ? ["key", "may be the one"] : ["keys", "may be the ones"];
    return (
      `the ${what} ${which} of the sub-account ${this.#accountId} ${be} whose reply was lost; nothing was revoked. Revoke at ` +
      "the vendor what nobody uses"
    );
  }

  async #explained(error: unknown): Promise<unknown> {
    if (isNotFound(error)) {
      return new SubaccountsError(
        `${this.#keys.title} has no sub-account "${this.#accountId}" to make a key for. Pass the account's id, for example acme.id`,
      );
    }
    if (hasStatus(error, 400, 403, 409, 422) && (await this.#isSuspended())) {
      return new SubaccountsError(
        `${this.#keys.title}: the sub-account "${this.#accountId}" is suspended, and no key is made for it (${error.fact}). Activate it, or leave ` +
          "out the new ApiKey, or what changed of it, until then",
      );
    }
    if (error instanceof UnknownOutcomeError && this.#candidates.length > 0) {
      return new UnknownOutcomeError(`${error.message}. Note that ${this.#named()}`, error.cause);
    }
    return error;
  }

  async #isSuspended(): Promise<boolean> {
    return (await this.#keys.account(this.#accountId, undefined).catch(() => undefined)) === "ended";
  }
}
