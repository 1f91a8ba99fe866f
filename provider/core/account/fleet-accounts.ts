import { z } from "zod";
import type { Run } from "../base/run";
import { Turns } from "../base/turns";
import type { Context } from "../contract/resource";
import { FleetPlace } from "../vendor-io/fleet-place";
import { type FleetShare, fleetShareOf } from "../vendor-io/fleet-share";
import type { Snapshot } from "../vendor-io/inventory";
import type { Account } from "./fields";
import { keysOf, keysToBe, type Sought, wantedKeys } from "./fleet-keys";

/** How many hashes are sent at a time. */
const BATCH = 10_000;
/**
 * How old a list may be where accounts carry no marker, in milliseconds: after a lost reply the new account is told from
 * others of its name by what the list had before.
 */
const UNMARKED_AGE_MS = 60_000;

const seen = z.object({
  answer: z.enum(["absent", "present", "list", "wait"]),
  waitMs: z.number(),
  accounts: z.number(),
});

type Facts = { readonly title: string; readonly isMarked: boolean };

/** Reads the whole list, in a pass that begins at this time or later, in ms since the epoch. */
type List = (notBeforeMs: number) => Promise<Snapshot<Account>>;

/**
 * The list of a connection's accounts that the shards of a fleet read together, by hashes of what accounts are found by. It
 * answers one question, before a create: whether there may be an account that is in the way or is this resource's own.
 */
export class FleetAccounts {
  readonly #run: Run;
  readonly #place: FleetPlace;
  readonly #turns = new Turns();
  /** The list that the fleet has read answers here, too. */
  readonly #mayAnswer: boolean;
  readonly #maxAgeMs: number | undefined;
  #isUsed = false;
  #accounts: number | undefined;
  #sending: Promise<void> = Promise.resolve();

  private constructor({ run, connection, fleet }: Context<unknown>, share: FleetShare, facts: Facts) {
    const isRepeat = run.world.env["SUBACCOUNTS_AFTER_INTERRUPTION"] === "1" || fleet?.isRecovering;
    this.#mayAnswer = !isRepeat;
    this.#maxAgeMs = facts.isMarked ? undefined : UNMARKED_AGE_MS;
    this.#run = run;
    this.#place = new FleetPlace(run, share, facts.title, connection);
  }

  /** Undefined where the run is of no fleet. */
  static of(context: Context<unknown>, facts: Facts): FleetAccounts | undefined {
    const share = fleetShareOf(context.run);
    return share && new FleetAccounts(context, share, facts);
  }

  /** How many accounts the list has, where this process knows it from the fleet. */
  get accounts(): number | undefined {
    return this.#place.isGone ? undefined : this.#accounts;
  }

  /**
   * Whether no account can be in the way of one that is to be created, or be its own: none that is listed, and none that a
   * process of the fleet has looked for. From then on the fleet takes it for one that may be there.
   *
   * @param list reads the whole list, where this process is the first that needs it
   * @returns false where the list itself has to be read, as always after an interrupted run and to recover a fleet
   * @throws as `list`
   */
  isNew(sought: Sought, list: List): Promise<boolean> {
    return this.#turns.take(async () => {
      this.#isUsed = true;
      if (!this.#mayAnswer) {
        await this.expect(sought);
        return false;
      }
      const startMs = this.#run.world.now();
      const wanted = this.#place.hashes(wantedKeys(sought));
      const asked = { wanted, all: this.#place.hashes(keysToBe(sought)), maxAgeMs: this.#maxAgeMs };
      for (;;) {
        const found = await this.#place.ask("/look", asked, seen);
        if (found === undefined) return false;
        if (found.answer === "list") await this.#list(list);
        else if (found.answer === "wait") await this.#place.wait(startMs, found.waitMs);
        else {
          this.#accounts = found.accounts;
          return found.answer === "absent";
        }
      }
    });
  }

  /** Whether a look that only makes sure is one of the first ten of its kind: the shards of a fleet are one run. */
  async isFirstLook(of: "creates" | "limits"): Promise<boolean> {
    const answer = await this.#place.ask("/second-look", { of }, z.object({ isFirst: z.boolean() }));
    return answer?.isFirst ?? true;
  }

  /** Has the fleet take an account, as it is about to be written, for one that may be there. */
  async expect(sought: Sought): Promise<void> {
    await this.#place.tell("/listed", { hashes: this.#place.hashes(keysToBe(sought)) });
  }

  /** Passes a complete list on to the fleet, once this process takes part in it. */
  note(pass: Snapshot<Account>): void {
    if (this.#isUsed) this.#sending = this.#sending.then(() => this.#send(pass));
  }

  async #list(list: List): Promise<void> {
    try {
      const { flaw } = await this.#place.reading("/listed", { hashes: [] }, () =>
        list(this.#run.world.now()),
      );
      await this.#sending;
      if (flaw === undefined) return;
    } catch (error) {
      await this.#place.tell("/listed", { hashes: [], hasFailed: true });
      throw error;
    }
    await this.#place.tell("/listed", { hashes: [], hasFailed: true });
    this.#place.leave();
  }

  async #send(pass: Snapshot<Account>): Promise<void> {
    const accounts = pass.all();
    const hashes = this.#place.hashes(accounts.flatMap(keysOf));
    for (let from = 0; from < hashes.length && !this.#place.isGone; from += BATCH) {
      await this.#place.tell("/listed", { hashes: hashes.slice(from, from + BATCH) });
    }
    const ageMs = Math.max(0, this.#run.world.now() - pass.startedAtMs);
    await this.#place.tell("/listed", { hashes: [], complete: { ageMs, accounts: accounts.length } });
  }
}
