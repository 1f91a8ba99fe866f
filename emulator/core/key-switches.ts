import { z } from "zod";
import { count, define, flag, type SwitchesOf } from "./switches";

/** How a vendor's listing shows keys: by default with all that is documented. */
export const keySwitches = {
  /** How much of a key its prefix shows, in characters, as a vendor shortens it with three dots; 0: long and plain. */
  shortKeyPrefix: define(count, 0, "scratch"),
  /** Whether keys have a prefix. */
  keyPrefixShown: define(flag, true, "scratch"),
  /** Whether keys have a `lastUsedAt`. */
  lastUseShown: define(flag, true, "scratch"),
  /** The form of `createdAt`: the vendor's own; a number; RFC 3339 with fractions that long; absent; null. */
  keyCreatedAt: define(
    z.literal(["usual", "number", "number in a text", "microseconds", "nanoseconds", "absent", null]),
    "usual",
    "scratch",
  ),
  /** Unit of a `createdAt` that is a number. */
  keyTimeUnit: define(z.literal(["ms", "s"]), "ms", "scratch"),
};

/** How a vendor's listing shows keys. */
export interface KeySwitches extends SwitchesOf<typeof keySwitches> {}

interface ShownKey {
  readonly keyPrefix: string;
  readonly lastUsedAt: unknown;
  readonly createdAt: string | number;
}

/** A key as replies show it; other names of its members are a matter of `wire`. */
export function shownKey<Key extends ShownKey>(
  { keyPrefix, lastUsedAt, createdAt, ...rest }: Key,
  switches: KeySwitches,
): Omit<Key, keyof ShownKey> & Record<string, unknown> {
  const { shortKeyPrefix: length, keyPrefixShown, lastUseShown, keyCreatedAt } = switches;
  return {
    ...rest,
    ...(keyPrefixShown && { keyPrefix: length > 0 ? `${keyPrefix.slice(0, length)}...` : keyPrefix }),
    ...(lastUseShown && { lastUsedAt }),
    ...(keyCreatedAt !== "absent" && { createdAt: shownTime(createdAt, switches) }),
  };
}

function shownTime(time: string | number, { keyCreatedAt, keyTimeUnit }: KeySwitches): unknown {
  const date = new Date(time);
  const number = keyTimeUnit === "ms" ? date.getTime() : Math.floor(date.getTime() / 1000);
  switch (keyCreatedAt) {
    case "number":
      return number;
    case "number in a text":
      return String(number);
    case "microseconds":
      return date.toISOString().replace("Z", "123Z");
    case "nanoseconds":
      return date.toISOString().replace("Z", "123456Z");
    case null:
      return null;
    default:
      return typeof time === "number" ? number : time;
  }
}
