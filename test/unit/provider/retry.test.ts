import { describe, expect, it } from "vitest";
import { delayMs, retryAfterMs } from "../../../provider/core/retry";

const NOW = Date.parse("2026-01-01T00:00:00Z");
const header = (headers: Record<string, string>) => (name: string) => headers[name];

describe("the wait before the next attempt", () => {
  it("doubles from 250 ms and stays at 8 s", () => {
    expect([1, 2, 3, 4, 5, 6, 7, 20].map((attempt) => delayMs(attempt, undefined, 0))).toEqual([
      250, 500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000,
    ]);
  });

  it("is up to half shorter at random", () => {
    expect(delayMs(3, undefined, 0.5)).toBe(750);
  });

  it("is what the vendor asks for, when it asks", () => {
    expect(delayMs(1, 12_000, 0.5)).toBe(12_000);
  });
});

describe("what a reply asks to wait", () => {
  it.each([
    ["seconds", { "retry-after": "3" }, 3_000],
    ["a date", { "retry-after": "Thu, 01 Jan 2026 00:00:07 GMT" }, 7_000],
    ["a date that has passed", { "retry-after": "Wed, 31 Dec 2025 00:00:00 GMT" }, 0],
    ["milliseconds, which win", { "retry-after-ms": "250", "retry-after": "3" }, 250],
    ["nothing", {}, undefined],
    ["nonsense", { "retry-after": "soon" }, undefined],
  ])("is read from %s", (_what, headers, expected) => {
    expect(retryAfterMs(header(headers as Record<string, string>), NOW)).toBe(expected);
  });
});
