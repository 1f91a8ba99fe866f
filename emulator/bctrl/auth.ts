import { bearerKey } from "../core/input";
import { Refusal } from "../core/refusal";
import type { Store } from "../core/store";
import type { BctrlAccount } from "./account";
import type { BctrlKey } from "./api-key";
import { answered, type Face } from "./face";
import { accountIn, type BctrlRecord, used, workingKey } from "./records";
import type { BctrlSwitches } from "./switches";

/** Whose key a request carries: an account's, or the organization's. Its constant key has no record. */
export interface Caller {
  readonly key: BctrlKey | undefined;
  readonly account: BctrlAccount | undefined;
}

/** The identity behind the constant key. */
const constantKeyId = "emulated0organization";
const organizationSpaceId = "sp_uemulated0organization0";

/** Whose key this is. Throws 401 for one that is missing or does not work. Counts the use of a key. */
export function authenticate(
  records: Store<BctrlRecord>,
  apiKey: string,
  authorization: string | undefined,
  { switches, now }: { switches: BctrlSwitches; now: Date },
): Caller {
  const secret = bearerKey(authorization);
  if (secret === undefined) {
    throw new Refusal(401, "Missing API key: send Authorization: Bearer <key>", { code: "auth.required" });
  }
  if (secret === apiKey) return { key: undefined, account: undefined };
  const key = workingKey(records, secret, switches, now);
  if (!key) throw new Refusal(401, "Invalid API key", { code: "auth.invalid" });
  records.put(key.id, used(key, now));
  return { key, account: key.subaccountId === null ? undefined : accountIn(records, key.subaccountId) };
}

/** The reply of `GET /v1/auth/whoami`. */
export function whoIs(
  { key, account }: Caller,
  face: Face,
  { organizationId }: BctrlSwitches,
): Record<string, unknown> {
  const scope = {
    scope: account ? "subaccount" : "organization",
    organizationId,
    subaccountId: account?.id ?? null,
    defaultSpaceId: account?.defaultSpaceId ?? organizationSpaceId,
  };
  return answered(face, "identity", {
    ...scope,
    effectiveScope: scope,
    plan: "business",
    keyId: key?.id ?? constantKeyId,
    email: null,
  });
}
