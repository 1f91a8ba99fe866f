import { randomText, urlSafe } from "../core/ids";
import { answered, type Face } from "./face";
import type { BctrlSwitches } from "./switches";

/** The limits of the v1 paths; null is "no cap". */
export interface BctrlLimits {
  maxActiveRuns: number | null;
  maxSpaces: number | null;
  /** Credits of USD 0.001 a month. */
  monthlyCreditLimit: number | null;
}

/** The limits of the v2 path, whose members are not documented: any JSON; null is "not set". */
export interface BctrlV2Limits {
  runs: unknown;
  spaces: unknown;
  spend: unknown;
}

/** An account as the emulator stores it: null is "not set". Times are ISO 8601. */
export interface BctrlAccount {
  id: string;
  name: string;
  externalId: string | null;
  /** `active` or `archived`; a test may set a word that is not documented. */
  status: string;
  limits: BctrlLimits;
  v2Limits: BctrlV2Limits;
  /** Of the default space, US cents a calendar month; null is "no cap". */
  spendingCap: number | null;
  metadata: Record<string, unknown> | null;
  defaultSpaceId: string;
  createdAt: string;
  updatedAt: string;
  archivedAt: string | null;
}

/** Fields of an account that a test can set behind the program's back. */
export type BctrlFields = Partial<Omit<BctrlAccount, "id" | "limits" | "v2Limits">> & {
  limits?: Partial<BctrlLimits>;
  v2Limits?: Partial<BctrlV2Limits>;
};

/** No cap at all. */
export const noLimits: BctrlLimits = { maxActiveRuns: null, maxSpaces: null, monthlyCreditLimit: null };

const noV2Limits: BctrlV2Limits = { runs: null, spaces: null, spend: null };

/** An id like the vendor's example `V1StGXR8_Z5jdHi6B-myT`. */
export function bctrlId(random: () => number): string {
  return randomText(random, urlSafe, 21);
}

/** A complete account: the given fields over a fresh id and no limits. */
export function newAccount(random: () => number, now: Date, fields: BctrlFields): BctrlAccount {
  const at = now.toISOString();
  const account: BctrlAccount = {
    id: bctrlId(random),
    name: "Seeded",
    externalId: null,
    status: "active",
    limits: noLimits,
    v2Limits: noV2Limits,
    spendingCap: null,
    metadata: null,
    defaultSpaceId: `sp_u${randomText(random, urlSafe, 22)}`,
    createdAt: at,
    updatedAt: at,
    archivedAt: null,
  };
  return withFields(account, fields);
}

/** The same account with these fields; limits that are left out stay. */
export function withFields(account: BctrlAccount, fields: BctrlFields): BctrlAccount {
  return {
    ...account,
    ...fields,
    limits: { ...account.limits, ...fields.limits },
    v2Limits: { ...account.v2Limits, ...fields.v2Limits },
  };
}

/** The same account, archived at this time unless it was before. */
export function archived(account: BctrlAccount, now: Date): BctrlAccount {
  if (account.status === "archived") return account;
  const at = now.toISOString();
  return { ...account, status: "archived", archivedAt: at, updatedAt: at };
}

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
