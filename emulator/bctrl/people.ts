import type { HandField } from "../core/hand-fields";
import type { AccountRow } from "../core/vendor";
import type { BctrlAccount } from "./account";
import type { BctrlKeyView } from "./api-key";

const cap = { kind: "number", unset: "no cap" } as const;
/** The fields of an account that a person can change by hand. */
export const handFields: readonly HandField[] = [
  { name: "name", label: "Name", kind: "text" },
  { name: "externalId", label: "External id", kind: "text", unset: "none" },
  { name: "status", label: "Status", kind: ["active", "archived"] },
  { name: "limits.maxActiveRuns", label: "Active runs", ...cap },
  { name: "limits.maxSpaces", label: "Spaces", ...cap },
  { name: "limits.monthlyCreditLimit", label: "Credits a month", ...cap },
  { name: "spendingCap", label: "Spending cap in cents a month", ...cap },
];

/** An account in a line. */
export function row(account: BctrlAccount, keys: readonly BctrlKeyView[]): AccountRow {
  return {
    id: account.id,
    name: account.name,
    status: account.status,
    "external id": account.externalId ?? "",
    limits: limitsText(account),
    // Names only: a value of the metadata may be a secret of the program.
    metadata: Object.keys(account.metadata ?? {}).join(", "),
    keys: keys.map(({ keyPrefix }) => `${keyPrefix}…`).join(" "),
  };
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** Shows the names of v2 limits alone, since their values are not known. */
function limitsText({ limits, v2Limits, spendingCap }: BctrlAccount): string {
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
