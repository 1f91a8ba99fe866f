import type { Kept } from "../pulumi/stacks";

/** So many runs are known, the newest ones, and those that have not ended. */
export const KEPT_RUNS = 100;

/** The operation of a run on each of its shards. */
export type RunKind = "up" | "refresh" | "drift";

/** `running` until it ends: well, with failures that are tolerated or not, or by a person. */
export type RunState = "running" | "succeeded" | "failed" | "stopped" | "paused" | "cancelled";

/** Shards that are worked on together. */
export interface Wave {
  readonly name: string;
  readonly stacks: readonly string[];
  /** Seconds between its end and the next wave. */
  readonly waitSeconds: number;
  /** So many of its tenants may fail. */
  readonly tolerated: number;
}

/** A run over shards of a fleet. */
export interface Run {
  readonly id: string;
  readonly kind: RunKind;
  /** When it was started, as ISO 8601. */
  readonly startedAt: string;
  readonly endedAt?: string;
  /** The hash of the shards and of their inputs: a run of the same ones is taken up again. */
  readonly inputs: string;
  readonly state: RunState;
  /** Why it ended before its last wave. */
  readonly why?: string;
  readonly waves: readonly Wave[];
  /** The index of the wave that is worked on. */
  readonly wave: number;
  /** When that wave begins, as ISO 8601, after the wait of the one before it. */
  readonly notBefore?: string;
  /** The end of a wave with more failed tenants than are tolerated. */
  readonly when: "stop" | "pause";
  /** When its inputs were read, as ISO 8601. */
  readonly readAt: string;
  /** The hash of the inputs of each stack: a worker with other ones leaves the stack to others. */
  readonly inputsOf: Readonly<Record<string, string>>;
  /** Tenants by stack. */
  readonly tenants: Readonly<Record<string, number>>;
  /** The stacks of which a drift looks at keys that cost a call each; absent: all. */
  readonly keysOf?: readonly string[];
  /** The last move of each stack that had one before the run began, by the {@link MovedRecord.id}. */
  readonly moved?: Readonly<Record<string, string>>;
}

/** A tenant with a resource that failed. */
export interface FailedTenant {
  readonly externalId: string;
  readonly message: string;
}

/** The result of a shard in a run. */
export interface ShardResult {
  readonly run: string;
  readonly stack: string;
  readonly wave: number;
  /** `skipped`: too many others of its wave had failed; `drifted`: a vendor has something else than the state. */
  readonly result: "succeeded" | "failed" | "skipped" | "drifted";
  readonly tenants: number;
  /** Resources by what became of them: `created`, `updated`, `deleted`, `replaced`, `unchanged`. */
  readonly counts: Readonly<Record<string, number>>;
  readonly failed: readonly FailedTenant[];
  /** The warnings of Pulumi and of the provider; absent where there are none. */
  readonly warnings?: readonly string[];
  /** The tenants of which a vendor has something else, where others could not be looked at; with `drifted` they are in `failed`. */
  readonly drifted?: readonly FailedTenant[];
  readonly seconds: number;
  /** 1, and one more for each attempt before it that was killed or lost its claim. */
  readonly attempt: number;
}

/** The record of a shard over all runs: a copy of its stack's. */
export interface ShardRecord {
  readonly stack: string;
  readonly kept: Kept;
  /** External ids of the tenants of its last `up` that ended well. */
  readonly tenants: readonly string[];
}

/** The last drift that looked at the keys of a stack. */
export interface KeysRecord {
  readonly stack: string;
  /** As ISO 8601. */
  readonly at: string;
}

/** The last move of tenants into a stack or out of it. */
export interface MovedRecord {
  readonly stack: string;
  /** Another one for each move. */
  readonly id: string;
  /** Whether the states are where they belong. */
  readonly isOver: boolean;
}
