import { patchedMetadata } from "../core/metadata";
import { badRequest, Refusal } from "../core/refusal";
import { type BctrlAccount, type BctrlLimits, type BctrlV2Limits, noLimits } from "./account";
import { isArchived } from "./refusals";
import type { LimitsBody, UpdateBody, V2LimitsBody } from "./schemas";
import type { BctrlSwitches } from "./switches";

/** The limits that are stored when these were sent for an account that had those. */
export function storedLimits(
  stored: BctrlLimits,
  sent: LimitsBody,
  { clampMonthlyCreditLimit: clamp }: Pick<BctrlSwitches, "clampMonthlyCreditLimit">,
): BctrlLimits {
  const { maxActiveRuns = stored.maxActiveRuns, maxSpaces = stored.maxSpaces, monthlyCreditLimit } = sent;
  if (monthlyCreditLimit === undefined) return { ...stored, maxActiveRuns, maxSpaces };
  const credits = monthlyCreditLimit === null ? null : (clamp ?? monthlyCreditLimit);
  return { maxActiveRuns, maxSpaces, monthlyCreditLimit: credits };
}

/** The account as the reply to a write shows it: with the limits that are stored, or those that were asked for. */
export function asAsked(
  account: BctrlAccount,
  asked: LimitsBody = {},
  { clampEchoes }: BctrlSwitches,
): BctrlAccount {
  if (!clampEchoes) return account;
  return { ...account, limits: storedLimits(account.limits, asked, {}) };
}

/** Throws 409 if another account has this name or this `externalId` and the switches forbid that. */
export function refuseDuplicate(
  accounts: readonly BctrlAccount[],
  sent: { name?: string | undefined; externalId?: string | null | undefined },
  ownId: string | undefined,
  switches: BctrlSwitches,
): void {
  const unique = { name: switches.duplicateName, externalId: switches.duplicateExternalId };
  for (const field of ["name", "externalId"] as const) {
    const value = sent[field];
    if (value == null || unique[field] === "accept") continue;
    const taken = accounts.some(
      (other) =>
        other.id !== ownId &&
        other[field] === value &&
        (other.status === "active" || switches.duplicateCountsArchived),
    );
    if (!taken) continue;
    const message = "already used by another subaccount";
    throw new Refusal(409, `${field}: ${message}`, { problems: [{ field, message }] });
  }
}

/** Throws for a change without fields, and for one of an archived account, where the switches forbid that. */
export function refuseChange(account: BctrlAccount, patch: object, switches: BctrlSwitches): void {
  if (Object.keys(patch).length === 0 && switches.emptyPatch === 400) {
    throw badRequest([{ field: "", message: "no field to update" }]);
  }
  if (account.status === "archived" && switches.patchArchived === 409) throw isArchived(409);
}

/** The account after a PATCH. */
export function applyUpdate(
  account: BctrlAccount,
  patch: UpdateBody,
  { switches, now }: { switches: BctrlSwitches; now: Date },
): BctrlAccount {
  const { name = account.name, externalId = account.externalId, limits } = patch;
  const metadata = patch.metadata && patchedMetadata(account.metadata, patch.metadata, switches);
  const before = switches.limits === "merge" ? account.limits : noLimits;
  return {
    ...account,
    name,
    externalId,
    metadata: metadata === undefined ? account.metadata : metadata,
    limits: limits === undefined ? account.limits : storedLimits(before, limits, switches),
    updatedAt: now.toISOString(),
  };
}

/**
 * The account after a PATCH of its v2 limits: what is sent is kept as it is, null clears, what is left out stays.
 * @see https://platform.bctrl.ai/v2/api/api-reference/account/update-limits
 */
export function applyV2Limits(account: BctrlAccount, patch: V2LimitsBody, now: Date): BctrlAccount {
  const v2Limits: BctrlV2Limits = { ...account.v2Limits, ...patch };
  return { ...account, v2Limits, updatedAt: now.toISOString() };
}
