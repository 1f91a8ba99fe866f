import { z } from "zod";
import { lettersAndDigits, randomText } from "../core/ids";
import { shownKey } from "../core/key-switches";
import { dateTime, id, metadata, whole } from "../core/members";
import type { AccountKind, Holding, SubObject, Views } from "../core/record-kinds";
import type { Making } from "../core/vendor";
import type { ZavuSwitches } from "./switches";

/** A key as it is stored. Times are epoch milliseconds. */
const key = z.strictObject({
  id,
  name: z.string(),
  secret: z.string().min(20),
  keyPrefix: z.string(),
  /** `live` keys send messages, `test` keys do not. */
  environment: z.enum(["live", "test"]),
  permissions: z.array(z.string()),
  createdAt: whole,
  lastUsedAt: whole.nullable(),
  revokedAt: whole.nullable(),
});

/** A key with its secret, as the emulator stores it. */
export type ZavuKey = z.infer<typeof key>;

/** A key as the vendor's key listing shows it, without its secret. Times are epoch milliseconds. */
export interface ZavuKeyView extends Omit<ZavuKey, "secret"> {}

/** A new key, never used. The prefix is long enough to tell the keys of one account apart. */
export function newKey(
  { random, now, switches }: Making<ZavuSwitches>,
  fields: Partial<ZavuKey> = {},
): ZavuKey {
  const { environment = "live" } = fields;
  const { secret = `zv_${environment}_sub_${randomText(random, lettersAndDigits, 32)}` } = fields;
  return {
    id: `k${randomText(random, lettersAndDigits, 14)}`,
    name: switches.ownKeyName,
    environment,
    permissions: [],
    keyPrefix: secret.slice(0, 20),
    createdAt: now().getTime(),
    lastUsedAt: null,
    revokedAt: null,
    secret,
    ...fields,
  };
}

const keys = {
  schema: key,
  whole: (given, making) => newKey(making, given),
  initial: (making) => [newKey(making)],
  view: ({ secret: _, ...shown }): ZavuKeyView => shown,
  text: ({ keyPrefix, revokedAt }) => (revokedAt === null ? `${keyPrefix}…` : undefined),
} satisfies SubObject<typeof key, ZavuKeyView, ZavuSwitches>;

const subObjects = { keys };

/** An account as it is stored: null is "not set", and a limit of 0 is kept apart from null. */
const account = z.strictObject({
  id,
  name: z.string(),
  externalId: z.string().nullable(),
  /** `active` or `inactive`; a test may set a word that is not documented. */
  status: z.string().min(1),
  /** Cents. */
  creditLimit: whole.nullable(),
  /** Cents. */
  totalSpent: whole,
  metadata: metadata.nullable(),
  /** ISO 8601. */
  createdAt: dateTime,
});

/** An account as the emulator stores it. */
export type ZavuAccount = z.infer<typeof account> & Holding<typeof subObjects>;

/** An account as it really is at the vendor, for tests and the page: never with a secret. */
export interface ZavuAccountView extends z.infer<typeof account>, Views<typeof subObjects> {}

/** Zavu's accounts. An id is like the documented `jx7abc123def456`. */
export const zavuAccounts = {
  schema: account,
  required: ["name"],
  subObjects,
  fresh: ({ random, now }) => ({
    id: `jx7${randomText(random, lettersAndDigits, 12)}`,
    name: "Seeded",
    externalId: null,
    status: "active",
    creditLimit: null,
    totalSpent: 0,
    metadata: null,
    createdAt: now().toISOString(),
  }),
  fields: () => [
    { name: "name", label: "Name", kind: "text" },
    { name: "externalId", label: "External id", kind: "text", unset: "none" },
    { name: "status", label: "Status", kind: ["active", "inactive"] },
    { name: "creditLimit", label: "Credit limit in cents", kind: "number", unset: "no cap" },
  ],
  row: ({ id, name, status, externalId, creditLimit, metadata }) => ({
    id,
    name,
    status,
    "external id": externalId ?? "",
    "credit limit": creditLimit ? `${creditLimit} ¢` : "no cap",
    // Names only: a value of the metadata may be a secret of the program.
    metadata: Object.keys(metadata ?? {}).join(", "),
  }),
} satisfies AccountKind<typeof account, typeof subObjects, ZavuSwitches>;

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

/** A key as the vendor's key listing shows it, with every switch about its form applied. */
export function keyReply({ secret: _, ...key }: ZavuKey, switches: ZavuSwitches): Record<string, unknown> {
  return shownKey(key, switches);
}

/** The same account with every key revoked that was not, and how many those were. */
export function revokeKeys(account: ZavuAccount, now: Date): { account: ZavuAccount; revoked: number } {
  const revoked = account.keys.filter((key) => key.revokedAt === null).length;
  const keys = account.keys.map((key) => ({ ...key, revokedAt: key.revokedAt ?? now.getTime() }));
  return { account: { ...account, keys }, revoked };
}
