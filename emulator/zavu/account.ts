import { z } from "zod";
import { accountsOf, subObjectsOf } from "../core/declared";
import { lettersAndDigits, randomText } from "../core/ids";
import { shownKey } from "../core/key-switches";
import { dateTime, id, member, metadata, type RecordOf, whole } from "../core/members";
import type { Holding, Views } from "../core/record-kinds";
import type { Making } from "../core/vendor";
import type { ZavuSwitches } from "./switches";

/** A key as it is stored. Times are epoch milliseconds. The prefix is long enough to tell the keys of one account apart. */
const key = {
  id: member(id, ({ random }) => `k${randomText(random, lettersAndDigits, 14)}`),
  name: member(z.string(), ({ switches }: Making<ZavuSwitches>) => switches.ownKeyName),
  /** `live` keys send messages, `test` keys do not. */
  environment: member(z.enum(["live", "test"]), "live"),
  permissions: member(z.array(z.string()), []),
  secret: member(
    z.string().min(20),
    ({ random }, { environment }) => `zv_${environment}_sub_${randomText(random, lettersAndDigits, 32)}`,
    { secret: true },
  ),
  keyPrefix: member(z.string(), (_, { secret }) => String(secret).slice(0, 20)),
  createdAt: member(whole, ({ now }) => now().getTime()),
  lastUsedAt: member(whole.nullable(), null),
  revokedAt: member(whole.nullable(), null),
};

/** A key with its secret, as the emulator stores it. */
export interface ZavuKey extends RecordOf<typeof key> {}

/** A key as the vendor's key listing shows it, without its secret. Times are epoch milliseconds. */
export interface ZavuKeyView extends Omit<ZavuKey, "secret"> {}

/** Options of a new key. */
export interface ZavuKeyFields extends Partial<Pick<ZavuKey, "name" | "environment" | "permissions">> {}

/** Keys; an account is born with one. */
export const keys = subObjectsOf(key, {
  initial: 1,
  text: ({ keyPrefix, revokedAt }) => (revokedAt === null ? `${keyPrefix}…` : undefined),
});

const subObjects = { keys };

/** An account as it is stored: null is "not set", and a limit of 0 is kept apart from null. */
const account = {
  id: member(id, ({ random }) => `jx7${randomText(random, lettersAndDigits, 12)}`),
  name: member(z.string(), "Seeded", { required: true, label: "Name" }),
  externalId: member(z.string().nullable(), null, { label: "External id", unset: "none" }),
  /** `active` or `inactive`; a test may set a word that is not documented. */
  status: member(z.string().min(1), "active", { label: "Status", kind: ["active", "inactive"] }),
  /** Cents. */
  creditLimit: member(whole.nullable(), null, {
    label: "Credit limit in cents",
    kind: "number",
    unset: "no cap",
  }),
  /** Cents. */
  totalSpent: member(whole, 0),
  metadata: member(metadata.nullable(), null),
  /** ISO 8601. */
  createdAt: member(dateTime, ({ now }) => now().toISOString()),
};

/** An account as the emulator stores it. */
export type ZavuAccount = RecordOf<typeof account> & Holding<typeof subObjects>;

/** An account as it really is at the vendor, for tests and the page: never with a secret. */
export interface ZavuAccountView extends RecordOf<typeof account>, Views<typeof subObjects> {}

/** Zavu's accounts. An id is like the documented `jx7abc123def456`. */
export const zavuAccounts = {
  ...accountsOf(account, subObjects),
  row: ({ id, name, status, externalId, creditLimit, metadata }: RecordOf<typeof account>) => ({
    id,
    name,
    status,
    "external id": externalId ?? "",
    "credit limit": creditLimit ? `${creditLimit} ¢` : "no cap",
    // Names only: a value of the metadata may be a secret of the program.
    metadata: Object.keys(metadata ?? {}).join(", "),
  }),
};

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
