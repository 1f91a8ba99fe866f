import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isoTime, parseTime } from "../../../provider/core/base/time";

const MS = Date.parse("2026-11-26T18:04:13.250Z");

describe("a time as vendors write it", () => {
  it.each([
    ["2026-11-26T18:04:13.250Z", MS],
    ["2026-11-26T18:04:13.25Z", MS],
    ["2026-11-26T18:04:13.250123Z", MS],
    ["2026-11-26T18:04:13.250123456Z", MS],
    ["2026-11-26t19:04:13.250+01:00", MS],
    ["2026-11-26T18:04:13Z", MS - 250],
    [MS, MS],
    [MS * 1e3 + 7, MS],
    [MS * 1e6, MS],
    [(MS - 250) / 1e3, MS - 250],
    [String(MS), MS],
    [`${MS}000000`, MS],
    [String((MS - 250) / 1e3), MS - 250],
  ])("%j is read", (value, ms) => {
    expect(parseTime(value)).toBe(ms);
  });

  it.each([
    undefined,
    null,
    "",
    "soon",
    "2026-11-26",
    "2026-11-26T18:04:13",
    "2026-13-26T18:04:13Z",
    0,
    -1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    1e30,
    true,
    {},
  ])("%j is no time", (value) => {
    expect(parseTime(value)).toBeUndefined();
  });

  it("is the same after it was written by ourselves", () => {
    const times = fc.integer({ min: 1, max: Date.parse("9999-12-31T23:59:59Z") });
    fc.assert(fc.property(times, (ms) => parseTime(isoTime(ms)) === ms));
  });

  it("is never a number that is no time, whatever the text", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.double(), fc.anything()), (value) => {
        const ms = parseTime(value);
        return ms === undefined || !Number.isNaN(new Date(ms).getTime());
      }),
    );
  });
});
