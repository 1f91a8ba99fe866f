import { isObject } from "../base/json";
import { isoTime, parseTime } from "../base/time";
import type { Due, Values } from "../contract/resource";

/** How long the key before stays valid after a rotation, where the code does not say, in hours. */
const DEFAULT_OVERLAP_HOURS = 24;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A key that a rotation replaced, and that is revoked by the first `up` after `revokeAt` (ISO 8601). */
export interface RetiringKey {
  readonly keyId: string;
  /** Undefined where the state does not say it: then the key ends with the resource. */
  readonly revokeAt?: string | undefined;
}

/** The replaced keys that a state says are still valid, the newest first. */
export function retiringKeys(state: Values): RetiringKey[] {
  const { previousKeyId, previousRevokeAt, earlierKeys } = state;
  const all: unknown[] = [
    { keyId: previousKeyId, revokeAt: previousRevokeAt },
    ...(Array.isArray(earlierKeys) ? earlierKeys : []),
  ];
  return all.flatMap((key) => {
    if (!isObject(key) || typeof key["keyId"] !== "string") return [];
    const { keyId, revokeAt } = key;
    return [{ keyId, revokeAt: typeof revokeAt === "string" ? revokeAt : undefined }];
  });
}

/** The outputs that say which replaced keys are still valid: the newest by itself, as a rule the only one. */
export function retiringOutputs([previous, ...earlier]: readonly RetiringKey[]): Values {
  return {
    previousKeyId: previous?.keyId,
    previousRevokeAt: previous?.revokeAt,
    earlierKeys: earlier.length > 0 ? earlier : undefined,
  };
}

/** The replaced keys under the overlap that is declared now: a changed one moves the time of those that still wait. */
export function retimed(state: Values, args: Values): RetiringKey[] {
  const shiftMs = (overlapHours(args) - overlapHours(state)) * HOUR_MS;
  return retiringKeys(state).map(({ keyId, revokeAt }) => ({
    keyId,
    revokeAt: shiftMs === 0 ? revokeAt : shifted(revokeAt, shiftMs),
  }));
}

/** A key that is replaced now; without an overlap it ends in the next `up`. */
export function retired(keyId: string, args: Values, nowMs: number): RetiringKey {
  return { keyId, revokeAt: isoTime(nowMs + overlapHours(args) * HOUR_MS) };
}

/** Whether a replaced key has reached its end. A time that cannot be read has not come. */
export function isOver({ revokeAt }: RetiringKey, nowMs: number): boolean {
  return (parseTime(revokeAt) ?? Number.POSITIVE_INFINITY) <= nowMs;
}

/**
 * Why the key of this state is to be replaced by a new one, or undefined if it is not.
 *
 * @param changed the arguments that make another key and differ from the state.
 */
export function rotationReason(
  state: Values,
  args: Values,
  nowMs: number,
  changed: readonly string[],
): string | undefined {
  // What read leaves of a key that was revoked outside while one before it was still to be revoked.
  if (typeof state["keyId"] !== "string") return "the one in the state was revoked at the vendor";
  if (changed.length > 0) return `${changed.join(", ")} changed`;
  const { rotateAfterDays } = args;
  const createdMs = parseTime(state["createdAt"]);
  if (typeof rotateAfterDays !== "number" || createdMs === undefined) return undefined;
  const ageDays = (nowMs - createdMs) / DAY_MS;
  if (ageDays < rotateAfterDays) return undefined;
  return `the key is ${rounded(ageDays)} days old and rotateAfterDays is ${rotateAfterDays}`;
}

/** Lists the scheduled changes of a key, and notes on its age. */
export function dueOf(state: Values, args: Values, nowMs: number, changed: readonly string[]): Due[] {
  const why = rotationReason(state, args, nowMs, changed);
  const { keyId } = state;
  const before = keyId === undefined ? "" : `; the one before, ${keyId}, ${overlapText(overlapHours(args))}`;
  const rotation = why === undefined ? [] : [{ note: `a new key is made, because ${why}${before}` }];
  const ends = retimed(state, args)
    .filter((key) => isOver(key, nowMs))
    .map(({ keyId, revokeAt }) => ({
      note: `the key before the rotation, ${keyId}, is revoked: its overlap ended at ${revokeAt}`,
    }));
  const doubt = why === undefined ? doubtOfAge(state, args, nowMs) : undefined;
  return [...rotation, ...ends, ...(doubt === undefined ? [] : [{ note: doubt, isNews: true }])];
}

function overlapText(hours: number): string {
  return hours === 0 ? "is revoked by the next `up`" : `stays valid for ${hours} hours`;
}

/** Why `rotateAfterDays` cannot be trusted to count from the making of the key. */
function doubtOfAge({ createdAt }: Values, { rotateAfterDays }: Values, nowMs: number): string | undefined {
  if (typeof rotateAfterDays !== "number") return undefined;
  const createdMs = parseTime(createdAt);
  const advice = "Change `keepers` to rotate it now";
  if (createdMs === undefined) {
    const why = createdAt === undefined ? "the state has no createdAt" : "its createdAt cannot be read";
    return `the age of the key is not known, so rotateAfterDays does not count: ${why}. ${advice}`;
  }
  if (createdMs - nowMs <= DAY_MS) return undefined;
  return (
    `createdAt of the key, ${String(createdAt)}, lies ahead by the clock of this machine, so rotateAfterDays counts from ` +
    `then. Check the clock. ${advice}`
  );
}

function overlapHours({ overlapHours }: Values): number {
  return typeof overlapHours === "number" ? overlapHours : DEFAULT_OVERLAP_HOURS;
}

function shifted(time: string | undefined, byMs: number): string | undefined {
  const ms = (parseTime(time) ?? Number.NaN) + byMs;
  return Number.isFinite(new Date(ms).getTime()) ? isoTime(ms) : time;
}

function rounded(days: number): string {
  return days < 10 ? days.toFixed(1) : days.toFixed(0);
}
