/** A shard of a run that is to be worked on. */
export interface ShardJob {
  readonly run: string;
  readonly stack: string;
}

/** A wave of a run whose end starts the next one. */
export interface GateJob {
  readonly run: string;
  readonly wave: number;
  /** Its shards are in the queue. */
  readonly isStarted: boolean;
}

/** One attempt at a job. */
export interface Claim<Job> {
  readonly job: Job;
  /** How many attempts there were before, each of which lost its claim or was interrupted. */
  readonly earlier: number;
  /** Aborted when the claim is lost: whatever works on the job must end at once. */
  readonly lost: AbortSignal;
}

/** The handlers of a worker's jobs. A rejection is a loss, after which the job is done again; a result is final. */
export interface Handlers {
  shard(claim: Claim<ShardJob>): Promise<void>;
  gate(claim: Claim<GateJob>): Promise<void>;
}

/** Kinds of records. */
export type Kind = "run" | "result" | "shard" | "map";

/**
 * Runs the jobs of a fleet on one or many machines, and keeps the records of its runs. Its database is disposable: what an
 * `up` did stands in its stack.
 */
export interface Engine {
  /** Adds shards; one that is queued or under way already is left as it is. */
  enqueue(jobs: readonly ShardJob[]): Promise<void>;
  /** Adds a gate, to be looked at after so many seconds. */
  await(gate: GateJob, seconds: number): Promise<void>;
  /** Claims jobs, keeps the claims alive, and completes them, until `stop` is aborted and those under way have ended. */
  work(handlers: Handlers, options: { readonly parallel: number; readonly stop: AbortSignal }): Promise<void>;
  /** Takes the jobs of a run that nobody works on out of the queue. */
  cancel(run: string): Promise<void>;
  /** Saves a record, in place of the one before. */
  save(kind: Kind, key: string, record: object): Promise<void>;
  /** The records of a kind whose keys begin with a text, in the order of their keys. */
  records<T>(kind: Kind, prefix?: string): Promise<T[]>;
  close(): Promise<void>;
}
