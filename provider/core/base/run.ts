import { randomBytes } from "node:crypto";
import { InterruptedError } from "./errors";
import { printable } from "./printable";
import { lagBoundMs } from "./read-lag";
import { Redactor } from "./redact";
import { TIME_LIMITS, type TimeLimits } from "./time-limits";

/** A line for the person who runs Pulumi. */
export interface Note {
  readonly severity: "info" | "warning";
  readonly text: string;
  /** The resource under which Pulumi shows it; without one it is the stack's. */
  readonly urn?: string | undefined;
}

/** Notes between the provider processes of one operation. */
export interface Siblings {
  tell(key: string): void;
  /** Whether another process that lives has told so. */
  told(key: string): boolean;
}

/** Clock, environment, randomness and output of a run; tests inject their own. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Resolves after so many milliseconds, or rejects as soon as the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** From 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number;
  /** A new id that nobody else has: 16 characters, 96 bits. */
  readonly newId: () => string;
  /** Writes one line of the debug log. */
  readonly print: (line: string) => void;
  /** Shows a note to the person who runs Pulumi; resolves when it is delivered. */
  readonly tell: (note: Note) => Promise<void>;
  readonly timeLimits: TimeLimits;
  readonly siblings: Siblings;
}

/** The real clock, environment, randomness and standard error; notes go to standard error. */
export const realSurroundings: Surroundings = {
  env: process.env,
  now: Date.now,
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(done, ms);
      function done(): void {
        signal.removeEventListener("abort", aborted);
        resolve();
      }
      function aborted(): void {
        clearTimeout(timer);
        reject(signal.reason);
      }
      if (signal.aborted) aborted();
      else signal.addEventListener("abort", aborted, { once: true });
    }),
  random: Math.random,
  newId: () => randomBytes(12).toString("base64url"),
  print: (line) => process.stderr.write(`${line}\n`),
  tell: async ({ severity, text }) => {
    process.stderr.write(`${severity}: ${text}\n`);
  },
  timeLimits: TIME_LIMITS,
  siblings: { tell: () => {}, told: () => false },
};

/** A run without a new delete for so long, in milliseconds, has no more of them. */
const QUIET_MS = 500;

/**
 * One provider process, which serves one CLI operation: what its resources know of each other, and whether it was
 * told to stop.
 */
export class Run {
  readonly world: Surroundings;
  readonly redactor = new Redactor();
  readonly #stop = new AbortController();
  readonly #holders = new Map<string, Set<string>>();
  readonly #claims = new Map<string, string>();
  readonly #program = new Set<string>();
  readonly #declared = new Set<string>();
  readonly #shared = new Map<string, unknown>();
  readonly #owners = new Set<string>();
  readonly #deletions = { running: 0, begun: 0, failed: 0 };
  #notes: Promise<void>[] = [];
  #operations = 0;
  #idle: (() => void) | undefined;

  /** When the process began to work, in milliseconds since the epoch. */
  readonly startedAtMs: number;
  #lagMs: number | undefined;

  constructor(world: Surroundings = realSurroundings) {
    this.world = world;
    this.startedAtMs = world.now();
  }

  /** How long a vendor's reads may lag behind its writes, in milliseconds. @throws SubaccountsError if it is set wrongly */
  get lagMs(): number {
    this.#lagMs ??= lagBoundMs(this.world.env);
    return this.#lagMs;
  }

  /** Whether a refresh leaves keys alone that cost a call each, as a fleet's does in turn. */
  get skipsKeys(): boolean {
    return this.world.env["SUBACCOUNTS_CHECK_KEYS"] === "none";
  }

  /** Shows a warning; secrets are taken out. */
  warn(text: string): void {
    this.#tell({ severity: "warning", text });
  }

  /** Shows a warning that holds for many resources of the run alike: the first one tells it. */
  warnOnce(what: string, text: string): void {
    this.shared(`warned of ${what}`, () => this.warn(text));
  }

  /** Shows what a person may like to know, under a resource where `urn` names one; secrets are taken out. */
  inform(text: string, urn?: string): void {
    this.#tell({ severity: "info", text, urn });
  }

  #tell(note: Note): void {
    this.#notes.push(this.world.tell({ ...note, text: this.shown(note.text) }));
  }

  /** A message as people may see it: one line of printable characters, without the secrets of this run. */
  shown(text: string): string {
    return printable(this.redactor.clean(text), Number.POSITIVE_INFINITY);
  }

  /** Notes that the resource `urn` of this run has the object `key` (an account's or key's id at a connection). */
  hold(key: string, urn: string): void {
    if (this.#program.has(urn) && this.holdersInProgram(key).length === 0)
      this.world.siblings.tell(`held ${key}`);
    const holders = this.#holders.get(key);
    if (holders) holders.add(urn);
    else this.#holders.set(key, new Set([urn]));
  }

  /** The URNs of this run that have the object `key`. */
  holders(key: string): ReadonlySet<string> {
    return this.#holders.get(key) ?? new Set();
  }

  /**
   * Those of the {@link holders} that the program of this run declares. A refresh before an `up` or a `destroy` has no
   * program: what it holds may be on its way out, or be called otherwise now.
   */
  holdersInProgram(key: string): string[] {
    return [...this.holders(key)].filter((urn) => this.#program.has(urn));
  }

  /** Whether the program has the object `key`, as far as this process or another one of the operation was told of it. */
  isHeldAnywhere(key: string, except: (urn: string) => boolean = () => false): boolean {
    return !this.holdersInProgram(key).every(except) || this.world.siblings.told(`held ${key}`);
  }

  /**
   * Reserves what only one resource of a program may have, such as an externalId at a connection.
   *
   * @returns the URN that has it already, if another one does.
   */
  claim(key: string, urn: string): string | undefined {
    const first = this.#claims.get(key);
    if (first !== undefined && first !== urn) return first;
    this.#claims.set(key, urn);
    return undefined;
  }

  /** Notes a resource that the program of this run declares, with its tags: check comes before anything is deleted. */
  declare(urn: string, tags: readonly string[]): void {
    this.#program.add(urn);
    for (const tag of tags) {
      if (!this.#declared.has(tag)) this.world.siblings.tell(`declared ${tag}`);
      this.#declared.add(tag);
    }
  }

  /** Whether the program of this run declares the resource with this tag. */
  isDeclared(tag: string): boolean {
    return this.#declared.has(tag);
  }

  /** As {@link isDeclared}, also where another process of the operation was told of the program. */
  isDeclaredAnywhere(tag: string): boolean {
    return this.isDeclared(tag) || this.world.siblings.told(`declared ${tag}`);
  }

  /** Notes the hash of an owner id that a resource of this run carries: accounts with it are this stack's. */
  addOwner(hash: string): void {
    this.#owners.add(hash);
  }

  /** The hashes of the owner ids that resources of this run carry. */
  get owners(): readonly string[] {
    return [...this.#owners];
  }

  /** Whether a resource of this run carries the owner id with this hash. */
  isOurOwner(hash: string): boolean {
    return this.#owners.has(hash);
  }

  /** The URN that has reserved `key` with {@link claim}. */
  claimant(key: string): string | undefined {
    return this.#claims.get(key);
  }

  /** The one value of this run under `key`, made at first use. The caller knows its type by the key. */
  shared<T>(key: string, make: () => T): T {
    if (!this.#shared.has(key)) this.#shared.set(key, make());
    return this.#shared.get(key) as T;
  }

  /** Waits, unless the process is told to stop meanwhile. @throws InterruptedError */
  async sleep(ms: number): Promise<void> {
    this.throwIfStopped();
    await this.world.sleep(ms, this.#stop.signal);
  }

  /** Why nothing new may begin, once the process was told to stop. */
  get stopReason(): unknown {
    return this.#stop.signal.aborted ? this.#stop.signal.reason : undefined;
  }

  /** @throws InterruptedError once the process was told to stop: what is under way ends, nothing new begins. */
  throwIfStopped(): void {
    if (this.#stop.signal.aborted) throw this.#stop.signal.reason;
  }

  /** Counts a delete of an account or key, for {@link deletionsEnd}. */
  async deletion<T>(body: () => Promise<T>): Promise<T> {
    this.#deletions.running++;
    this.#deletions.begun++;
    try {
      return await body();
    } catch (error) {
      this.#deletions.failed++;
      throw error;
    } finally {
      this.#deletions.running--;
    }
  }

  /**
   * Waits until no delete of this run is under way and none has begun for a moment: the engine tells of no end.
   *
   * @returns how many have failed.
   */
  async deletionsEnd(): Promise<number> {
    const { running, begun } = this.#deletions;
    await this.sleep(QUIET_MS);
    const isQuiet = running === 0 && begun === this.#deletions.begun && this.#deletions.running === 0;
    return isQuiet ? this.#deletions.failed : this.deletionsEnd();
  }

  /** As {@link deletionsEnd}, asked within a {@link deletion}: waits for the others. */
  async otherDeletionsEnd(): Promise<void> {
    this.#deletions.running--;
    await this.deletionsEnd().finally(() => {
      this.#deletions.running++;
    });
  }

  /** Counts an operation of the engine as under way while it runs. */
  async operation<T>(body: () => Promise<T>): Promise<T> {
    this.#operations++;
    try {
      return await body();
    } finally {
      // The process may be ended as soon as the engine has its last answer.
      await Promise.all(this.#notes.splice(0));
      this.#operations--;
      if (this.#operations === 0) this.#idle?.();
    }
  }

  /**
   * Stops everything that is not yet sent, and resolves when the operations under way have ended.
   *
   * @returns whether there were any.
   */
  async stop(): Promise<boolean> {
    this.#stop.abort(
      new InterruptedError("interrupted before the call was sent; run the same command again"),
    );
    if (this.#operations === 0) return false;
    return new Promise<boolean>((resolve) => {
      this.#idle = () => resolve(true);
    });
  }
}
