import { printable } from "../../provider/core/base/printable";
import { Redactor } from "../../provider/core/base/redact";
import { parseTime } from "../../provider/core/base/time";
import { everyVendor } from "../../provider/vendors";
import type { Ended } from "../pulumi/command";
import { lockedBecause } from "../pulumi/locks";
import { outcomeOf } from "../pulumi/output";
import { lastLine, type StateResource } from "../pulumi/stacks";
import type { Shard } from "../shards";
import type { FailedTenant, ShardResult } from "./records";

/** The resource that every account depends on. */
const OWNER = "subaccounts/index:Owner";
/** The longest message that is kept, in characters. */
const LONGEST = 500;
/** So many warnings of a shard are kept. */
const MOST_WARNINGS = 50;
const DAY_MS = 86_400_000;

/** Reads the counts and warnings of a command, and the tenants that failed in it: all of the shard where it cannot be told which. */
export function readOutcome(
  { code, lines }: Ended,
  { name, tenants }: Pick<Shard, "tenants"> & Partial<Pick<Shard, "name">>,
  redactor: Redactor,
): Pick<ShardResult, "counts" | "failed" | "warnings"> {
  const { counts, errors, warnings: warned } = outcomeOf(lines);
  const show = (text: string) => printable(redactor.clean(text), LONGEST);
  const warnings = warned.slice(0, MOST_WARNINGS).map(show);
  if (warned.length > MOST_WARNINGS) warnings.push(`and ${warned.length - MOST_WARNINGS} more`);
  const done = { counts, ...(warnings.length > 0 ? { warnings } : {}) };
  if (code === 0) return { ...done, failed: [] };
  const ids = new Set(tenants.map(({ externalId }) => externalId));
  const failed = new Map<string, string>();
  for (const { type, name, message } of errors) {
    if (!type.includes("subaccounts")) continue;
    const own = tenantNamed(name, ids) ?? name;
    for (const id of type.endsWith(OWNER) ? ids : [own]) if (!failed.has(id)) failed.set(id, show(message));
  }
  if (failed.size === 0) {
    const [own] = errors.filter(({ message }) => !/^(update|preview) failed$/.test(message));
    const message = show(lockedBecause(lines, name) ?? own?.message ?? lastLine(lines));
    // A shard without tenants fails, too: as one that is called like its stack.
    for (const externalId of ids.size > 0 ? ids : ["(none)"]) failed.set(externalId, message);
  }
  return { ...done, failed: [...failed].map(([externalId, message]) => ({ externalId, message })) };
}

/** A resource of which a vendor has something else, in the text of a refresh. */
const DIFFERS = /^ [~+-]+\s+\S*subaccounts\/?(\S+) (.+) (update|delete|replace)(?: \[diff: ([^\]]*)\])?\s*$/;

/** The differences of an account of which Pulumi names no field. */
const UNSEEN = "its status, its marker or another output is not as in the state";

/** The tenants of which a vendor has something else than the state, each with what it is. */
export function driftedIn(lines: readonly string[], { tenants }: Pick<Shard, "tenants">): FailedTenant[] {
  const ids = new Set(tenants.map(({ externalId }) => externalId));
  const found = new Map<string, string[]>();
  for (const line of lines) {
    const [, type, name, what, fields = ""] = DIFFERS.exec(line) ?? [];
    if (name === undefined) continue;
    const id = tenantNamed(name, ids) ?? name;
    const differs = fields === "" ? `differs in no argument: ${UNSEEN}` : `differs (${fields})`;
    const text = what === "delete" ? `${type} is gone` : `${type} ${differs}`;
    found.set(id, [...(found.get(id) ?? []), printable(text, LONGEST)]);
  }
  return [...found].map(([externalId, texts]) => ({ externalId, message: texts.join("; ") }));
}

/** The tenant of a resource: named like it, or, as a further key, with a dash and the key's name behind. */
function tenantNamed(name: string, ids: ReadonlySet<string>): string | undefined {
  for (let end = name.length; end > 0; end = name.lastIndexOf("-", end - 1)) {
    const id = name.slice(0, end);
    if (ids.has(id)) return id;
  }
  return undefined;
}

/** Takes keys out of what Pulumi prints: the parents' of the environment, and whatever looks like one. */
export function redactorOf(env: NodeJS.ProcessEnv): Redactor {
  const redactor = new Redactor();
  for (const { env: names, keyShape } of everyVendor) {
    redactor.add(env[names.apiKey]);
    if (keyShape) redactor.addShape(keyShape);
  }
  redactor.add(env["PULUMI_CONFIG_PASSPHRASE"]);
  return redactor;
}

/** The first time at which a key of a state rotates by its age, or ends after an overlap, in ms since the epoch. */
export function dueOf(resources: readonly StateResource[]): number | undefined {
  const times = resources.flatMap(({ inputs, outputs = {} }) => {
    const days = inputs?.["rotateAfterDays"];
    const madeMs = typeof days === "number" ? parseTime(outputs["createdAt"]) : undefined;
    const earlier = Array.isArray(outputs["earlierKeys"]) ? outputs["earlierKeys"] : [];
    return [
      ...(madeMs === undefined ? [] : [madeMs + Number(days) * DAY_MS]),
      ...[outputs["previousRevokeAt"], ...earlier.map((key) => key?.revokeAt)].map(parseTime),
    ];
  });
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
