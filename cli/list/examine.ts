import type { Account } from "../../provider/core/account/fields";
import { ownerIn, readMarker } from "../../provider/core/account/marker";
import { SubaccountsError } from "../../provider/core/base/errors";
import { printable } from "../../provider/core/base/printable";
import { type Target, targetsOf } from "../connections";
import type { Wishes, World } from "../doctor/world";
import { inTurns } from "../in-turns";
import { openRun, readConfig } from "../open-run";
import type { OwnerRow, OwnersReport } from "./report";

/** A row that is being counted. */
type Counted = Omit<OwnerRow, "stacks" | "connections"> & {
  accounts: number;
  newestChange?: string | undefined;
  readonly stacks: Set<string>;
  readonly connections: Record<string, number>;
};

/** Reads the accounts of every configured connection, and sorts them by the owners in their markers. Writes nothing. */
export async function examineOwners(world: World, wishes: Wishes): Promise<OwnersReport> {
  const notes: string[] = [];
  const problems: string[] = [];
  const run = openRun(world, notes);
  const { config, failed } = await readConfig(world, wishes, run);
  const rows = new Map<string, Counted>();
  // Connections may reach the same accounts.
  const seen = new Set<string>();
  if (config === undefined) {
    problems.push(...failed.map(({ text }) => text));
  } else {
    const found = targetsOf(run, config, wishes);
    problems.push(...found.problems);
    await run.operation(async () => {
      for (const target of found.targets) await look(target);
    });
  }
  const clean = (text: string) => run.shown(text);
  return {
    owners: [...rows.values()]
      .map((row) => rowOf(row, clean))
      .sort((one, other) => other.accounts - one.accounts || (one.owner < other.owner ? -1 : 1)),
    notes: notes.map(clean),
    problems: problems.map(clean),
  };

  async function look({ vendor, connection, settings: given }: Target): Promise<void> {
    const { title } = vendor;
    const where = connection === undefined ? title : `${title}, connection "${printable(connection)}"`;
    try {
      run.redactor.add(given.apiKey);
      if (!vendor.isMarked) {
        notes.push(`${where}: accounts have no place for a marker, so none has an owner here`);
        return;
      }
      const { pages, withMetadata } = vendor.accountsWith(given, run);
      const listed: Account[] = [];
      while (!pages.isDone) listed.push(...(await pages.next()));
      const { flaw } = pages;
      if (flaw !== undefined) problems.push(`${where}: the list of accounts ${flaw}, so some may be missing`);
      const accounts = (await inTurns(listed, withMetadata)).filter((account) => account !== undefined);
      const isNew = ({ id }: Account) => seen.size < seen.add(`${vendor.name} ${id}`).size;
      count(accounts.filter(isInUse).filter(isNew), connection ?? vendor.name, where);
    } catch (error) {
      if (!(error instanceof SubaccountsError)) throw error;
      problems.push(error.message);
    }
  }

  function count(accounts: readonly Account[], connection: string, where: string): void {
    const without = accounts.filter(({ metadata }) => readMarker(metadata) === undefined).length;
    const unreadable = accounts.filter(({ metadata }) => readMarker(metadata) === "unreadable").length;
    if (without > 0) notes.push(`${where}: ${without} accounts carry no marker`);
    if (unreadable > 0)
      notes.push(`${where}: ${unreadable} accounts carry a marker that this version cannot read`);
    for (const account of accounts) {
      const found = ownerIn(account.metadata);
      if (found === undefined) continue;
      const owner = printable(found.owner);
      const fleet = found.fleet === undefined ? undefined : printable(found.fleet);
      const key = JSON.stringify([owner, fleet]);
      const row = rows.get(key) ?? { owner, fleet, stacks: new Set(), accounts: 0, connections: {} };
      rows.set(key, row);
      row.accounts++;
      row.connections[connection] = (row.connections[connection] ?? 0) + 1;
      row.newestChange = later(row.newestChange, account.changedAt ?? account.outputs["createdAt"]);
      row.stacks.add(stackOf(found.urn));
    }
  }
}

/** Whether an account is a customer's: active, or suspended by its stack. */
function isInUse({ presence, metadata }: Account): boolean {
  const marker = readMarker(metadata);
  return presence !== "ended" || (typeof marker === "object" && marker.suspended === true);
}

function later(one: string | undefined, other: unknown): string | undefined {
  const ms = typeof other === "string" ? Date.parse(other) : Number.NaN;
  if (!Number.isFinite(ms)) return one;
  const time = new Date(ms).toISOString();
  return one === undefined || one < time ? time : one;
}

/** The stack and project in a URN, as `prod of tenants`. */
function stackOf(urn: string): string {
  const [, stack = "", project = ""] = /^urn:pulumi:(.*?)::(.*?)::/.exec(printable(urn)) ?? [];
  return `${stack} of ${project}`;
}

/** The row without the secrets of the run: a marker is anybody's text. */
function rowOf(
  { owner, fleet, stacks, connections, ...row }: Counted,
  clean: (text: string) => string,
): OwnerRow {
  return {
    ...row,
    owner: clean(owner),
    fleet: fleet === undefined ? undefined : clean(fleet),
    stacks: [...new Set([...stacks].map(clean))].sort(),
    connections: Object.fromEntries(Object.entries(connections).map(([name, count]) => [clean(name), count])),
  };
}
