import { lettersAndDigits, randomText } from "../core/ids";
import { shownKey } from "../core/key-switches";
import type { ZavuSwitches } from "./switches";

/** `live` keys send messages, `test` keys do not. */
export type ZavuEnvironment = "live" | "test";

/** A key as the vendor's key listing shows it, without its secret. Times are epoch milliseconds. */
export interface ZavuKeyView {
  id: string;
  name: string;
  keyPrefix: string;
  environment: ZavuEnvironment;
  permissions: string[];
  createdAt: number;
  lastUsedAt: number | null;
  revokedAt: number | null;
}

/** A key with its secret, as the emulator stores it. */
export interface ZavuKey extends ZavuKeyView {
  secret: string;
}

/** An account as the emulator stores it: null is "not set", and a limit of 0 is kept apart from null. */
export interface ZavuAccount {
  id: string;
  name: string;
  externalId: string | null;
  /** `active` or `inactive`; a test may set a word that is not documented. */
  status: string;
  /** Cents. */
  creditLimit: number | null;
  /** Cents. */
  totalSpent: number;
  metadata: Record<string, unknown> | null;
  /** ISO 8601. */
  createdAt: string;
  keys: readonly ZavuKey[];
}

/** An account as it really is at the vendor, for tests and the page: never with a secret. */
export interface ZavuAccountView extends Omit<ZavuAccount, "keys"> {
  keys: ZavuKeyView[];
}

type Random = () => number;

/** An id like the documented `jx7abc123def456`. */
export function zavuId(random: Random): string {
  return `jx7${randomText(random, lettersAndDigits, 12)}`;
}

/** A new key, never used. The prefix is long enough to tell the keys of one account apart. */
export function newKey(
  random: Random,
  now: Date,
  fields: { name: string; environment: ZavuEnvironment; permissions: string[] },
): ZavuKey {
  const secret = `zv_${fields.environment}_sub_${randomText(random, lettersAndDigits, 32)}`;
  return {
    id: `k${randomText(random, lettersAndDigits, 14)}`,
    ...fields,
    keyPrefix: prefixOf(secret),
    createdAt: now.getTime(),
    lastUsedAt: null,
    revokedAt: null,
    secret,
  };
}

/** A key of a record or a seed, with what it lacks as in a new one. */
export function wholeKey(fresh: ZavuKey, stored: Partial<ZavuKey>): ZavuKey {
  const secret = stored.secret ?? fresh.secret;
  return { ...fresh, keyPrefix: prefixOf(secret), ...stored };
}

const prefixOf = (secret: string): string => secret.slice(0, 20);

/** An account as the vendor's replies show it, with every switch about unset values applied. */
export function accountReply(
  account: ZavuAccount,
  switches: ZavuSwitches,
  call: "single read" | "other" = "other",
): Record<string, unknown> {
  const { id, name, status, totalSpent, createdAt } = account;
  const reply: Record<string, unknown> = { id, name, status, totalSpent, createdAt };
  const show = (field: string, value: unknown): void => {
    if (value !== null) reply[field] = value;
    else if (switches.unsetReadsAs === null) reply[field] = null;
  };
  show("externalId", account.externalId);
  if (account.creditLimit !== 0) show("creditLimit", account.creditLimit);
  else if (switches.zeroLimitReadsAs !== "absent") reply["creditLimit"] = switches.zeroLimitReadsAs;
  if (call === "single read" || switches.metadataShownIn === "all") show("metadata", account.metadata);
  return reply;
}

/** A key without its secret. */
function keyView({ secret: _, ...key }: ZavuKey): ZavuKeyView {
  return structuredClone(key);
}

/** A key as the vendor's key listing shows it, with every switch about its form applied. */
export function keyReply(key: ZavuKey, switches: ZavuSwitches): Record<string, unknown> {
  return shownKey(keyView(key), switches);
}

/** A deep copy of an account without secrets. */
export function accountView({ keys, ...account }: ZavuAccount): ZavuAccountView {
  return { ...structuredClone(account), keys: keys.map(keyView) };
}

/** The same account with every key revoked that was not, and how many those were. */
export function revokeKeys(account: ZavuAccount, now: Date): { account: ZavuAccount; revoked: number } {
  const revoked = account.keys.filter((key) => key.revokedAt === null).length;
  const keys = account.keys.map((key) => ({ ...key, revokedAt: key.revokedAt ?? now.getTime() }));
  return { account: { ...account, keys }, revoked };
}
