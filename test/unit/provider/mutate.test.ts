import { describe, expect, it } from "vitest";
import {
  ApiError,
  ConflictError,
  ConnectionError,
  ReplyError,
  UnknownOutcomeError,
} from "../../../provider/core/base/errors";
import { LAG_BOUND_MS, READ_BACK_MS } from "../../../provider/core/base/read-lag";
import { Run } from "../../../provider/core/base/run";
import { type Mutation, mutate } from "../../../provider/core/vendor-io/mutate";
import { VirtualTime } from "../../support/virtual-time";

type Repeat = Mutation<string>["repeat"];

const NOTHING = { isVendors: true, isNotFound: false };
const apiError = (status: number, more: object = {}) =>
  new ApiError(`POST answered ${status}`, "Advice", { ...NOTHING, status, ...more });

/** What the vendor answers to one request, by a short name. */
const ANSWERS = {
  "no reply": () => new ConnectionError("POST broke off", "Advice", "unknown"),
  "not sent": () => new ConnectionError("POST cannot be reached", "Advice", "none"),
  garbage: () => new ReplyError("POST cannot be understood", "Advice"),
  502: () => apiError(502),
  429: () => apiError(429, { isRateLimited: true }),
  400: () => apiError(400),
  409: () => apiError(409),
  "409 in doubt": () => apiError(409, { effect: "unknown" }),
  // A pause that is longer than a call may wait.
  "429 for long": () => apiError(429),
} as const;

type Answer = keyof typeof ANSWERS | "ok";

interface Story {
  readonly repeat: Repeat;
  readonly answers: readonly Answer[];
  /** How long each request takes, in milliseconds. */
  readonly tookMs?: number;
  /** When reads begin to show the effect, in milliseconds from the start. */
  readonly shownAtMs?: number;
  /** Which reads fail, by number from 1. */
  readonly failingReads?: (read: number) => unknown;
  readonly maxWaitMs?: number;
}

/** Carries a mutation out in virtual time. @returns its result or error, and each request and read as "send 0", "read 500". */
async function tell({ repeat, answers, tookMs = 0, shownAtMs, failingReads, maxWaitMs = 600_000 }: Story) {
  const time = new VirtualTime();
  const run = new Run(time.surroundings());
  const startMs = time.now();
  const log: string[] = [];
  const note = (what: string) => log.push(`${what} ${time.now() - startMs}`);
  let sent = 0;
  let read = 0;
  const send = async (): Promise<string> => {
    note("send");
    const sentAtMs = time.now();
    const answer = answers[sent++] ?? answers.at(-1) ?? "ok";
    if (tookMs > 0) await time.sleep(tookMs);
    if (answer === "ok") return "reply";
    throw Object.assign(ANSWERS[answer](), { sentAtMs });
  };
  const readBack = async (): Promise<string | undefined> => {
    note("read");
    const failure = failingReads?.(++read);
    if (failure) throw failure;
    return shownAtMs !== undefined && time.now() - startMs >= shownAtMs ? "found" : undefined;
  };
  const outcome = await time.run(
    mutate({ run, maxWaitMs }, { send, readBack, repeat }).then(
      (result): { result?: string; error?: Error } => ({ result }),
      (error: Error): { result?: string; error?: Error } => ({ error }),
    ),
  );
  return { ...outcome, log };
}

const schedule = (fromMs = 0) => READ_BACK_MS.map((ms) => `read ${fromMs + ms}`);

describe("a mutation", () => {
  it("reads back at 0, 0.5, 2, 5, 10, 20 and 30 seconds, the last of which is the lag bound", () => {
    expect([READ_BACK_MS.at(-1), READ_BACK_MS.length]).toEqual([LAG_BOUND_MS, 7]);
  });

  const repeats: readonly Repeat[] = ["once", "repeatable", "keyed"];
  it.each(repeats)("that is answered well is sent once and never read back: %s", async (repeat) => {
    expect(await tell({ repeat, answers: ["ok"] })).toEqual({ result: "reply", log: ["send 0"] });
  });

  it.each(
    repeats.flatMap((repeat) =>
      (["400", "409", "not sent", "429 for long"] as const).map((answer) => [answer, repeat] as const),
    ),
  )("whose answer is clear (%s) fails with it at once: %s", async (answer, repeat) => {
    const { error, log } = await tell({ repeat, answers: [answer as Answer] });
    expect(error).not.toBeInstanceOf(UnknownOutcomeError);
    expect(error?.message).toMatch(/Advice$/);
    expect(log).toEqual(["send 0"]);
  });
});

describe("a mutation that makes something", () => {
  const repeat = "once";
  const unclear = ["no reply", "garbage", 502] as const;

  it.each([...unclear, "409 in doubt"] as const)(
    "is found as soon as reads show it after %s, and sent once",
    async (answer) => {
      for (const [shownAtMs, reads] of [
        [0, 1],
        [400, 2],
        [3_000, 4],
        [25_000, 7],
      ] as const) {
        const { result, log } = await tell({ repeat, answers: [answer], shownAtMs });
        expect(result).toBe("found");
        expect(log).toEqual(["send 0", ...schedule().slice(0, reads)]);
      }
    },
  );

  it.each(unclear)("is sent a second time after %s only when nothing shows at the bound", async (answer) => {
    const { result, log } = await tell({ repeat, answers: [answer, "ok"] });
    expect(result).toBe("reply");
    expect(log).toEqual(["send 0", ...schedule(), `send ${LAG_BOUND_MS}`]);
  });

  it.each(unclear)("is unknown after %s twice, and the message says what to do", async (answer) => {
    const { error, log } = await tell({ repeat, answers: [answer] });
    expect(error).toBeInstanceOf(UnknownOutcomeError);
    expect(error?.message).toMatch(/^POST .*may or may not have taken effect.*Wait a minute.*pulumi refresh/);
    expect(error?.message).not.toContain("Advice");
    expect(log).toEqual(["send 0", ...schedule(), `send ${LAG_BOUND_MS}`, ...schedule(LAG_BOUND_MS)]);
  });

  it("is not sent again where the vendor says that it does not know the outcome", async () => {
    const { error, log } = await tell({ repeat, answers: ["409 in doubt", "ok"] });
    expect(error).toBeInstanceOf(UnknownOutcomeError);
    expect(log).toEqual(["send 0", ...schedule()]);
  });

  it("is read back once, late enough, when the request itself took as long as the bound", async () => {
    const { log } = await tell({ repeat, answers: ["no reply", "ok"], tookMs: LAG_BOUND_MS });
    expect(log).toEqual(["send 0", `read ${LAG_BOUND_MS}`, `send ${LAG_BOUND_MS}`]);
  });

  it("is read back at the times that are left when the request took some of them", async () => {
    const { log } = await tell({ repeat, answers: ["no reply", "ok"], tookMs: 7_000 });
    expect(log).toEqual(["send 0", "read 7000", "read 10000", "read 20000", "read 30000", "send 30000"]);
  });

  it("is found after a 429 that came after the effect", async () => {
    const { result, log } = await tell({ repeat, answers: [429], shownAtMs: 8_000 });
    expect([result, log]).toEqual(["found", ["send 0", "read 0", "read 30000"]]);
  });

  it("is sent again after each 429, read back before each, until the longest wait is over", async () => {
    const again = await tell({ repeat, answers: [429, 429, 429, "ok"] });
    expect(again.log.filter((line) => line.startsWith("send"))).toEqual([
      "send 0",
      "send 30000",
      "send 60000",
      "send 90000",
    ]);
    const { error, log } = await tell({ repeat, answers: [429], maxWaitMs: 60_000 });
    expect(error).toMatchObject({ status: 429 });
    expect(log.filter((line) => line.startsWith("send"))).toEqual(["send 0", "send 30000", "send 60000"]);
  });

  it("has two sends of unclear outcome even between 429s", async () => {
    const { error, log } = await tell({ repeat, answers: [429, 502, 429, 502, "ok"] });
    expect(error).toBeInstanceOf(UnknownOutcomeError);
    expect(log.filter((line) => line.startsWith("send"))).toHaveLength(4);
  });

  it("is looked for once more when the second request is refused, since the first may be why", async () => {
    const found = await tell({ repeat, answers: [502, 409], shownAtMs: LAG_BOUND_MS + 1, tookMs: 1 });
    expect(found.result).toBe("found");
    const refused = await tell({ repeat, answers: [502, 409] });
    expect(refused.error).toMatchObject({ status: 409 });
  });

  it("goes on with the schedule when reads fail, and believes the last one alone", async () => {
    const failing = (read: number) => (read < 7 ? apiError(503) : undefined);
    const { result, log } = await tell({ repeat, answers: [502, "ok"], failingReads: failing });
    expect([result, log.length]).toEqual(["reply", 9]);
  });

  it("is unknown when the last read fails, and the message names both errors", async () => {
    const failingReads = () => apiError(503);
    const { error, log } = await tell({ repeat, answers: [502], failingReads });
    expect(error).toBeInstanceOf(UnknownOutcomeError);
    expect(error?.message).toMatch(/POST answered 502\. .*reading it back failed, too: POST answered 503/);
    expect(log).toEqual(["send 0", ...schedule()]);
  });

  it("ends at once with a conflict that a read-back finds", async () => {
    const failingReads = () => new ConflictError("two of them");
    const { error, log } = await tell({ repeat, answers: [502], failingReads });
    expect(error?.message).toBe("two of them");
    expect(log).toEqual(["send 0", "read 0"]);
  });
});

describe("a mutation that does no harm twice", () => {
  const repeat = "repeatable";

  it("is read back and sent again after a growing wait, four times at most", async () => {
    const { error, log } = await tell({ repeat, answers: [502] });
    expect(error).toMatchObject({ status: 502 });
    expect(log).toEqual([
      "send 0",
      "read 250",
      "send 250",
      "read 750",
      "send 750",
      "read 1750",
      "send 1750",
      "read 1750",
    ]);
  });

  it("is not sent again when the read-back shows its effect", async () => {
    const { result, log } = await tell({ repeat, answers: ["no reply"], shownAtMs: 0 });
    expect([result, log]).toEqual(["found", ["send 0", "read 250"]]);
  });

  it("is read back and not sent again where the vendor says that it does not know the outcome", async () => {
    const { result, log } = await tell({ repeat, answers: ["409 in doubt", "ok"], shownAtMs: 0 });
    expect([result, log]).toEqual(["found", ["send 0", "read 0"]]);
    const { error } = await tell({ repeat, answers: ["409 in doubt", "ok"] });
    expect(error).toMatchObject({ status: 409 });
  });

  it("is sent again although a read-back failed, and is unknown only if the last one fails, too", async () => {
    const once = (read: number) => (read === 1 ? apiError(503) : undefined);
    expect((await tell({ repeat, answers: [502, "ok"], failingReads: once })).result).toBe("reply");
    const { error } = await tell({ repeat, answers: [502], failingReads: () => apiError(503) });
    expect(error).toBeInstanceOf(UnknownOutcomeError);
  });
});

describe("a mutation with an idempotency key", () => {
  const repeat = "keyed";

  it("is sent again under its key instead of being read back", async () => {
    const { result, log } = await tell({ repeat, answers: [502, "no reply", "garbage", "ok"] });
    expect([result, log]).toEqual(["reply", ["send 0", "send 250", "send 750", "send 1750"]]);
  });

  it("is read back to the bound when the last attempt is unclear, too, and is then unknown", async () => {
    const found = await tell({ repeat, answers: [502], shownAtMs: 4_000 });
    expect([found.result, found.log.slice(-4)]).toEqual([
      "found",
      ["read 1750", "read 2250", "read 3750", "read 6750"],
    ]);
    const { error, log } = await tell({ repeat, answers: [502] });
    expect(error).toBeInstanceOf(UnknownOutcomeError);
    expect(log.slice(4)).toEqual(schedule(1_750));
  });

  it("is not sent again when the vendor says that it does not know the outcome itself", async () => {
    const { result, log } = await tell({ repeat, answers: ["409 in doubt"], shownAtMs: 400 });
    expect([result, log]).toEqual(["found", ["send 0", "read 0", "read 500"]]);
  });

  it("is sent again after a 429 without a read, until the longest wait is over", async () => {
    const answers = [429, 429, 429, 429, 429, "ok"] as const;
    const { result, log } = await tell({ repeat, answers, tookMs: 1_000 });
    expect([result, log.length]).toEqual(["reply", 6]);
    const { error } = await tell({ repeat, answers: [429], tookMs: 1_000, maxWaitMs: 5_000 });
    expect(error).toMatchObject({ status: 429 });
  });
});
