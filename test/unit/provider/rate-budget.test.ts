import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Run } from "../../../provider/core/base/run";
import { RateBudget, type RateLimit } from "../../../provider/core/vendor-io/rate-budget";
import type { RateHints } from "../../../provider/core/vendor-io/rate-hints";
import { VirtualTime } from "../../support/virtual-time";

const MINUTE = 60_000;

/** What a vendor answers to a call that arrives now. */
type Answer = (nowMs: number) => { readonly isRefused: boolean; readonly hints: RateHints };

/** Sends calls through a budget to a vendor, so many at a time, each again and again until it goes through. */
function scene(vendor: Answer, documented?: RateLimit) {
  const time = new VirtualTime();
  const told: string[] = [];
  const run = new Run(time.surroundings({ tell: async ({ text }) => void told.push(text) }));
  const budget = new RateBudget({ run, title: "Zavu", documented, progress: () => "some done" });
  const arrivals: number[] = [];
  let refused = 0;
  const call = async (): Promise<void> => {
    for (;;) {
      const ticket = await budget.enter("create", (nowMs) => nowMs + 10 * MINUTE);
      await time.sleep(20);
      arrivals.push(time.now());
      const { isRefused, hints } = vendor(time.now());
      await time.sleep(20);
      budget.leave(ticket, isRefused, hints);
      if (!isRefused) return;
      refused++;
    }
  };
  const sendAll = async (count: number, atOnce: number): Promise<void> => {
    let left = count;
    const worker = async (): Promise<void> => {
      while (left-- > 0) await call();
    };
    await time.run(Promise.all(Array.from({ length: atOnce }, worker)));
  };
  const lasted = () => ((arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0)) / 1000;
  return { sendAll, lasted, arrivals, told, run, budget, time, refused: () => refused };
}

/** A vendor that counts in whole minutes, and says what `hints` makes of its count. */
function perMinute(
  limit: number,
  hints: (count: { remaining: number; resetAtMs: number; isRefused: boolean; nowMs: number }) => RateHints,
): Answer {
  let minute = 0;
  let used = 0;
  return (nowMs) => {
    const current = Math.floor(nowMs / MINUTE);
    if (current !== minute) used = 0;
    minute = current;
    used++;
    const isRefused = used > limit;
    const remaining = Math.max(0, limit - used);
    return { isRefused, hints: hints({ remaining, resetAtMs: (current + 1) * MINUTE, isRefused, nowMs }) };
  };
}

const counted = (limit: number) =>
  perMinute(limit, ({ remaining, resetAtMs }) => ({ limit, remaining, resetAtMs }));

describe("the rate budget of a credential", () => {
  it("sends 2,000 calls at 600 a minute in the time that this takes, and not one too many", async () => {
    const { sendAll, lasted, refused } = scene(counted(600), { requests: 600, perMs: MINUTE });
    await sendAll(2_000, 8);
    expect(refused()).toBe(0);
    // Three full minutes and a part of the fourth.
    expect(lasted()).toBeGreaterThanOrEqual(180);
    expect(lasted()).toBeLessThan(180 * 1.05);
  });

  it("uses up a limit that is higher than the documented one", async () => {
    const { sendAll, lasted, refused } = scene(counted(2_400), { requests: 600, perMs: MINUTE });
    await sendAll(2_400, 32);
    expect([refused(), lasted() < 60]).toEqual([0, true]);
  });

  it("keeps the documented rate where replies say nothing, in every minute that there is", async () => {
    const ok: Answer = () => ({ isRefused: false, hints: {} });
    const { sendAll, arrivals, lasted } = scene(ok, { requests: 1_000, perMs: MINUTE });
    await sendAll(2_500, 8);
    let from = 0;
    arrivals.forEach((end, index) => {
      while ((arrivals[from] ?? 0) <= end - MINUTE) from++;
      expect(index - from + 1).toBeLessThanOrEqual(1_000);
    });
    expect(lasted()).toBeLessThan(120 * 1.05);
  });

  it("waits as told where only a refusal tells, and then as long as that", async () => {
    const vendor = perMinute(300, ({ isRefused, resetAtMs, nowMs }) =>
      isRefused ? { retryAfterMs: resetAtMs - nowMs } : {},
    );
    const { sendAll, lasted, refused } = scene(vendor);
    await sendAll(1_000, 8);
    expect(lasted()).toBeLessThan(180 * 1.05);
    // At most those that were under way together, once a minute.
    expect(refused()).toBeLessThanOrEqual(3 * 8);
  });

  it("finds out by one call at a time where a refusal does not say how long", async () => {
    const { sendAll, lasted, refused } = scene(perMinute(300, () => ({})));
    await sendAll(1_000, 8);
    expect(lasted()).toBeLessThan(180 * 1.1);
    expect(refused()).toBeLessThan(3 * (8 + 20));
  });

  it("goes on through a vendor that refuses half of all calls", async () => {
    let calls = 0;
    const { sendAll, refused } = scene(() => ({ isRefused: ++calls % 2 === 0, hints: {} }));
    await sendAll(500, 8);
    expect(refused()).toBeGreaterThan(400);
  });

  it("tells once of each long wait", async () => {
    const { sendAll, told } = scene(counted(600));
    await sendAll(1_500, 8);
    expect(told).toHaveLength(2);
    for (const line of told) expect(line).toMatch(/^Zavu: rate limited, continuing in \d+ s, some done$/);
  });

  it("fails the calls at once that may not wait until a used-up window ends, and no others", async () => {
    const { budget, time } = scene(counted(1));
    const startMs = time.now();
    const ticket = await budget.enter("read", () => Number.POSITIVE_INFINITY);
    budget.leave(ticket, false, { limit: 1, remaining: 0, resetAtMs: startMs + MINUTE });
    const short = budget.enter("read", (nowMs) => nowMs + 5_000).catch(String);
    const long = budget.enter("read", (nowMs) => nowMs + 10 * MINUTE);
    expect(await time.run(short)).toMatch(/the rate limit asks to wait 60 s, longer than a call may wait/);
    expect(time.now()).toBe(startMs);
    await time.run(long);
    expect(time.now()).toBe(startMs + MINUTE);
  });

  it("tells windows apart by the vendor's clock, however long replies are on their way", async () => {
    const { budget, time } = scene(counted(1));
    const startMs = time.now();
    const enter = () => budget.enter("read", () => Number.POSITIVE_INFINITY);
    const [first, second] = [await enter(), await enter()];
    const vendorResetAtMs = startMs + 3_600_000;
    budget.leave(second, false, { limit: 9, remaining: 0, resetAtMs: startMs + 3_000, vendorResetAtMs });
    // The earlier reply of the same window comes later, so that its end looks later and its count is out of date.
    budget.leave(first, false, { limit: 9, remaining: 1, resetAtMs: startMs + 9_000, vendorResetAtMs });
    await time.run(enter());
    expect(time.now()).toBe(startMs + 3_000);
  });

  it("has 32 calls under way at most", async () => {
    const { budget } = scene(counted(600));
    let entered = 0;
    const calls = Array.from({ length: 40 }, () =>
      budget
        .enter("read", () => Number.POSITIVE_INFINITY)
        .then((ticket) => {
          entered++;
          return ticket;
        }),
    );
    const first = await calls[0];
    await new Promise((resolve) => setImmediate(resolve));
    expect(entered).toBe(32);
    if (first) budget.leave(first, false, {});
    await new Promise((resolve) => setImmediate(resolve));
    expect(entered).toBe(33);
  });

  it("lets nobody in once it is closed, and says why", async () => {
    const { budget, time } = scene(counted(1));
    const ticket = await budget.enter("read", () => Number.POSITIVE_INFINITY);
    budget.leave(ticket, true, { retryAfterMs: MINUTE });
    const waiting = budget.enter("read", () => Number.POSITIVE_INFINITY);
    budget.close((operation) => new Error(`${operation}: refused`));
    await expect(time.run(waiting)).rejects.toThrow("read: refused");
    await expect(budget.enter("create", () => Number.POSITIVE_INFINITY)).rejects.toThrow("create: refused");
  });

  it("lets nobody in after a stop, and says why", async () => {
    const { budget, run, time } = scene(counted(1));
    const ticket = await budget.enter("create", () => Number.POSITIVE_INFINITY);
    budget.leave(ticket, true, { retryAfterMs: MINUTE });
    const waiting = budget.enter("create", () => Number.POSITIVE_INFINITY);
    void run.stop();
    await expect(time.run(waiting)).rejects.toThrow(/interrupted before the call was sent/);
  });

  it("lets every call through in the end, whatever the vendor says", async () => {
    const figure = fc.option(fc.oneof(fc.constant(0), fc.nat(1_000)), { nil: undefined });
    const hint = fc.record({ retryAfterMs: figure, limit: figure, remaining: figure, resetInMs: figure });
    const answer = fc.tuple(fc.boolean(), hint);
    await fc.assert(
      fc.asyncProperty(fc.array(answer, { minLength: 1, maxLength: 60 }), async (answers) => {
        let call = 0;
        const { sendAll, arrivals } = scene((nowMs) => {
          const [isRefused, { resetInMs, ...said }] = answers[call++] ?? [false, { resetInMs: undefined }];
          const resetAtMs = resetInMs === undefined ? undefined : nowMs + resetInMs;
          return { isRefused, hints: { ...said, resetAtMs } };
        });
        await sendAll(80, 8);
        expect(arrivals.length).toBeGreaterThanOrEqual(80);
      }),
      { numRuns: 100 },
    );
  });
});
