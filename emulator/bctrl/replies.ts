import type { BctrlAccount } from "./account";
import { answered, type Face } from "./face";
import type { BctrlSwitches } from "./switches";

/** An account as the replies of the v1 paths show it. */
export function accountReply(
  account: BctrlAccount,
  face: Face,
  switches: BctrlSwitches,
  call: "single read" | "other" = "other",
): Record<string, unknown> {
  const { id, name, status, limits, defaultSpaceId, createdAt, updatedAt } = account;
  const reply = { id, name, status, limits, defaultSpaceId, createdAt, updatedAt };
  return answered(face, "subaccount", { ...reply, ...optionalFields(account, switches, call) });
}

/**
 * An account as the reply to a v2 create shows it. How the vendor makes a slug is not documented.
 * @see https://platform.bctrl.ai/v2/api/api-reference/account/create-subaccount
 */
export function accountReplyV2(account: BctrlAccount, switches: BctrlSwitches): Record<string, unknown> {
  const { id, name, status, createdAt, updatedAt } = account;
  const slug = name.toLowerCase().split(/[^a-z0-9]+/);
  return {
    id,
    name,
    slug: slug.filter((word) => word !== "").join("-"),
    status,
    createdAt,
    updatedAt,
    ...optionalFields(account, switches, "single read"),
  };
}

/** The fields that a reply may leave out, with every switch about them applied. */
function optionalFields(
  { archivedAt, externalId, metadata }: BctrlAccount,
  { metadataShownIn, unsetReadsAs }: BctrlSwitches,
  call: "single read" | "other",
): Record<string, unknown> {
  const shown = call === "single read" || metadataShownIn === "all" ? { metadata } : {};
  const fields = Object.entries({ archivedAt, externalId, ...shown });
  return Object.fromEntries(fields.filter(([, value]) => value !== null || unsetReadsAs === null));
}
