import type { Paint } from "../doctor/report";
import { alignedColumns } from "../table";

/** The accounts of one owner and fleet, at all connections. */
export interface OwnerRow {
  readonly owner: string;
  /** The fleet id in the markers; absent where they have none. */
  readonly fleet?: string | undefined;
  /** Stacks that the markers name, as `stack of project`. */
  readonly stacks: readonly string[];
  readonly accounts: number;
  /** Accounts by connection: the vendor's name, or the name of a connection. */
  readonly connections: Readonly<Record<string, number>>;
  /** When the newest of them was changed, ISO 8601; where a vendor does not tell, made. */
  readonly newestChange?: string | undefined;
}

/** The result of `list --owners`, as `--json` prints it. */
export interface OwnersReport {
  readonly owners: readonly OwnerRow[];
  /** Notes on accounts without an owner, and on vendors that were not read. */
  readonly notes: readonly string[];
  /** Questions without an answer. */
  readonly problems: readonly string[];
}

/** The report as people read it. */
export function readable({ owners, notes, problems }: OwnersReport, paint: Paint): string {
  return [
    ...tableOf(owners, paint),
    ...(owners.length > 0 ? [""] : []),
    ...notes.map((text) => `note  ${text}`),
    ...problems.map((text) => `${paint("red", "FAIL")}  ${text}`),
    owners.length === 0
      ? "No account has an owner."
      : "The owner of a stack is the id of its resource pulumi-subaccounts: pulumi stack --show-ids",
    "",
  ].join("\n");
}

function tableOf(owners: readonly OwnerRow[], paint: Paint): string[] {
  if (owners.length === 0) return [];
  const rows = [
    ["OWNER", "ACCOUNTS", "NEWEST CHANGE", "FLEET", "STACK"],
    ...owners.map(({ owner, connections, newestChange, fleet, stacks }) => [
      owner,
      Object.entries(connections)
        .map(([name, count]) => `${count} ${name}`)
        .join(", "),
      newestChange?.slice(0, 16).replace("T", " ") ?? "not shown",
      fleet ?? "none",
      stacks.join(", "),
    ]),
  ];
  return alignedColumns(rows, paint);
}
