import { describe, expect, it } from "vitest";
import { ApiError, ConnectionError, UnknownOutcomeError } from "../../../provider/core/base/errors";
import { Run } from "../../../provider/core/base/run";
import { CreateBreaker } from "../../../provider/core/vendor-io/create-breaker";

const refusal = (status: number) =>
  new ApiError(`answered ${status}`, "Advice", { status, isVendors: true, isNotFound: false });
const unknown = (cause: unknown = refusal(502)) => new UnknownOutcomeError("unknown", cause);

/** Carries creates out that end like this. @returns how many were sent. */
async function creates(outcomes: readonly unknown[], breaker = new CreateBreaker("Zavu")): Promise<number> {
  let sent = 0;
  for (const outcome of outcomes) {
    const create = async () => {
      sent++;
      if (outcome !== "made") throw outcome;
    };
    await breaker.guard(create).catch((error: unknown) => {
      if (error !== outcome)
        expect(String(error)).toMatch(/Zavu.*nothing was sent.*8 creates in a row.*outage/);
    });
  }
  return sent;
}
const times = <T>(count: number, outcome: T): T[] => Array.from({ length: count }, () => outcome);

describe("the creates of a connection", () => {
  it("end for the run after eight of unknown outcome in a row", async () => {
    expect(await creates([...times(8, unknown()), "made", "made"])).toBe(8);
  });

  it.each([
    ["one that was made", "made"],
    ["one that was refused", refusal(400)],
  ])("go on when there is %s between", async (_what, between) => {
    expect(await creates([...times(7, unknown()), between, ...times(7, unknown()), "made"])).toBe(16);
  });

  it("go on through rate limits, which neither count nor clear the row", async () => {
    const limits = [...times(9, refusal(429)), ...times(9, unknown(refusal(429)))];
    expect(await creates([...limits, "made"])).toBe(19);
    expect(await creates([...times(7, unknown()), refusal(429), unknown(), "made"])).toBe(9);
  });

  it("are not cleared by a connection that could not be made", async () => {
    const notSent = new ConnectionError("cannot be reached", "Advice", "none");
    expect(await creates([...times(7, unknown()), notSent, unknown(), "made"])).toBe(9);
  });

  it("share one row a connection and run", async () => {
    const run = new Run();
    await creates(times(8, unknown()), CreateBreaker.of(run, "one", "Zavu"));
    expect(await creates(["made"], CreateBreaker.of(run, "one", "Zavu"))).toBe(0);
    expect(await creates(["made"], CreateBreaker.of(run, "two", "Zavu"))).toBe(1);
    expect(await creates(["made"], CreateBreaker.of(new Run(), "one", "Zavu"))).toBe(1);
  });
});
