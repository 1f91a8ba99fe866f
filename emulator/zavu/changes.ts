import { badRequest, Refusal } from "../core/refusal";
import { clamped, patched } from "../core/stored";
import type { ZavuAccount } from "./account";
import type { ZavuWorld } from "./routes";
import type { UpdateBody } from "./schemas";
import type { ZavuSwitches } from "./switches";

/** The account as the reply to a write shows it: with the limit that is stored, or the one that was asked for. */
export function asAsked(
  account: ZavuAccount,
  asked: number | null | undefined,
  { clampEchoes }: ZavuSwitches,
): ZavuAccount {
  return clampEchoes && asked !== undefined ? { ...account, creditLimit: asked } : account;
}

/** Throws 409 if another account has this `externalId` and the switch forbids that. */
export function refuseDuplicate(
  accounts: readonly ZavuAccount[],
  externalId: string | undefined,
  ownId: string | undefined,
  switches: ZavuSwitches,
): void {
  if (externalId === undefined || switches.duplicateExternalId === "accept") return;
  const taken = accounts.some(
    (other) =>
      other.id !== ownId &&
      other.externalId === externalId &&
      (other.status === "active" || switches.duplicateCountsInactive),
  );
  if (!taken) return;
  const message = "already used by another sub-account";
  throw new Refusal(409, `externalId: ${message}`, { problems: [{ field: "externalId", message }] });
}

/**
 * The account after a PATCH. Throws 400 for what the switches forbid.
 * @see https://docs.zavu.dev/guides/sub-accounts/managing
 */
export function applyUpdate(
  account: ZavuAccount,
  patch: UpdateBody,
  { switches, keys }: Pick<ZavuWorld, "switches" | "keys">,
): ZavuAccount {
  if (Object.keys(patch).length === 0 && switches.emptyPatch === 400) {
    throw badRequest([{ field: "", message: "no field to update" }]);
  }
  if (account.status === "inactive" && patch.status !== "active" && switches.patchInactive === 400) {
    throw badRequest([{ field: "status", message: "the sub-account is inactive" }]);
  }
  const next = patched(account, clamped(patch, "creditLimit", switches.clampCreditLimit), switches);
  const suspended = account.status === "active" && next.status === "inactive";
  return suspended && switches.statusInactiveRevokesKeys ? keys.revoked(next) : next;
}
