import { PGlite } from "@electric-sql/pglite";
import { describe, expect, it, onTestFinished } from "vitest";
import { type Ask, answer, type RateState, UNUSED } from "../../../fleet/share/rate";
import { RateTable } from "../../../fleet/share/rate-table";
import { Run } from "../../../provider/core/base/run";
import type { FleetShare } from "../../../provider/core/vendor-io/fleet-share";
import { RateBudget, type RateLimit } from "../../../provider/core/vendor-io/rate-budget";
import type { RateHints } from "../../../provider/core/vendor-io/rate-hints";
import { VirtualTime } from "../../support/virtual-time";

const MINUTE = 60_000;
const PROCESSES = 3;

type Answer = (nowMs: number) => { readonly isRefused: boolean; readonly hints: RateHints };

/** Sends calls from several processes that share a budget, 8 at a time from each. */
function scene(vendor: Answer, documented?: RateLimit) {
  const time = new VirtualTime();
  const service = { isGone: false, told: 0, state: UNUSED as RateState };
  const share = (process: string): FleetShare => ({
    process,
    parallel: PROCESSES,
    ask: async (_path, body, reply) => {
      await time.sleep(2);
      if (service.isGone) throw new Error("gone");
      const { state, grant } = answer(service.state, body as Ask, time.now());
      service.state = state;
      return reply.parse(grant);
    },
    tellGone: () => {
      service.told++;
    },
  });
  const budgets = Array.from({ length: PROCESSES }, (_, index) => {
    const run = new Run(time.surroundings({ tell: async () => {} }));
    const shared = { share: share(`process ${index}`), key: "key" };
    return new RateBudget({ run, title: "Zavu", documented, progress: () => "", shared });
  });
  const arrivals: number[] = [];
  let refused = 0;
  const call = async (budget: RateBudget): Promise<void> => {
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
  const sendAll = async (count: number): Promise<void> => {
    let left = count;
    const worker = async (budget: RateBudget): Promise<void> => {
      while (left-- > 0) await call(budget);
    };
    const workers = budgets.flatMap((budget) => Array.from({ length: 8 }, () => worker(budget)));
    await time.run(Promise.all(workers));
  };
  const lasted = () => ((arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0)) / 1000;
  /** The most calls in any minute that there is. */
  const most = () => {
    let from = 0;
    return Math.max(
      ...arrivals.map((end, index) => {
        while ((arrivals[from] ?? 0) <= end - MINUTE) from++;
        return index - from + 1;
      }),
    );
  };
  return { sendAll, lasted, most, arrivals, budgets, service, time, refused: () => refused };
}

/** A vendor that counts in whole minutes, and says what `hints` makes of its count. */
function perMinute(limit: number, hints: (left: number, resetAtMs: number, isRefused: boolean) => RateHints) {
  let minute = 0;
  let used = 0;
  return (nowMs: number) => {
    const current = Math.floor(nowMs / MINUTE);
    if (current !== minute) used = 0;
    minute = current;
    const isRefused = ++used > limit;
    return { isRefused, hints: hints(Math.max(0, limit - used), (current + 1) * MINUTE, isRefused) };
  };
}

const counted = (limit: number) =>
  perMinute(limit, (remaining, resetAtMs) => ({ limit, remaining, resetAtMs }));

describe("processes that share the rate of a credential", () => {
  it("use the vendor's windows up, and send not one call too many", async () => {
    const { sendAll, lasted, refused } = scene(counted(600), { requests: 600, perMs: MINUTE });
    await sendAll(2_000);
    expect(refused()).toBe(0);
    // Three full minutes and a part of the fourth.
    expect(lasted()).toBeGreaterThanOrEqual(180);
    expect(lasted()).toBeLessThan(180 * 1.05);
  });

  it("keep to the documented rate together, in every minute that there is", async () => {
    const { sendAll, lasted, most } = scene(() => ({ isRefused: false, hints: {} }), {
      requests: 1_000,
      perMs: MINUTE,
    });
    await sendAll(2_500);
    expect(most()).toBeLessThanOrEqual(1_000);
    expect(lasted()).toBeLessThan(120 * 1.05);
  });

  it("pause all when one of them is refused for a time", async () => {
    let calls = 0;
    const { sendAll, arrivals } = scene(() => {
      const isRefused = ++calls === 30;
      return { isRefused, hints: isRefused ? { retryAfterMs: 30_000 } : {} };
    });
    await sendAll(200);
    const refusedAtMs = arrivals[29] ?? 0;
    const during = arrivals.filter((atMs) => atMs > refusedAtMs + 200 && atMs < refusedAtMs + 30_000);
    expect(during).toEqual([]);
    expect(arrivals).toHaveLength(201);
  });

  it("find out by one call of one of them where a refusal does not say how long", async () => {
    const { sendAll, lasted, refused } = scene(perMinute(300, () => ({})));
    await sendAll(1_000);
    expect(lasted()).toBeLessThan(180 * 1.1);
    // Those that were under way together, and then one every few seconds.
    expect(refused()).toBeLessThan(3 * (PROCESSES * 8 + 20));
  });

  it("fail the calls that may not wait as long as a pause that another process was told", async () => {
    const { budgets, time } = scene(counted(600));
    const [first, second] = budgets;
    const ticket = await time.run(first?.enter("read", () => Number.POSITIVE_INFINITY) ?? Promise.reject());
    first?.leave(ticket, true, { retryAfterMs: MINUTE });
    const late = second?.enter("read", (nowMs) => nowMs + 5_000).catch(String);
    expect(await time.run(late ?? Promise.reject())).toMatch(/the rate limit asks to wait 60 s/);
  });

  it("keep to a part of the rate each, and send all of their calls, while the service is gone", async () => {
    const { sendAll, service, most } = scene(() => ({ isRefused: false, hints: {} }), {
      requests: 300,
      perMs: MINUTE,
    });
    service.isGone = true;
    await sendAll(700);
    expect(most()).toBeLessThanOrEqual(300);
    expect(service.told).toBeGreaterThan(0);
  });

  it("share it again once the service is there again", async () => {
    const { sendAll, service, lasted, most } = scene(() => ({ isRefused: false, hints: {} }), {
      requests: 300,
      perMs: MINUTE,
    });
    service.isGone = true;
    await sendAll(30);
    service.isGone = false;
    await sendAll(900);
    // Until all have told what they sent by themselves, some get a lot.
    expect(most()).toBeLessThanOrEqual(300 + PROCESSES * 10);
    expect(lasted()).toBeLessThan(195);
  });
});

describe("the table of rates", () => {
  it("gives no more than the rate to machines that ask at the same time", async () => {
    const database = await PGlite.create();
    onTestFinished(() => database.close());
    const sql = async (text: string, values?: unknown[]) => ({
      rows: (await database.query(text, values)).rows,
    });
    const machines = await Promise.all([
      RateTable.open(sql, "public"),
      RateTable.open(sql, "public"),
      RateTable.open(sql, "public"),
    ]);
    const documented = { requests: 100, perMs: MINUTE };
    const asks = machines.flatMap((table, index) =>
      Array.from({ length: 8 }, () =>
        table.ask("key", { process: `process ${index}`, want: 10, documented }),
      ),
    );
    const grants = await Promise.all(asks);
    expect(grants.reduce((sum, { granted }) => sum + granted, 0)).toBe(100);
    expect(grants.at(-1)?.sharers).toBe(3);
  });
});
