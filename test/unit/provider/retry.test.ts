import { describe, expect, it } from "vitest";
import { delayMs } from "../../../provider/core/vendor-io/retry";

describe("the wait before the next attempt", () => {
  it("doubles from 250 ms and stays at 8 s", () => {
    expect([1, 2, 3, 4, 5, 6, 7, 20].map((attempt) => delayMs(attempt, 0))).toEqual([
      250, 500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000,
    ]);
  });

  it("is up to half shorter at random", () => {
    expect(delayMs(3, 0.5)).toBe(750);
  });
});
