import { keyOf as kindOf } from "../../tenant/description";
import type { FormerKey, Key } from "./key";
import { mayDiffer, read, readText } from "./reading";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Arguments whose change makes no new key, or is judged by itself. */
const CALM = ["subAccountId", "connection", "rotateAfterDays", "overlapHours"];
/** How long a replaced key stays valid where the code does not say. */
const DEFAULT_OVERLAP_HOURS = 24;

/** What a revocation is judged by, beside the key itself. */
export interface Terms {
  readonly nowMs: number;
  /** The shortest overlap of a replaced key that is long enough. */
  readonly leastOverlapMs: number;
  /** Whether the run revokes the own key of the account or makes it active again: either updates its `ApiKey`. */
  readonly isTouched: boolean;
}

/**
 * Whether the run revokes a key that nothing announced, or has the next one do so: its resource goes, moves or is
 * replaced, its overlap is cut short, or a change rotates it with too short an overlap.
 */
export function isRevoked(before: FormerKey, now: Key | undefined, terms: Terms): boolean {
  const { key, isRetained } = before;
  if (now === undefined) return !isRetained;
  if (!isRetained && (isMoved(key, now) || isReplaced(before, now, terms))) return true;
  return isCutShort(key, now, terms) || isRotatedAtOnce(key, now, terms);
}

/** Whether the key is another account's now, or may be. */
function isMoved(before: Key, now: Key): boolean {
  const [had, has] = [before, now].map(({ props }) => read(props, "subAccountId"));
  return !(had?.isKnown && has?.isKnown && had.value === has.value);
}

/**
 * Whether the resource is replaced, or may be: by a flag, a trigger or a mark in the state, with which the arguments stay
 * as they are. In an `up` the new key shows it. In a preview the outputs of a resource are absent where it is updated or
 * replaced alike, so what explains no update counts as a replacement.
 */
function isReplaced(before: FormerKey, now: Key, terms: Terms): boolean {
  const had = readText(before.key.props, "keyId");
  const has = readText(now.props, "keyId");
  if (had === undefined) return false;
  if (has !== undefined) return has !== had && !retiring(now).some(({ keyId }) => keyId === had);
  return before.mayBeReplaced || !isUpdated(before, now, terms);
}

/** Whether something that the policy sees makes the provider update the resource. */
function isUpdated({ key, isUnfinished }: FormerKey, now: Key, terms: Terms): boolean {
  const isDue = isDueBy(key, now, terms.nowMs) === true;
  const [had = Number.NaN, has = Number.NaN] = [key, now].map(overlapMs);
  const isEnding = retiring(key).some(({ endMs }) => endMs + has - had <= terms.nowMs);
  return isUnfinished || terms.isTouched || isDue || isEnding || isChanged(key, now, argumentsOf(now), false);
}

/** Whether a change makes a new key, or might, and the one before gets too short an overlap. */
function isRotatedAtOnce(before: Key, now: Key, { nowMs, leastOverlapMs }: Terms): boolean {
  if ((overlapMs(now) ?? 0) >= leastOverlapMs) return false;
  const rotating = argumentsOf(now).filter((name) => !CALM.includes(name));
  if (isChanged(before, now, rotating, true)) return true;
  // A schedule that stays as it is was announced. A changed one may be due when the reviewed change is deployed.
  const isOtherSchedule = isChanged(before, now, ["rotateAfterDays", "overlapHours"], true);
  return isOtherSchedule && isDueBy(before, now, nowMs + DAY_MS) !== false;
}

/** Whether the overlap that is declared now ends a replaced key too soon that the state before lets work longer. */
function isCutShort(before: Key, now: Key, { nowMs, leastOverlapMs }: Terms): boolean {
  const running = retiring(before).filter(({ endMs }) => endMs > nowMs);
  const [had, has] = [before, now].map(overlapMs);
  if (running.length === 0 || had === has) return false;
  if (had === undefined || has === undefined) return true;
  return has < had && running.some(({ endMs }) => endMs + has - had <= nowMs + leastOverlapMs);
}

/** Whether the age of the key makes a new one by that time; undefined where it is not known. */
function isDueBy(before: Key, now: Key, timeMs: number): boolean | undefined {
  const days = read(now.props, "rotateAfterDays");
  if (!days.isKnown) return undefined;
  const createdMs = Date.parse(readText(before.props, "createdAt") ?? "");
  // Without the time of its making, no key is replaced by its age.
  return typeof days.value === "number" && createdMs + days.value * DAY_MS <= timeMs;
}

/** Whether any of these arguments changes, or might. @param isHidden counts one that the state holds encrypted */
function isChanged(before: Key, now: Key, names: readonly string[], isHidden: boolean): boolean {
  return names.some((name) => {
    const had = read(before.props, name);
    return had.isKnown ? mayDiffer(had, read(now.props, name)) : isHidden;
  });
}

function argumentsOf({ vendor }: Key): string[] {
  return Object.keys(kindOf(vendor).args.shape);
}

/** The replaced keys that still work, and when each is to end, in milliseconds since the epoch. */
function retiring({ props }: Key): { keyId: string | undefined; endMs: number }[] {
  const earlier = read(props, "earlierKeys");
  const all: Readonly<Record<string, unknown>>[] = [
    { keyId: readText(props, "previousKeyId"), revokeAt: readText(props, "previousRevokeAt") },
    ...(earlier.isKnown && Array.isArray(earlier.value) ? earlier.value : []),
  ];
  return all.map((key) => ({
    keyId: readText(key, "keyId"),
    endMs: Date.parse(readText(key, "revokeAt") ?? ""),
  }));
}

/** Undefined where it is not known. */
function overlapMs({ props }: Key): number | undefined {
  const hours = read(props, "overlapHours");
  if (!hours.isKnown) return undefined;
  return Number(hours.value ?? DEFAULT_OVERLAP_HOURS) * HOUR_MS;
}
