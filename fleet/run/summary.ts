import type { FailedTenant, ShardResult } from "./records";

/** The tenants of which a vendor has something else than the state, in the result of a drift. */
export function driftedOf({ result, failed, drifted = [] }: ShardResult): readonly FailedTenant[] {
  return result === "drifted" ? failed : drifted;
}

/** The tenants of a result that a report names, each once with all that is said of it: those that failed first. */
export function namedOf({ failed, drifted = [] }: ShardResult): readonly FailedTenant[] {
  const said = new Map<string, string>();
  for (const { externalId, message } of [...failed, ...drifted]) {
    const before = said.get(externalId);
    said.set(externalId, before === undefined ? message : `${before}; ${message}`);
  }
  return [...said].map(([externalId, message]) => ({ externalId, message }));
}

/** A result as one line: `prod-0-3 succeeded: 6 created, 3 tenants, 4.2 s`. */
export function lineOf(shard: ShardResult): string {
  const { run, stack, result, counts, failed, warnings = [], tenants, seconds, attempt } = shard;
  const drifted = driftedOf(shard).length;
  const changed = Object.entries(counts)
    .filter(([what]) => what !== "unchanged")
    .map(([what, count]) => `${count} ${what}`);
  const parts = [
    ...(changed.length > 0 ? changed : result === "succeeded" ? ["no changes"] : []),
    `${tenants} tenant${tenants === 1 ? "" : "s"}`,
    ...(failed.length > 0 && result !== "drifted" ? [`${failed.length} failed`] : []),
    ...(drifted > 0 ? [`${drifted} drifted`] : []),
    ...(warnings.length > 0 ? [`${warnings.length} warning${warnings.length === 1 ? "" : "s"}`] : []),
    ...(attempt > 1 ? [`attempt ${attempt} (counted alone)`] : []),
    `${seconds.toFixed(1)} s`,
  ];
  const named = namedOf(shard).map(({ externalId, message }) => `${externalId}: ${message}`);
  const said = [...named.slice(0, 1), ...warnings.slice(0, 1).map((text) => `warning: ${text}`)];
  const left = named.length + warnings.length - said.length;
  const more = left > 0 ? [`and ${left} more: subaccounts fleet report ${run}`] : [];
  return [`${stack} ${result}: ${parts.join(", ")}`, ...said, ...more].join("\n  ");
}
