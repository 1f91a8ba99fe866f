import { isDeepStrictEqual } from "node:util";
import { isObject } from "../base/json";
import { hasUnknown } from "../contract/check";
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

/** A key that is replaced now. */
export function retired(keyId: string, args: Values, nowMs: number): RetiringKey {
  return { keyId, revokeAt: isoTime(nowMs + overlapHours(args) * HOUR_MS) };
}

/** Whether a replaced key has reached its end. A time that cannot be read has not come. */
export function isOver({ revokeAt }: RetiringKey, nowMs: number): boolean {
  return Date.parse(revokeAt ?? "") <= nowMs;
}

/** Why the key of this state is to be replaced by a new one, or undefined if it is not. */
export function rotationReason(state: Values, args: Values, nowMs: number): string | undefined {
  const { keepers, rotateAfterDays } = args;
  // What read leaves of a key that was revoked outside while one before it was still to be revoked.
  if (typeof state["keyId"] !== "string") return "the one in the state was revoked at the vendor";
  if (!hasUnknown(keepers) && !isDeepStrictEqual(state["keepers"], keepers)) return "keepers changed";
  if (typeof rotateAfterDays !== "number") return undefined;
  const ageDays = (nowMs - Date.parse(String(state["createdAt"]))) / DAY_MS;
  if (!(ageDays >= rotateAfterDays)) return undefined;
  return `the key is ${rounded(ageDays)} days old and rotateAfterDays is ${rotateAfterDays}`;
}

/**
 * What is due for a key. With an overlap of 0 the rotation is a replacement, which alone ends the old key after the
 * new one is saved and delivered.
 */
export function dueOf(state: Values, args: Values, nowMs: number): Due[] {
  const why = rotationReason(state, args, nowMs);
  const { keyId } = state;
  const isAtOnce = overlapHours(args) === 0;
  const rotation: Due[] =
    why === undefined
      ? []
      : [
          {
            note:
              `a new key is made, because ${why}` +
              (keyId === undefined
                ? ""
                : `; the one before, ${keyId}, ${isAtOnce ? "is revoked at the end" : `stays valid for ${overlapHours(args)} hours`}`),
            replaces: isAtOnce ? (why === "keepers changed" ? "keepers" : "rotateAfterDays") : undefined,
          },
        ];
  const ends = retimed(state, args)
    .filter((key) => isOver(key, nowMs))
    .map(({ keyId, revokeAt }) => ({
      note: `the key before the rotation, ${keyId}, is revoked: its overlap ended at ${revokeAt}`,
    }));
  return [...rotation, ...ends];
}

function overlapHours({ overlapHours }: Values): number {
  return typeof overlapHours === "number" ? overlapHours : DEFAULT_OVERLAP_HOURS;
}

function shifted(time: string | undefined, byMs: number): string | undefined {
  const ms = Date.parse(time ?? "") + byMs;
  return Number.isFinite(new Date(ms).getTime()) ? isoTime(ms) : time;
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

function rounded(days: number): string {
  return days < 10 ? days.toFixed(1) : days.toFixed(0);
}
