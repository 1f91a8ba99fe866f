import { lettersAndDigits, randomText } from "../core/ids";
import { shownKey } from "../core/key-switches";
import { bctrlId } from "./account";
import { answered, type Face } from "./face";
import type { BctrlSwitches } from "./switches";

/** A key without its secret. Times are ISO 8601. */
export interface BctrlKeyView {
  id: string;
  name: string | null;
  keyPrefix: string;
  /** An agent's key may act for a sub-account. */
  type: "organization" | "subaccount" | "agent";
  subaccountId: string | null;
  scopes: string[];
  createdAt: string;
  updatedAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
  usageCount: number;
  revokedAt: string | null;
}

/** A key with its secret, as the emulator stores it. */
export interface BctrlKey extends BctrlKeyView {
  secret: string;
}

/** Options of a new key. */
export interface BctrlKeyFields {
  name?: string | null | undefined;
  /** ISO 8601; null is "never". */
  expiresAt?: string | null | undefined;
  /** An agent's key, which the API does not make here. */
  type?: "agent" | undefined;
}

/** A secret and its beginning, which is long enough to tell keys apart. */
export function newSecret(random: () => number): Pick<BctrlKey, "secret" | "keyPrefix"> {
  const secret = `bctrl_${randomText(random, lettersAndDigits, 32)}`;
  return { secret, keyPrefix: prefixOf(secret) };
}

/** The beginning of a secret that listings show. */
export const prefixOf = (secret: string): string => secret.slice(0, 16);

/** A new key of an account, or of the organization without one, never used. */
export function newKey(
  random: () => number,
  now: Date,
  subaccountId: string | null,
  { name = null, expiresAt = null, type }: BctrlKeyFields,
): BctrlKey {
  const at = now.toISOString();
  return {
    id: bctrlId(random),
    name,
    ...newSecret(random),
    type: type ?? (subaccountId === null ? "organization" : "subaccount"),
    subaccountId,
    scopes: ["*"],
    createdAt: at,
    updatedAt: at,
    expiresAt,
    lastUsedAt: null,
    usageCount: 0,
    revokedAt: null,
  };
}

/** Whether a key is neither revoked nor expired. */
export function isLive({ revokedAt, expiresAt }: BctrlKeyView, now: Date): boolean {
  return revokedAt === null && (expiresAt === null || new Date(expiresAt) > now);
}

/** A deep copy of a key without its secret. */
export function keyView({ secret: _, ...key }: BctrlKey): BctrlKeyView {
  return structuredClone(key);
}

/** A key as the vendor's replies show it. */
export function keyReply(key: BctrlKey, face: Face, switches: BctrlSwitches): Record<string, unknown> {
  const { revokedAt: _, ...shown } = keyView(key);
  return answered(face, "api_key", shownKey(shown, switches));
}
