import { describe, expect, it } from "vitest";
import { EngineError } from "../../../fleet/engine/engine";
import { Outage, reasonOf } from "../../../fleet/engine/outage";

const refused = () => Promise.reject(Object.assign(new Error("at 10.0.0.7"), { code: "ECONNREFUSED" }));

describe("a database that cannot be reached", () => {
  it("is waited for, for five minutes since it was there", async () => {
    let nowMs = 0;
    const lines: string[] = [];
    const outage = new Outage({
      stop: new AbortController().signal,
      log: (line) => lines.push(line),
      clock: () => nowMs,
    });
    await outage.watch(refused);
    nowMs = 300_000;
    expect([await outage.watch(async () => 1), outage.isOver()]).toEqual([1, false]);
    await outage.watch(refused);
    nowMs += 300_001;
    expect(outage.isOver()).toBe(false);
    await outage.watch(refused);
    expect(outage.isOver()).toBe(true);
    expect(() => outage.refuse()).toThrow("could not be reached for five minutes (ECONNREFUSED)");
    const lost = "the engine's database cannot be reached (ECONNREFUSED): no shard is begun until it can";
    expect(lines).toEqual([lost, "the engine's database can be reached again", lost]);
  });

  it.each([
    ["a code", Object.assign(new Error("x"), { code: "28P01" }), "28P01"],
    [
      "the code of an address",
      { errors: [{ code: "ECONNREFUSED" }, { code: "ENETUNREACH" }] },
      "ECONNREFUSED",
    ],
    ["no answer", new Error("Query read timeout"), "no answer"],
    ["a reason that was told before", new EngineError("40001"), "40001"],
    ["no text, which may hold what was sent", new TypeError("postgres://jo:secret@db"), "TypeError"],
  ])("is described by %s", (_, error, reason) => {
    expect(reasonOf(error)).toBe(reason);
  });
});
