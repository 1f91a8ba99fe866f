import type { ShardResult } from "./records";

/** A result as one line: `prod-0-3 succeeded: 6 created, 3 tenants, 4.2 s`. */
export function lineOf({ stack, result, counts, failed, tenants, seconds, attempt }: ShardResult): string {
  const changed = Object.entries(counts)
    .filter(([what]) => what !== "unchanged")
    .map(([what, count]) => `${count} ${what}`);
  const parts = [
    ...(changed.length > 0 ? changed : result === "succeeded" ? ["no changes"] : []),
    `${tenants} tenant${tenants === 1 ? "" : "s"}`,
    ...(failed.length > 0 ? [`${failed.length} ${result === "drifted" ? "drifted" : "failed"}`] : []),
    ...(attempt > 1 ? [`attempt ${attempt}`] : []),
    `${seconds.toFixed(1)} s`,
  ];
  const [first] = failed;
  const why = first === undefined ? "" : `\n  ${first.externalId}: ${first.message}`;
  return `${stack} ${result}: ${parts.join(", ")}${why}`;
}
