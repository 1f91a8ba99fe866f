import {
  ApiError,
  CallError,
  ConflictError,
  InterruptedError,
  isRateLimited,
  mayHaveHappened,
  UnknownOutcomeError,
} from "../base/errors";
import { readBackMs } from "../base/read-lag";
import type { Run } from "../base/run";
import { delayMs, MAX_ATTEMPTS } from "./retry";

/** How often a mutation of kind "once" is sent while its outcome stays unclear. */
const MAX_SENDS = 2;

/** A call that changes something at the vendor, and how to find out what became of it. */
export interface Mutation<T> {
  readonly send: () => Promise<T>;
  /**
   * Reads back what became of it: its result, or undefined while nothing shows. A ConflictError ends the
   * mutation; any other error is a read-back that failed.
   */
  readonly readBack: (error: unknown) => Promise<T | undefined>;
  /**
   * "once": a POST that makes something. "repeatable": sending it again does no harm. "keyed": the vendor replays it
   * under the same idempotency key.
   */
  readonly repeat: "once" | "repeatable" | "keyed";
}

/** Where a mutation runs. */
interface Place {
  readonly run: Run;
  /** How long rate limits may make a mutation wait in all, in milliseconds. */
  readonly maxWaitMs: number;
}

/**
 * Sends a mutation and, after a reply that does not tell what became of it (time-out, 5xx, garbage, broken
 * connection; for "once" also 429), reads back whether it took effect before it sends it again.
 *
 * @throws what the vendor answered if that is clear; UnknownOutcomeError if it never is.
 */
export async function mutate<T>(place: Place, mutation: Mutation<T>): Promise<T> {
  const { run, maxWaitMs } = place;
  const { send, readBack, repeat } = mutation;
  let giveUpAtMs: number | undefined;
  for (let unclear = 0; ; ) {
    let error: unknown;
    try {
      return await send();
    } catch (reason) {
      error = reason;
    }
    const isLimited = isRateLimited(error);
    if (!isLimited && !mayHaveHappened(error)) {
      // A refusal of the second request may be due to the effect of the first.
      const isOpen = giveUpAtMs !== undefined && repeat !== "repeatable" && error instanceof CallError;
      const found = isOpen ? await readBack(error).catch(() => undefined) : undefined;
      if (found !== undefined) return found;
      throw error;
    }
    giveUpAtMs ??= sentAtMs(run, error) + maxWaitMs;
    if (!isLimited) unclear++;
    const isFutile = error instanceof ApiError && error.isUnknownToVendor;
    const isLast = isLimited
      ? run.world.now() >= giveUpAtMs
      : isFutile || unclear >= (repeat === "once" ? MAX_SENDS : MAX_ATTEMPTS);
    // After a 429 the next call waits by itself until the vendor's pause is over.
    if (!isLimited && repeat !== "once" && !isLast) {
      await run.sleep(delayMs(unclear, run.world.random()));
    }
    const found = await findResult(place, mutation, error, isLast);
    if (found !== undefined) return found;
    if (isLast) throw isLimited || repeat === "repeatable" ? error : unknownOutcome(run, error);
  }
}

/** Reads back as often as the kind of the mutation asks for after an unclear reply. */
async function findResult<T>(
  { run }: Place,
  { readBack, repeat }: Mutation<T>,
  error: unknown,
  isLast: boolean,
): Promise<T | undefined> {
  if (repeat === "once") {
    // A rate limit nearly always refuses before the effect, and reads count against it: as few as can be.
    const schedule = isRateLimited(error) ? [0, run.lagMs] : readBackMs(run.lagMs);
    return readBackUntilBound(run, readBack, error, schedule);
  }
  if (repeat === "keyed") {
    if (!isLast || isRateLimited(error)) return undefined;
    return readBackUntilBound(run, readBack, error, readBackMs(run.lagMs));
  }
  return readBack(error).catch((failure: unknown) => {
    if (isFinding(failure)) throw failure;
    if (isLast) throw unknownOutcome(run, error, failure);
    return undefined;
  });
}

/** Reads back along a schedule that counts from when the request was sent. @throws UnknownOutcomeError */
async function readBackUntilBound<T>(
  run: Run,
  readBack: Mutation<T>["readBack"],
  error: unknown,
  schedule: readonly number[],
): Promise<T | undefined> {
  const sentMs = sentAtMs(run, error);
  let failure: unknown;
  for (const [index, delay] of schedule.entries()) {
    const nowMs = run.world.now();
    const next = schedule[index + 1];
    // The request or the last read-back took so long that a later one is due.
    if (next !== undefined && sentMs + next <= nowMs) continue;
    if (sentMs + delay > nowMs) await run.sleep(sentMs + delay - nowMs);
    try {
      const found = await readBack(error);
      if (found !== undefined) return found;
      failure = undefined;
    } catch (reason) {
      if (isFinding(reason)) throw reason;
      failure = reason;
    }
  }
  if (failure !== undefined) throw unknownOutcome(run, error, failure);
  return undefined;
}

/** Whether an error of a read-back ends the mutation instead of being a read that failed. */
function isFinding(error: unknown): boolean {
  return error instanceof ConflictError || error instanceof InterruptedError;
}

function sentAtMs(run: Run, error: unknown): number {
  return (error instanceof CallError ? error.sentAtMs : undefined) ?? run.world.now();
}

function unknownOutcome(run: Run, error: unknown, failure?: unknown): UnknownOutcomeError {
  const why =
    failure === undefined
      ? `nothing shows ${run.lagMs / 1000} s later`
      : `reading it back failed, too: ${factOf(failure)}`;
  return new UnknownOutcomeError(
    `${factOf(error)}. It may or may not have taken effect: ${why}. Wait a minute, then run \`pulumi refresh\` and \`pulumi up\``,
    error,
  );
}

function factOf(error: unknown): string {
  if (error instanceof CallError) return error.fact;
  return error instanceof Error ? error.message : String(error);
}
