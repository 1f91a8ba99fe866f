import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RenewedLease } from "../../../fleet/engine/lease";

/** The engine's answer to a renewal, or none. */
type Answer = "held" | "taken" | "error" | "none";

describe("a lease", () => {
  let nowMs = 0;
  let lease: RenewedLease;
  beforeEach(() => {
    vi.useFakeTimers();
    nowMs = 1000;
  });
  afterEach(() => {
    lease.stop();
    vi.useRealTimers();
  });

  /** Holds for 7 s, and is renewed each 2 s with these answers; the last one from then on. */
  const claim = (...answers: Answer[]) => {
    const renew = async () => {
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer === "none") await new Promise(() => {});
      if (answer === "error") throw new Error("ECONNRESET");
      return answer === "held";
    };
    lease = new RenewedLease(renew, nowMs, { holdsMs: 7000, everyMs: 2000, clock: () => nowMs });
  };
  const pass = async (ms: number) => {
    for (let left = ms; left > 0; left -= 250) {
      nowMs += 250;
      await vi.advanceTimersByTimeAsync(250);
    }
  };

  it("goes on for as long as it is renewed, and tells of each renewal", async () => {
    claim("held");
    const renewed = vi.fn();
    const end = lease.onRenewed(renewed);
    await pass(20_000);
    expect([lease.lost.aborted, lease.untilMs(), renewed.mock.calls.length]).toEqual([false, 28_000, 10]);
    end();
    await pass(2000);
    expect(renewed).toHaveBeenCalledTimes(10);
  });

  it("is lost at once when another worker has it", async () => {
    claim("held", "taken");
    await pass(3750);
    expect(lease.lost.aborted).toBe(false);
    await pass(250);
    expect(lease.lost.aborted).toBe(true);
  });

  it.each(["error", "none"] as const)(
    "is lost seven seconds after the last renewal that came through: %s",
    async (answer) => {
      claim("held", answer);
      await pass(8750);
      expect(lease.lost.aborted).toBe(false);
      await pass(250);
      expect(lease.lost.aborted).toBe(true);
    },
  );

  it("counts from the moment a renewal was sent", async () => {
    let answer: (isHeld: boolean) => void = () => {};
    const renew = () =>
      new Promise<boolean>((resolve) => {
        answer = resolve;
      });
    lease = new RenewedLease(renew, nowMs, { holdsMs: 7000, everyMs: 6000, clock: () => nowMs });
    await pass(6750);
    answer(true);
    await pass(250);
    expect(lease.untilMs()).toBe(1000 + 6000 + 7000);
  });

  it("is lost in a process that was frozen, before anything else is done", () => {
    claim("held");
    nowMs += 30_000;
    expect(lease.lost.aborted).toBe(true);
  });

  it("says from when on every earlier holder has ended", () => {
    claim("held");
    expect(lease.soleFromMs).toBe(1000 + 7000 + 1000);
  });
});
