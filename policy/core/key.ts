import { isDeepStrictEqual } from "node:util";
import type { PolicyResource } from "@pulumi/policy";
import { keyOf as kindOf, titleOf, VENDOR_NAMES, type VendorName } from "../../tenant/description";
import { type Subject, typesOf } from "./account";
import { read } from "./reading";

/** An `ApiKey` resource whose removal revokes a key. */
export interface Key extends Subject {
  readonly vendor: VendorName;
}

// The one key that Bolna gives an account has no name: its resource makes and revokes nothing.
const VENDOR_OF_TYPE = typesOf(
  "ApiKey",
  VENDOR_NAMES.filter((vendor) => "name" in kindOf(vendor).args.shape),
);

const HOUR_MS = 3_600_000;
/** Arguments whose change makes no new key, or is judged by itself. */
const CALM = ["subAccountId", "connection", "rotateAfterDays", "overlapHours"];
/** How long a replaced key stays valid where the code does not say. */
const DEFAULT_OVERLAP_HOURS = 24;

/** The key that a resource is; undefined if it is none. */
export function keyOf({ type, urn, name, props, opts }: PolicyResource | Subject): Key | undefined {
  const vendor = VENDOR_OF_TYPE.get(type);
  return vendor && { vendor, type, urn, name, props, opts };
}

/** How messages call a key. */
export function labelOfKey({ vendor, name }: Key): string {
  return `${titleOf(vendor)} key ${JSON.stringify(name)}`;
}

/**
 * Whether the run revokes a key that nothing announced, or has the next one do so: its resource goes or moves, its overlap
 * is cut short, or a changed argument replaces it without an overlap.
 */
export function isRevoked(before: Key, now: Key | undefined, nowMs: number): boolean {
  if (now === undefined) return true;
  const [had, has] = [before, now].map(({ props }) => read(props, "subAccountId"));
  const isSame = had?.isKnown && has?.isKnown && had.value === has.value;
  return !isSame || isCutShort(before, now, nowMs) || isReplacedAtOnce(before, now);
}

/** Whether an argument changes that makes a new key, or might, and the one before gets no overlap. */
function isReplacedAtOnce(before: Key, now: Key): boolean {
  if ((overlapMs(now) ?? 0) > 0) return false;
  const names = Object.keys(kindOf(now.vendor).args.shape).filter((name) => !CALM.includes(name));
  try {
    const [had, has] = [before, now].map(({ props }) => JSON.stringify(names.map((name) => props[name])));
    return !isDeepStrictEqual(JSON.parse(had ?? ""), JSON.parse(has ?? ""));
  } catch {
    // Pulumi throws for a value that is not known yet.
    return true;
  }
}

/** Whether the overlap that is declared now ends a replaced key that the state before lets work longer. */
function isCutShort(before: Key, now: Key, nowMs: number): boolean {
  const running = endsOf(before).filter((time) => time > nowMs);
  const [had, has] = [before, now].map(overlapMs);
  if (running.length === 0 || had === has) return false;
  return had === undefined || has === undefined || running.some((time) => time + has - had <= nowMs);
}

/** When the replaced keys that still work are to end, in milliseconds since the epoch. */
function endsOf({ props }: Key): number[] {
  const earlier = read(props, "earlierKeys");
  const times = [read(props, "previousRevokeAt")];
  if (earlier.isKnown && Array.isArray(earlier.value)) {
    times.push(...earlier.value.map((key: Readonly<Record<string, unknown>>) => read(key, "revokeAt")));
  }
  return times.flatMap((time) => (time.isKnown ? [Date.parse(String(time.value))] : []));
}

/** Undefined where it is not known. */
function overlapMs({ props }: Key): number | undefined {
  const hours = read(props, "overlapHours");
  if (!hours.isKnown) return undefined;
  return Number(hours.value ?? DEFAULT_OVERLAP_HOURS) * HOUR_MS;
}
