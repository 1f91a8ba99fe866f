import { expect, inject, it } from "vitest";
import { disturbances } from "../reliability/disturbances.mts";
import { plan } from "../reliability/plan.mts";
import { openRealStack } from "../reliability/real-stack.mts";
import { disturb } from "../reliability/row.mts";
import { type Operation, scenarios } from "../reliability/scenarios.mts";
import type { VendorName } from "../vendors/index.mts";

/** What happens to the first call of this kind in an operation, and how that comes through: else by the next `up`. */
type Interruption = readonly [what: string, operation: Operation, call: string, way?: string];

/** Rows of the table in docs/reliability.md, through the real engine. */
export function interruptions(vendor: VendorName, rows: readonly Interruption[]): void {
  const tests = rows.map(([what, operation, call, way = "next up"]) => ({ what, operation, call, way }));
  it.each(tests)("$what: $operation, at $call", async ({ what, operation, call, way }) => {
    const scenario = scenarios.find((each) => each.vendor === vendor && each.operation === operation);
    const disturbance = disturbances.find(({ name }) => name === what)?.disturbance;
    if (scenario === undefined || disturbance === undefined) throw new Error("there is no such row");
    const { calls } = await plan(scenario);
    const destroy = operation === "create" || operation === "adopt";
    const hit = { call: calls.indexOf(call), disturbance, destroy };
    const outcome = await disturb((env) => openRealStack(inject("engineBinDir"), env), scenario, hit);
    expect(outcome).toMatchObject({ way, problems: [] });
  });
}
