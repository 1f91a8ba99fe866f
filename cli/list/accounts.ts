import { printableName } from "../../provider/core/base/printable";
import { everyVendor } from "../../provider/vendors";
import type { Target } from "../connections";
import type { Paint } from "../doctor/report";
import type { Wishes, World } from "../doctor/world";
import { openRun } from "../open-run";
import { stackIn } from "../report/examine";
import { look } from "../report/look";
import { configOf, targetsFor } from "../report/reach";
import { statusOf } from "../report/rows";
import type { Seen } from "../report/seen";
import { alignedColumns } from "../table";

/** An account at a vendor. */
interface ListedAccount {
  readonly vendor: string;
  /** `null`: the vendor's own one. */
  readonly connection: string | null;
  readonly account: string;
  readonly name: string | null;
  readonly externalId: string | null;
  readonly status: "active" | "suspended" | "ended" | "missing" | "unknown";
  /** The stack in its marker, as `prod of tenants`; `null`: it carries none. */
  readonly stack: string | null;
}

/** The result of `list`, as `--json` prints it. */
export interface AccountsReport {
  readonly accounts: readonly ListedAccount[];
  readonly notes: readonly string[];
  /** Open questions. */
  readonly problems: readonly string[];
}

/** Reads the accounts of every configured connection. Writes nothing. @throws CommandError */
export async function examineAccounts(
  world: World,
  wishes: Wishes & { readonly progress: (title: string, accounts: number) => void },
): Promise<AccountsReport> {
  const notes: string[] = [];
  const run = openRun(world, notes);
  const config = await configOf(world, wishes, run);
  const managed = new Map();
  const { targets, problems } = targetsFor(run, config, wishes, { managed });
  if (wishes.vendor === undefined) notes.push(...notAsked(targets));
  const { progress } = wishes;
  const found = await run.operation(() => look(run, targets, { managed, window: undefined, progress }));
  const clean = (text: string) => run.shown(text);
  return {
    accounts: [...found.seen.values()].map((seen) => listed(seen, clean)).toSorted(inOrder),
    notes: [...notes, ...found.notes].map(clean),
    problems: [...problems, ...found.problems].map(clean),
  };
}

function notAsked(targets: readonly Target[]): string[] {
  return everyVendor
    .filter(({ name }) => targets.every(({ vendor }) => vendor.name !== name))
    .map(({ title, env }) => `${title}: it was not asked, since there is no key: export ${env.apiKey}=<key>`);
}

function listed(seen: Seen, clean: (text: string) => string): ListedAccount {
  const { vendor, connection, id, name, externalId, marker } = seen;
  return {
    vendor,
    connection: connection === undefined ? null : clean(connection),
    account: clean(id),
    name: name === undefined ? null : printableName(clean(name)),
    externalId: externalId === undefined ? null : clean(externalId),
    status: statusOf(seen, marker?.isSuspended === true),
    stack: marker === undefined ? null : clean(stackIn(marker.urn)),
  };
}

function inOrder(one: ListedAccount, other: ListedAccount): number {
  const key = ({ vendor, externalId, account }: ListedAccount) =>
    `${vendor} ${externalId ?? "\uffff"} ${account}`;
  return key(one) < key(other) ? -1 : 1;
}

/** The accounts as people read them. */
export function readableAccounts({ accounts, notes, problems }: AccountsReport, paint: Paint): string {
  const rows = accounts.map(({ vendor, connection, account, name, externalId, status, stack }) => [
    connection === null ? vendor : `${vendor} (${connection})`,
    account,
    externalId ?? "none",
    name ?? "",
    status,
    stack ?? "none",
  ]);
  return [
    ...(rows.length === 0
      ? []
      : alignedColumns([["VENDOR", "ACCOUNT", "EXTERNAL ID", "NAME", "STATUS", "STACK"], ...rows], paint)),
    ...notes.map((text) => `note  ${text}`),
    ...problems.map((text) => `${paint("red", "FAIL")}  ${text}`),
    `${accounts.length === 1 ? "1 account" : `${accounts.length} accounts`}`,
    "",
  ].join("\n");
}
