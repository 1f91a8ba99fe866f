import { z } from "zod";
import { lettersAndDigits, randomText } from "../core/ids";
import { shownKey } from "../core/key-switches";
import { dateTime, id, whole } from "../core/members";
import type { SubObject } from "../core/record-kinds";
import type { Making } from "../core/vendor";
import { answered, type Face } from "./face";
import { bctrlId } from "./ids";
import type { BctrlSwitches } from "./switches";

/** A key as it is stored. Times are ISO 8601. */
const key = z.strictObject({
  id,
  name: z.string().nullable(),
  secret: z.string().min(20),
  keyPrefix: z.string(),
  /** An agent's key may act for a sub-account. */
  type: z.enum(["organization", "subaccount", "agent"]),
  subaccountId: id.nullable(),
  scopes: z.array(z.string()),
  createdAt: dateTime,
  updatedAt: dateTime,
  expiresAt: dateTime.nullable(),
  lastUsedAt: dateTime.nullable(),
  usageCount: whole,
  revokedAt: dateTime.nullable(),
});

/** A key with its secret, as the emulator stores it. */
export type BctrlKey = z.infer<typeof key>;

/** A key without its secret. Times are ISO 8601. */
export interface BctrlKeyView extends Omit<BctrlKey, "secret"> {}

/** Options of a new key. */
export interface BctrlKeyFields {
  name?: string | null | undefined;
  /** ISO 8601; null is "never". */
  expiresAt?: string | null | undefined;
  /** An agent's key, which the API does not make here. */
  type?: "agent" | undefined;
}

/** A secret, and its beginning that listings show: long enough to tell keys apart. */
export function newSecret(
  random: () => number,
  secret = `bctrl_${randomText(random, lettersAndDigits, 32)}`,
): Pick<BctrlKey, "secret" | "keyPrefix"> {
  return { secret, keyPrefix: secret.slice(0, 16) };
}

/** A new key of an account, or of the organization without one, never used. */
export function newKey({ random, now }: Making<object>, fields: Partial<BctrlKey>): BctrlKey {
  const at = now().toISOString();
  const { subaccountId = null } = fields;
  return {
    id: bctrlId(random),
    name: null,
    ...newSecret(random, fields.secret),
    type: subaccountId === null ? "organization" : "subaccount",
    subaccountId,
    scopes: ["*"],
    createdAt: at,
    updatedAt: at,
    expiresAt: null,
    lastUsedAt: null,
    usageCount: 0,
    revokedAt: null,
    ...fields,
  };
}

/** A key without its secret. */
export const keyView = ({ secret: _, ...shown }: BctrlKey): BctrlKeyView => shown;

/** Keys lie beside accounts, so that a lagging reply lags for each by itself; the organization has keys, too. */
export const keys = {
  schema: key,
  holder: "subaccountId",
  whole: (given, making) => newKey(making, given),
  view: keyView,
  text: (stored, { now }) => (isLive(stored, now()) ? `${stored.keyPrefix}…` : undefined),
} satisfies SubObject<typeof key, BctrlKeyView, BctrlSwitches>;

/** Whether a key is neither revoked nor expired. */
export function isLive({ revokedAt, expiresAt }: BctrlKeyView, now: Date): boolean {
  return revokedAt === null && (expiresAt === null || new Date(expiresAt) > now);
}

/** A key as the vendor's replies show it. */
export function keyReply(
  { secret: _, revokedAt: __, ...key }: BctrlKey,
  face: Face,
  switches: BctrlSwitches,
): Record<string, unknown> {
  return answered(face, "api_key", shownKey(key, switches));
}
