import { afterAll, describe, expect, it } from "vitest";
import { disturbances } from "../reliability/disturbances.mts";
import { plan } from "../reliability/plan.mts";
import { disturb } from "../reliability/row.mts";
import { scenarios } from "../reliability/scenarios.mts";
import { endPulumisProcesses, inPulumisProcess } from "../reliability/shared-process.mts";
import { StandIn } from "../reliability/stand-in.mts";

/** What happens, and to which of the writes of an operation. */
const WAYS: readonly [string, number][] = [
  ["outage", 0],
  ["drop after", -1],
  ["500 after", 0],
  ["429 before", -1],
];

describe("an up comes through, or the next one does", async () => {
  afterAll(endPulumisProcesses);
  const spread = await Promise.all(
    scenarios.filter(({ version }) => version === undefined).map((each) => plan(each)),
  );
  const rows = spread.flatMap(({ scenario, calls }) => {
    const writes = calls.flatMap((call, index) => (call.startsWith("GET ") ? [] : [index]));
    return WAYS.flatMap(([what, at]) => {
      const call = writes.at(at);
      const title = `${what}: ${scenario.vendor} ${scenario.operation}, at ${calls[call ?? 0]}`;
      if (call === undefined) return [];
      const [method] = calls[call]?.split(" ") ?? [];
      const before = calls.slice(0, call).filter((each) => each.startsWith(`${method} `));
      return [{ title, scenario, what, hit: { call: before.length, ...(method && { method }) } }];
    });
  });

  it.concurrent.each(rows)("$title", async ({ scenario, what, hit }) => {
    const disturbance = disturbances.find(({ name }) => name === what)?.disturbance;
    if (disturbance === undefined) throw new Error(`there is no ${what}`);
    const open = async (env: Record<string, string>) => new StandIn(env, inPulumisProcess);
    expect(await disturb(open, scenario, { ...hit, disturbance, destroy: true })).toMatchObject({
      problems: [],
    });
  });
});
