import { expect, it } from "vitest";
import { format } from "../../../cli/fleet/report-text";
import type { Run } from "../../../fleet/run/records";

it("a report does not say of a shard without a result that nothing was done there", () => {
  const wave = { name: "all", stacks: ["prod-0", "prod-1"], waitSeconds: 0, tolerated: 0 };
  const run: Run = {
    id: "20261127-1",
    kind: "up",
    startedAt: "2026-11-27T12:00:00Z",
    inputs: "hash",
    state: "cancelled",
    why: "cancelled by a person",
    waves: [wave],
    wave: 0,
    when: "stop",
    readAt: "2026-11-27T12:00:00Z",
    inputsOf: {},
    tenants: {},
  };
  expect(format({ run, results: [] }, "md")).toContain(
    "\n2 shards not begun, or ended before done: what was done there stays.\n",
  );
});
