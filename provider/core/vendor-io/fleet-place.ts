import { createHash } from "node:crypto";
import { z } from "zod";
import type { Run } from "../base/run";
import type { FleetShare } from "./fleet-share";

/** How often a process that reads a list says that it is at it, in milliseconds; the fleet takes it for lost after 15 s. */
const BEAT_MS = 4_000;
/** A wait for another process that lasts so long is told, in milliseconds. */
const TOLD_MS = 10_000;

const nothing = z.object({});

/** The part of one list that the shards of a fleet share, as the fleet's service has it. */
export class FleetPlace {
  readonly name: string;
  readonly #run: Run;
  readonly #share: FleetShare;
  readonly #title: string;
  #isGone = false;

  constructor(run: Run, share: FleetShare, title: string, name: string) {
    this.#run = run;
    this.#share = share;
    this.#title = title;
    this.name = name;
  }

  /** The service does not answer, or shares nothing of this list: the process goes on by itself. */
  get isGone(): boolean {
    return this.#isGone;
  }

  /** Goes on without the service from now on. */
  leave(): void {
    this.#isGone = true;
  }

  /** @returns undefined where the service is gone, which is said once */
  async ask<T>(path: string, body: object, reply: z.ZodType<T>): Promise<T | undefined> {
    if (this.#isGone) return undefined;
    try {
      const about = { place: this.name, process: this.#share.process };
      return await this.#share.ask(path, { ...about, ...body }, reply);
    } catch {
      this.#isGone = true;
      this.#share.tellGone(this.#title, this.#share.parallel);
      return undefined;
    }
  }

  async tell(path: string, body: object): Promise<void> {
    await this.ask(path, body, nothing);
  }

  /** Reads the list, and says meanwhile that this process is at it: by its own clock, since a page may wait for the rate. */
  async reading<T>(path: string, nothingYet: object, read: () => Promise<T>): Promise<T> {
    const beats = setInterval(() => void this.tell(path, nothingYet), BEAT_MS).unref();
    try {
      return await read();
    } finally {
      clearInterval(beats);
    }
  }

  /** Waits for the process that reads the list. @param startMs when the wait began, in ms since the epoch */
  async wait(startMs: number, waitMs: number): Promise<void> {
    if (this.#run.world.now() - startMs >= TOLD_MS) {
      this.#run.shared(`${this.name} waits for the list`, () =>
        this.#run.inform(
          `${this.#title}: waiting for another shard of the fleet, which reads the list of accounts`,
        ),
      );
    }
    await this.#run.sleep(waitMs);
  }

  /** 63 bits of each key, as decimal numbers: two keys with the same hash cost a read of the vendor. */
  hashes(keys: readonly string[]): string[] {
    return [...new Set(keys)].map((key) => this.hash(key));
  }

  hash(key: string): string {
    const digest = createHash("sha256").update(`${this.name} ${key}`).digest();
    return String(digest.readBigUInt64BE() >> 1n);
  }
}
