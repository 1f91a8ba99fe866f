import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Run } from "../../provider/core/base/run";
import type { Values } from "../../provider/core/contract/resource";
import type { StackConfig } from "../../provider/core/vendor-io/stack-config";
import { vendorsOf } from "../../tenant/arguments";
import { titleOf, type VendorName } from "../../tenant/description";
import { CommandError } from "../command-error";
import { tiersIn } from "../tiers-file";
import { addAdoptLines } from "./adopt-lines";
import { FileNames, tenantText, write, writeNew } from "./files";
import { readKnown, readTiersFile } from "./known";
import { isFilledIn, isReport, type Mapping, type Row, readMapping, reportText } from "./mapping";
import { externalIdOf, type Unmatched } from "./match";
import { type PlanWishes, planOf } from "./plan";
import { type Seen, survey } from "./survey";
import { type Verified, verify } from "./verify";

/** The options of the command; paths are absolute. */
export interface GenerateWishes extends PlanWishes {
  readonly out: string;
  readonly tiers: string | undefined;
  readonly map: string | undefined;
  readonly vendor?: string;
  readonly connection?: string;
  /** Write nothing: say what the vendors have that no file has. */
  readonly isCheck: boolean;
  readonly verifies: boolean;
  /** The folder from which programs find `node_modules`. */
  readonly project: string;
}

/** The outcome of the command. */
export interface GenerateReport {
  /** Accounts that were read, by vendor. */
  readonly read: Readonly<Record<string, number>>;
  /** Files of new tenants; with `--check` those that would be written. */
  readonly files: readonly string[];
  readonly isCheck: boolean;
  /** Accounts that files have already. */
  readonly known: number;
  readonly unmatched: readonly Row[];
  readonly ended: readonly Row[];
  /** Accounts that the mapping leaves out. */
  readonly left: number;
  /** Files of tenants that got an `adopt` line, since the state of their accounts is lost. */
  readonly adopted: readonly string[];
  readonly verified: Verified | undefined;
  readonly notes: readonly string[];
  readonly problems: readonly string[];
}

/**
 * Writes a file of a tenant for each customer that the vendors have and no file has.
 *
 * @throws CommandError where what it was given is wrong; nothing is written then
 */
export async function generate(
  run: Run,
  config: StackConfig,
  wishes: GenerateWishes,
  progress: (title: string, accounts: number) => void,
): Promise<GenerateReport> {
  const folder = dirname(wishes.out);
  const reports = { unmatched: join(folder, "unmatched.csv"), ended: join(folder, "ended.csv") };
  if (!wishes.isCheck) for (const file of Object.values(reports)) refuseLoss(file, wishes.map);
  const tiers = readTiersFile(wishes.tiers ?? tiersIn(folder));
  const mapping: Mapping = wishes.map === undefined ? new Map() : readMapping(wishes.map);
  const known = readKnown(wishes.out, tiers);
  // Before the accounts are read: a second run at the same time then gives its files the same names, and finds them there.
  const names = new FileNames(wishes.out);
  const { seen, vendors, unread, problems } = await survey(run, config, wishes, progress);
  const read = countBy(seen);
  problems.push(...lacking(known.tenants, vendors, wishes));
  if (problems.length > 0) return { ...NOTHING, read, isCheck: wishes.isCheck, problems };

  const plan = await planOf(run, seen, mapping, known, tiers, wishes);
  const files = plan.tenants.map((tenant) => ({ file: names.next(String(tenant["externalId"])), tenant }));
  const clean = (text: string) => run.redactor.clean(text);
  const [unmatched, ended] = [
    plan.unmatched.map((each) => rowOf(each, clean)),
    plan.ended.map((each) => rowOf({ seen: each, reason: each.account.status }, clean)),
  ];
  let adopted: readonly string[] = [];
  if (!wishes.isCheck) {
    adopted = addAdoptLines(wishes.out, plan.lost);
    for (const { file, tenant } of files) writeNew(file, tenantText(tenant, wishes.out, wishes.project));
    for (const [file, rows] of [
      [reports.unmatched, unmatched],
      [reports.ended, ended],
    ] as const) {
      if (rows.length > 0 || existsSync(file)) writeReport(file, reportText(rows));
    }
  }
  const tenants = wishes.isCheck
    ? known.tenants
    : [...known.tenants, ...plan.tenants.map((each) => ({ tiers, ...each }))];
  return {
    read,
    files: files.map(({ file }) => file),
    isCheck: wishes.isCheck,
    known: plan.known,
    unmatched,
    ended,
    left: plan.left,
    adopted,
    verified: wishes.verifies
      ? await verify(tenants, seen, {
          mapping,
          read: vendors,
          fromOwner: wishes.fromOwner,
          now: run.world.now(),
        })
      : undefined,
    notes: [...unread.map((title) => `${title} is not read: there is no key`), ...unusedRows(mapping, seen)],
    problems: [],
  };
}

const NOTHING = {
  files: [],
  known: 0,
  unmatched: [],
  ended: [],
  left: 0,
  adopted: [],
  verified: undefined,
  notes: [],
} as const;

/** Vendors that files use and that were not read: a secret that is missing in a job must not look like success. */
function lacking(
  tenants: readonly Values[],
  read: readonly VendorName[],
  { vendor, connection }: GenerateWishes,
): string[] {
  if (vendor !== undefined || connection !== undefined) return [];
  const used = new Set(tenants.flatMap(vendorsOf));
  return [...used]
    .filter((each) => !read.includes(each))
    .map(
      (each) =>
        `${titleOf(each)} is not read, and files have accounts there: set its key, or name the others with --vendor`,
    );
}

/** @throws CommandError where a report would overwrite a file that a person has made or filled in */
function refuseLoss(file: string, map: string | undefined): void {
  if (!existsSync(file)) return;
  if (map === file) {
    throw new CommandError([
      `${file} would be written over while it is the mapping: rename it, for example map.csv, and keep it`,
    ]);
  }
  if (!isReport(file)) {
    throw new CommandError([`${file} is no report of this command and would be written over: rename it`]);
  }
  if (isFilledIn(file)) {
    throw new CommandError([
      `${file} was filled in and would be written over: rename it, for example map.csv, and pass it with --map`,
    ]);
  }
}

/** Writes a report; one of before that says something else, perhaps with a person's notes, stays beside it. */
function writeReport(file: string, text: string): void {
  const before = existsSync(file) ? readFileSync(file, "utf8") : text;
  if (before !== text) write(`${file}.bak`, before);
  write(file, text);
}

function rowOf({ seen, reason, isLeft }: Unmatched, clean: (text: string) => string): Row {
  const { vendor, account, connections } = seen;
  return {
    vendor,
    id: account.id,
    connection: connections
      .map((each) => each ?? "")
      .join(" ")
      .trim(),
    has: clean(externalIdOf(seen) ?? ""),
    name: clean(String(account.fields["name"] ?? "")),
    reason: clean(reason),
    ...(isLeft ? { isLeft } : {}),
  };
}

/** Rows of the mapping that name no account: an id that was typed by mistake would go unnoticed. */
function unusedRows(mapping: Mapping, seen: readonly Seen[]): string[] {
  const ids = new Set(seen.map(({ vendor, account }) => `${vendor} ${account.id}`));
  const unused = [...mapping].filter(([key]) => !ids.has(key)).map(([key, { at }]) => `${key} (line ${at})`);
  if (unused.length === 0) return [];
  const shown = unused.slice(0, 5).join(", ");
  return [
    `the mapping names ${unused.length} account${unused.length === 1 ? "" : "s"} that no vendor shows: ${shown}${unused.length > 5 ? ", …" : ""}`,
  ];
}

function countBy(seen: readonly Seen[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { vendor } of seen) counts[vendor] = (counts[vendor] ?? 0) + 1;
  return counts;
}
