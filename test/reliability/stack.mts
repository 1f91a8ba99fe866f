import type { Declaration } from "./declarations.mts";
import type { Outputs } from "./verify.mts";

/** How an `up` ended, and what it showed. */
export interface Ended {
  readonly ok: boolean;
  readonly shown: string;
}

/** An `up` under way. */
export interface Operation {
  readonly done: Promise<Ended>;
  /** SIGKILL to the CLI, and to the provider and whatever else it started unless it is to be alone. */
  kill(cliAlone: boolean): void;
  /** Ctrl-C. */
  interrupt(): void;
}

/** What the state holds. */
export interface Held {
  readonly outputs: Outputs;
  /** Ids and keys of all resources, those that are still to be deleted too. */
  readonly ids: readonly string[];
  readonly secrets: readonly string[];
  readonly pending: number;
}

/** A stack, at the real engine or at its stand-in. */
export interface Stack {
  /** An `up` from which nothing is to be learned. */
  prepare(program: readonly Declaration[]): Promise<Ended>;
  /** Begins an `up` of this program. @param replace the resource whose replacement is forced. */
  start(program: readonly Declaration[], replace?: Declaration): Operation;
  /** What a user runs after a killed run, before anything else. */
  cancel(): Promise<void>;
  held(): Promise<Held>;
  /** `refresh --clear-pending-creates`, then a preview. @returns what is not as after a quiet run. */
  settle(program: readonly Declaration[]): Promise<{ problems: string[]; shown: string }>;
  destroy(): Promise<void>;
  close(): Promise<void>;
}
