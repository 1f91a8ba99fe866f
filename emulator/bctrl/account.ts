import { z } from "zod";
import { randomText, urlSafe } from "../core/ids";
import { dateTime, id, metadata, whole } from "../core/members";
import type { AccountKind, Holding, Views } from "../core/record-kinds";
import { keys } from "./api-key";
import { bctrlId } from "./ids";
import type { BctrlSwitches } from "./switches";

/** The limits of the v1 paths; null is "no cap". */
const limits = z.strictObject({
  maxActiveRuns: whole.nullable(),
  maxSpaces: whole.nullable(),
  /** Credits of USD 0.001 a month. */
  monthlyCreditLimit: z.number().min(0).nullable(),
});

/** The limits of the v2 path, whose members are not documented: any JSON; null is "not set". */
const v2Limits = z.strictObject({ runs: z.unknown(), spaces: z.unknown(), spend: z.unknown() });

/** An account as it is stored: null is "not set". Times are ISO 8601. */
const account = z.strictObject({
  id,
  name: z.string(),
  externalId: z.string().nullable(),
  /** `active` or `archived`; a test may set a word that is not documented. */
  status: z.string().min(1),
  limits,
  v2Limits,
  /** Of the default space, US cents a calendar month; null is "no cap". */
  spendingCap: whole.nullable(),
  metadata: metadata.nullable(),
  defaultSpaceId: id,
  createdAt: dateTime,
  updatedAt: dateTime,
  archivedAt: dateTime.nullable(),
});

const subObjects = { keys };

export type BctrlLimits = z.infer<typeof limits>;
export type BctrlV2Limits = z.infer<typeof v2Limits>;

/** An account as the emulator stores it. */
export type BctrlAccount = z.infer<typeof account> & Holding<typeof subObjects>;

/** An account as it really is at the vendor, for tests and the page: its keys, revoked ones too, without secrets. */
export interface BctrlAccountView extends z.infer<typeof account>, Views<typeof subObjects> {}

/** Fields of an account that a test can set behind the program's back. */
export type BctrlFields = Partial<Omit<z.infer<typeof account>, "id" | "limits" | "v2Limits">> & {
  limits?: Partial<BctrlLimits>;
  v2Limits?: Partial<BctrlV2Limits>;
};

/** No cap at all. */
export const noLimits: BctrlLimits = { maxActiveRuns: null, maxSpaces: null, monthlyCreditLimit: null };

const cap = { kind: "number", unset: "no cap" } as const;

/** bctrl's accounts. */
export const bctrlAccounts = {
  schema: account,
  required: ["name"],
  subObjects,
  fresh: ({ random, now }) => ({
    id: bctrlId(random),
    name: "Seeded",
    externalId: null,
    status: "active",
    limits: noLimits,
    v2Limits: { runs: null, spaces: null, spend: null },
    spendingCap: null,
    metadata: null,
    defaultSpaceId: `sp_u${randomText(random, urlSafe, 22)}`,
    createdAt: now().toISOString(),
    updatedAt: now().toISOString(),
    archivedAt: null,
  }),
  fields: () => [
    { name: "name", label: "Name", kind: "text" },
    { name: "externalId", label: "External id", kind: "text", unset: "none" },
    { name: "status", label: "Status", kind: ["active", "archived"] },
    { name: "limits.maxActiveRuns", label: "Active runs", ...cap },
    { name: "limits.maxSpaces", label: "Spaces", ...cap },
    { name: "limits.monthlyCreditLimit", label: "Credits a month", ...cap },
    { name: "spendingCap", label: "Spending cap in cents a month", ...cap },
  ],
  row: (account) => ({
    id: account.id,
    name: account.name,
    status: account.status,
    "external id": account.externalId ?? "",
    limits: limitsText(account),
    // Names only: a value of the metadata may be a secret of the program.
    metadata: Object.keys(account.metadata ?? {}).join(", "),
  }),
} satisfies AccountKind<typeof account, typeof subObjects, BctrlSwitches>;

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** Shows the names of v2 limits alone, since their values are not known. */
function limitsText({ limits, v2Limits, spendingCap }: z.infer<typeof account>): string {
  const { maxActiveRuns, maxSpaces, monthlyCreditLimit } = limits;
  const parts = [
    maxActiveRuns === null ? [] : counted(maxActiveRuns, "run"),
    maxSpaces === null ? [] : counted(maxSpaces, "space"),
    monthlyCreditLimit === null ? [] : `${counted(monthlyCreditLimit, "credit")} a month`,
    spendingCap === null ? [] : `${spendingCap} ¢ a month`,
    Object.entries(v2Limits).flatMap(([name, value]) => (value === null ? [] : `v2 ${name}`)),
  ].flat();
  return parts.join(", ") || "no cap";
}

/** The same account, archived at this time unless it was before. */
export function archived(account: BctrlAccount, now: Date): BctrlAccount {
  if (account.status === "archived") return account;
  const at = now.toISOString();
  return { ...account, status: "archived", archivedAt: at, updatedAt: at };
}
