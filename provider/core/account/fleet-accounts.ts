import { createHash } from "node:crypto";
import { z } from "zod";
import type { Run } from "../base/run";
import { Turns } from "../base/turns";
import type { Context } from "../contract/resource";
import { type FleetShare, fleetShareOf } from "../vendor-io/fleet-share";
import type { Snapshot } from "../vendor-io/inventory";
import type { Account } from "./fields";
import { keysOf, keysToBe, type Sought, wantedKeys } from "./fleet-keys";

/** How many hashes are sent at a time. */
const BATCH = 10_000;
/** How often a process that reads the list says that it is at it, in milliseconds. */
const BEAT_MS = 20_000;
/** A wait for another process that lasts so long is told, in milliseconds. */
const TOLD_MS = 10_000;

const seen = z.object({
  answer: z.enum(["absent", "present", "list", "wait"]),
  waitMs: z.number(),
  accounts: z.number(),
});

/** Reads the whole list, in a pass that begins at this time or later, in ms since the epoch. */
type List = (notBeforeMs: number) => Promise<Snapshot<Account>>;

/**
 * The list of a connection's accounts that the shards of a fleet read together, by hashes of what accounts are found by. It
 * answers one question, before a create: whether there may be an account that is in the way or is this resource's own.
 */
export class FleetAccounts {
  readonly #run: Run;
  readonly #share: FleetShare;
  readonly #place: string;
  readonly #title: string;
  readonly #turns = new Turns();
  /** The list that the fleet has read answers here, too. */
  readonly #mayAnswer: boolean;
  #isUsed = false;
  #beatAtMs = 0;
  #isGone = false;
  #accounts: number | undefined;
  #sending: Promise<void> = Promise.resolve();

  private constructor({ run, connection, fleet }: Context<unknown>, share: FleetShare, title: string) {
    const isRepeat = run.world.env["SUBACCOUNTS_AFTER_INTERRUPTION"] === "1" || fleet?.isRecovering;
    this.#mayAnswer = !isRepeat;
    this.#run = run;
    this.#share = share;
    this.#place = connection;
    this.#title = title;
  }

  /** Undefined where the run is of no fleet. */
  static of(context: Context<unknown>, title: string): FleetAccounts | undefined {
    const share = fleetShareOf(context.run);
    return share && new FleetAccounts(context, share, title);
  }

  /** How many accounts the list has, where this process knows it from the fleet. */
  get accounts(): number | undefined {
    return this.#isGone ? undefined : this.#accounts;
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
      const hashes = { wanted: this.#hashes(wantedKeys(sought)), all: this.#hashes(keysToBe(sought)) };
      while (!this.#isGone) {
        const found = await this.#ask("/look", hashes, seen);
        if (found === undefined) break;
        if (found.answer === "list") await this.#list(list);
        else if (found.answer === "wait") await this.#wait(startMs, found.waitMs);
        else {
          this.#accounts = found.accounts;
          return found.answer === "absent";
        }
      }
      return false;
    });
  }

  /** Has the fleet take an account, as it is about to be written, for one that may be there. */
  async expect(sought: Sought): Promise<void> {
    if (!this.#isGone) await this.#ask("/listed", { hashes: this.#hashes(keysToBe(sought)) }, z.object({}));
  }

  /** Says that a page of the list is being read, so that no other process begins to read it. */
  beat(): void {
    const nowMs = this.#run.world.now();
    if (!this.#isUsed || this.#isGone || nowMs < this.#beatAtMs + BEAT_MS) return;
    this.#beatAtMs = nowMs;
    void this.#ask("/listed", { hashes: [] }, z.object({}));
  }

  /** Passes a complete list on to the fleet, once this process takes part in it. */
  note(pass: Snapshot<Account>): void {
    if (this.#isUsed) this.#sending = this.#sending.then(() => this.#send(pass));
  }

  async #list(list: List): Promise<void> {
    try {
      const { flaw } = await list(this.#run.world.now());
      await this.#sending;
      if (flaw === undefined) return;
    } catch (error) {
      await this.#ask("/listed", { hashes: [], hasFailed: true }, z.object({}));
      throw error;
    }
    await this.#ask("/listed", { hashes: [], hasFailed: true }, z.object({}));
    this.#isGone = true;
  }

  async #wait(startMs: number, waitMs: number): Promise<void> {
    if (this.#run.world.now() - startMs >= TOLD_MS) {
      this.#run.shared(`${this.#place} waits for the list`, () =>
        this.#run.inform(
          `${this.#title}: waiting for another shard of the fleet, which reads the list of accounts`,
        ),
      );
    }
    await this.#run.sleep(waitMs);
  }

  async #send(pass: Snapshot<Account>): Promise<void> {
    const accounts = pass.all();
    const hashes = this.#hashes(accounts.flatMap(keysOf));
    for (let from = 0; from < hashes.length && !this.#isGone; from += BATCH) {
      await this.#ask("/listed", { hashes: hashes.slice(from, from + BATCH) }, z.object({}));
    }
    const ageMs = Math.max(0, this.#run.world.now() - pass.startedAtMs);
    if (this.#isGone) return;
    await this.#ask("/listed", { hashes: [], complete: { ageMs, accounts: accounts.length } }, z.object({}));
  }

  async #ask<T>(path: string, body: object, reply: z.ZodType<T>): Promise<T | undefined> {
    try {
      return await this.#share.ask(
        path,
        { place: this.#place, process: this.#share.process, ...body },
        reply,
      );
    } catch {
      this.#isGone = true;
      this.#share.tellGone(this.#title, this.#share.parallel);
      return undefined;
    }
  }

  /** 63 bits of each key, as decimal numbers: two keys with the same hash cost a list. */
  #hashes(keys: readonly string[]): string[] {
    const hash = (key: string) =>
      createHash("sha256").update(`${this.#place} ${key}`).digest().readBigUInt64BE() >> 1n;
    return [...new Set(keys)].map((key) => String(hash(key)));
  }
}
