import { FleetError } from "../fleet-error";
import type { Lease } from "./lease";

/** A shard of a run that is to be worked on. */
export interface ShardJob {
  readonly run: string;
  readonly stack: string;
}

/** A look at a run: whether its wave is done, and the next one begins. */
export interface GateJob {
  readonly run: string;
  /** Looks at this wave before this one. */
  readonly looks: number;
  readonly wave: number;
}

/** One attempt at a job. */
export interface Claim<Job> {
  readonly job: Job;
  /** Names the attempt; no other one of any job has it. */
  readonly id: string;
  readonly lease: Lease;
  /** Saves a record, unless the claim is another's by now. @throws LostError */
  save(kind: Kind, key: string, record: object): Promise<void>;
}

/** The run of the jobs by which a command claims stacks for itself, past the runs. */
export const MOVE = "move";

/** A stack that a command has claimed for itself. */
export interface Held {
  readonly claim: Claim<ShardJob>;
  release(): Promise<void>;
}

/** A failure of the engine's database, which says nothing of a shard. */
export class EngineError extends FleetError {
  /** A code, or a few words. */
  readonly reason: string;

  constructor(reason: string) {
    super(
      `the engine's database does not answer (${reason}): what is done stands in the stacks. Run this again once it does`,
    );
    this.reason = reason;
  }
}

/** A claim that was lost: what the worker does under it has no result, and another one does it again. */
export class LostError extends EngineError {
  constructor() {
    super("the claim is another worker's");
  }
}

/** The handlers of a worker's jobs. A rejection is a loss, after which the job is done again; a result is final. */
export interface Handlers {
  /** @returns `foreign` where the worker has not what the run was started with: the job is for others */
  shard(claim: Claim<ShardJob>): Promise<"done" | "foreign">;
  gate(claim: Claim<GateJob>): Promise<void>;
  /** Starts what a schedule asks for. */
  scheduled?(): Promise<void>;
}

/** Kinds of records. */
export type Kind = "fleet" | "run" | "result" | "shard" | "attempt" | "map" | "moved" | "keys";

/** How a worker works. */
export interface WorkOptions {
  /** Shards at a time on this machine. */
  readonly parallel: number;
  /** Shards of a run at a time on all machines. */
  readonly total?: number | undefined;
  /** Runs whose shards it does not get. */
  readonly ignored: ReadonlySet<string>;
  readonly stop: AbortSignal;
  /** Gets a line when the database cannot be reached, and when it can again. */
  readonly log: (line: string) => void;
}

/** A time of each day, week or month. */
export interface Schedule {
  /** As in crontab. */
  readonly at: string;
  readonly timeZone: string;
}

/** A process that works on the jobs of an engine. */
export interface EngineWorker {
  readonly host: string;
  readonly pid: number;
  readonly startedAt: string;
}

/**
 * Runs the jobs of a fleet on one or many machines, and keeps the records of its runs. Its database is disposable: what an
 * `up` did stands in its stack.
 */
export interface Engine {
  /** Whether other machines may work on the same jobs. */
  readonly isShared: boolean;
  /** Adds shards; one whose stack is queued or under way already, in whichever run, is left as it is. */
  enqueue(jobs: readonly ShardJob[]): Promise<void>;
  /** Has a run be looked at after so many seconds; one look at a time waits for each run. */
  await(gate: GateJob, seconds: number): Promise<void>;
  /** Claims jobs, keeps the claims alive, and completes them, until `stop` is aborted and those under way have ended. */
  work(handlers: Handlers, options: WorkOptions): Promise<void>;
  /** Claims a stack for this process as a worker's shard is, and keeps the claim alive. @returns undefined where it is not free */
  claim(stack: string): Promise<Held | undefined>;
  /** The run that has a stack in the queue or under way, {@link MOVE} for a command; undefined where it is free. */
  holderOf(stack: string): Promise<string | undefined>;
  /** Takes the shards of a run that nobody works on out of the queue. */
  cancel(run: string): Promise<void>;
  /** Saves a record, in place of the one before. */
  save(kind: Kind, key: string, record: object): Promise<void>;
  /** Saves a record in place of exactly this one, or where there is none. @returns whether it did */
  replace(kind: Kind, key: string, before: object | undefined, record: object): Promise<boolean>;
  record<T>(kind: Kind, key: string): Promise<T | undefined>;
  /** The records of a kind whose keys begin with a text, in the order of their keys. @param like the fields that they have */
  records<T>(kind: Kind, prefix?: string, like?: Partial<T>): Promise<T[]>;
  /** The keys of {@link records}, without the records. */
  keys(kind: Kind, prefix: string, like?: object): Promise<string[]>;
  /** The record of a kind with the last key. */
  last<T>(kind: Kind): Promise<T | undefined>;
  /** Deletes the records of a kind whose keys begin with a text. */
  forget(kind: Kind, prefix: string): Promise<void>;
  /** Has workers call `scheduled` at these times, one of them at each; undefined: never. */
  schedule(schedule: Schedule | undefined): Promise<void>;
  /** The processes that have this engine open and were heard of lately. */
  workers(): Promise<EngineWorker[]>;
  /** The schema of the database with all of this fleet. */
  readonly schema: string;
  /** Runs a statement in the database, for tables of other parts of the fleet. */
  executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
  close(): Promise<void>;
}
