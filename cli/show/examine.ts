import { SubaccountsError } from "../../provider/core/base/errors";
import { printable, printableId, printableName } from "../../provider/core/base/printable";
import type { Run } from "../../provider/core/base/run";
import { normalized } from "../../provider/core/contract/identity";
import type { ListedKey } from "../../provider/core/key/keys";
import type { Target } from "../connections";
import type { Wishes, World } from "../doctor/world";
import { inTurns } from "../in-turns";
import { openRun } from "../open-run";
import { cleanRow } from "../report/examine";
import { look } from "../report/look";
import { monthOf, windowOf } from "../report/month";
import { configOf, targetsFor } from "../report/reach";
import { rowsOf } from "../report/rows";
import { readStates } from "../report/states";
import type { UsageRow } from "../report/usage-report";
import type { ShownChange, ShownKey, TenantReport } from "./report";
import { readTrail } from "./trail";

/** Options of `show`. Paths are absolute. */
export interface ShowWishes extends Wishes {
  readonly states?: readonly string[] | undefined;
  /** A change trail, as `up.sh` writes it. */
  readonly trail?: string | undefined;
  readonly progress: (title: string, accounts: number) => void;
}

/** The longest beginning of a key that a vendor lists. */
const LONGEST_PREFIX = 20;

/** Reads all that states and vendors have of one tenant. Writes nothing. @throws CommandError */
export async function examineTenant(
  world: World,
  externalId: string,
  wishes: ShowWishes,
): Promise<TenantReport> {
  const notes: string[] = [];
  const run = openRun(world, notes);
  const nowMs = run.world.now();
  const trail =
    wishes.trail === undefined ? { changes: [], problems: [] } : await readTrail(wishes.trail, externalId);
  const config = await configOf(world, wishes, run);
  const states = await readStates(world, wishes, wishes.states);
  run.redactor.add(states.secrets);
  const { targets, problems } = targetsFor(run, config, wishes, states);
  const { progress } = wishes;
  const read = await run.operation(async () => {
    const window = windowOf(monthOf(nowMs), nowMs);
    const seen = await look(run, targets, { managed: states.managed, window, progress });
    const sources = {
      states,
      look: seen,
      reach: {},
      planned: [],
      rates: undefined,
      nowMs,
      warnAt: 0.8,
      monthly: () => ({}),
    };
    const rows = rowsOf(sources).filter((row) => isOf(row, externalId));
    return { seen, rows, keys: await keysOf(run, targets, rows, problems) };
  });
  problems.push(...read.seen.problems, ...trail.problems);
  if (read.rows.length === 0) {
    problems.push(
      `no account of the tenant "${externalId}" was found, in the states or at the vendors: subaccounts list shows what there is`,
    );
  }
  const clean = (text: string) => run.shown(text);
  return {
    externalId: clean(externalId),
    rows: read.rows.map((row) => cleanRow(run, row)),
    keys: read.keys.map((key) => cleanKey(key, clean)),
    trail: trail.changes.map((change) => cleanChange(run, change)),
    notes: [...new Set([...notes, ...read.seen.notes])].map(clean),
    problems: problems.map(clean),
  };
}

function isOf({ externalId }: UsageRow, wanted: string): boolean {
  return externalId !== null && normalized(externalId) === normalized(wanted);
}

async function keysOf(
  run: Run,
  targets: readonly Target[],
  rows: readonly UsageRow[],
  problems: string[],
): Promise<ShownKey[]> {
  const found = await inTurns(rows, async ({ vendor, connection, account, status }) => {
    const target = targets.find(
      (each) => each.vendor.name === vendor && (each.connection ?? null) === connection,
    );
    const api = target?.vendor.keysWith?.(target.settings, run);
    if (api === undefined || account === null || status === "missing") return [];
    const title = target?.vendor.title;
    try {
      const listing = await api.list(account);
      if (listing === undefined || listing.flaw !== undefined) {
        problems.push(
          `${title}: the keys of ${account} could not be told: ${listing?.flaw ?? "the vendor has no such account"}. Run this again`,
        );
      }
      return (listing?.items ?? []).map((key) => shownKey(vendor, account, key));
    } catch (error) {
      if (!(error instanceof SubaccountsError)) throw error;
      problems.push(error.message);
      return [];
    }
  });
  return found.flat();
}

function shownKey(vendor: string, account: string, key: ListedKey): ShownKey {
  const { id, name, prefix, createdAtMs, lastUsedAtMs, use, revoked } = key;
  const time = (ms: number | undefined) => (ms === undefined ? null : new Date(ms).toISOString());
  return {
    vendor,
    account,
    id,
    name: name ?? null,
    prefix: prefix === "" || prefix.length > LONGEST_PREFIX ? null : prefix,
    createdAt: time(createdAtMs),
    lastUsedAt: time(lastUsedAtMs),
    use,
    revoked,
  };
}

/** The beginning of a key is shown as it is: by its form alone it would be taken for one. */
function cleanKey(key: ShownKey, clean: (text: string) => string): ShownKey {
  return {
    ...key,
    account: clean(key.account),
    id: printableId(clean(key.id)) ?? "(an id that is not shown: it does not look like one)",
    name: key.name === null ? null : printableName(clean(key.name)),
    prefix: key.prefix === null ? null : printable(key.prefix),
  };
}

function cleanChange(run: Run, change: ShownChange): ShownChange {
  const text = (value: string | null) => (value === null ? null : run.shown(value));
  const value = (each: unknown): unknown => {
    if (typeof each === "string") return run.shown(each);
    return typeof each === "object" && each !== null ? run.shown(JSON.stringify(each)) : each;
  };
  return {
    time: run.shown(change.time),
    commit: text(change.commit),
    actor: text(change.actor),
    vendor: run.shown(change.vendor),
    account: text(change.account),
    resource: text(change.resource),
    name: text(change.name),
    op: text(change.op),
    field: run.shown(change.field),
    from: value(change.from),
    to: value(change.to),
  };
}
