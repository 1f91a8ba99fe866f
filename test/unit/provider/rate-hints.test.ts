import { describe, expect, it } from "vitest";
import { rateHints } from "../../../provider/core/vendor-io/rate-hints";

const NOW = Date.parse("2026-01-01T00:00:00Z");
const hints = (headers: Readonly<Record<string, string>>) => rateHints((name) => headers[name], NOW);

describe("how long a reply asks to wait", () => {
  it.each([
    ["seconds", { "retry-after": "3" }, 3_000],
    ["a part of a second", { "retry-after": "0.25" }, 250],
    ["a date", { "retry-after": "Thu, 01 Jan 2026 00:00:07 GMT" }, 7_000],
    ["a date that has passed", { "retry-after": "Wed, 31 Dec 2025 00:00:00 GMT" }, 0],
    ["milliseconds, which win", { "retry-after-ms": "250", "retry-after": "3" }, 250],
    ["milliseconds that make no sense", { "retry-after-ms": "soon", "retry-after": "3" }, 3_000],
    ["nothing", {}, undefined],
    ["nonsense", { "retry-after": "soon" }, undefined],
    ["a negative number", { "retry-after": "-5" }, undefined],
  ])("is read from %s", (_what, headers, expected) => {
    expect(hints(headers as Record<string, string>).retryAfterMs).toBe(expected);
  });
});

describe("what a reply says of the window", () => {
  it("is its limit and what remains of it", () => {
    expect(hints({ "x-ratelimit-limit": "600", "x-ratelimit-remaining": "0" })).toMatchObject({
      limit: 600,
      remaining: 0,
    });
  });

  it.each([
    ["milliseconds since the epoch", String(NOW + 12_000), NOW + 12_000],
    ["seconds since the epoch", String(NOW / 1000 + 12), NOW + 12_000],
    ["seconds from now", "12", NOW + 12_000],
    ["a time in a year from now, which is none", String(NOW + 365 * 86_400_000), undefined],
    ["nonsense", "later", undefined],
    ["a negative number", "-1", undefined],
  ])("is its end, in %s", (_what, value, expected) => {
    expect(hints({ "x-ratelimit-reset": value }).resetAtMs).toBe(expected);
  });
});

describe("times of a vendor's clock", () => {
  const vendorMs = NOW + 3_600_000;
  const date = new Date(vendorMs).toUTCString();

  it.each([
    ["milliseconds", String(vendorMs + 3_000)],
    ["seconds", String(vendorMs / 1000 + 3)],
    ["seconds from now", "3"],
  ])("count from the Date of the reply: a reset in %s", (_what, reset) => {
    expect(hints({ date, "x-ratelimit-reset": reset })).toMatchObject({
      resetAtMs: NOW + 3_000,
      vendorResetAtMs: vendorMs + 3_000,
    });
  });

  it("count from the Date of the reply: Retry-After as a date", () => {
    expect(hints({ date, "retry-after": new Date(vendorMs + 7_000).toUTCString() }).retryAfterMs).toBe(7_000);
  });

  it("count from our clock where the reply has no Date, or one that is none", () => {
    for (const headers of [{}, { date: "soon" }]) {
      expect(hints({ ...headers, "x-ratelimit-reset": String(NOW + 3_000) }).resetAtMs).toBe(NOW + 3_000);
    }
  });

  it("are no farther away than the documented window, but for Retry-After in seconds", () => {
    const capped = (headers: Readonly<Record<string, string>>) =>
      rateHints((name) => headers[name], NOW, 60_000);
    expect(capped({ "x-ratelimit-reset": String(NOW + 72_000_000) }).resetAtMs).toBe(NOW + 60_000);
    expect(capped({ "retry-after": new Date(NOW + 72_000_000).toUTCString() }).retryAfterMs).toBe(60_000);
    expect(capped({ "retry-after": "120" }).retryAfterMs).toBe(120_000);
  });
});
