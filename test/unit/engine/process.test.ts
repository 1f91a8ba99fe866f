import { afterEach, expect, test, vi } from "vitest";
import { lastLines, run } from "../../../engine/process.mts";

afterEach(() => void vi.useRealTimers());

test("a program that ends gives its exit code and what it said", async () => {
  expect(await run("/bin/sh", ["-c", "echo out; echo err >&2; exit 4"], { timeoutMs: 1e6 })).toEqual({
    exitCode: 4,
    stdout: "out\n",
    stderr: "err\n",
    problem: undefined,
  });
});

test("a program that is not there is a problem, not an exception", async () => {
  const outcome = await run("no-such-program", [], { timeoutMs: 1e6 });
  expect(outcome).toMatchObject({ exitCode: undefined, problem: expect.stringContaining("ENOENT") });
});

test("a program that hangs is killed with its children", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  // The streams stay open as long as the child in the background lives: only the end of both ends the run.
  const running = run("/bin/sh", ["-c", "sleep 600 & sleep 600"], { timeoutMs: 2_000 });
  vi.advanceTimersByTime(2_000);
  expect(await running).toMatchObject({ exitCode: undefined, problem: "stopped after 2 s" });
});

test("whoever watches a program can stop it for a reason", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  const onSecond = (seconds: number) => (seconds === 20 ? "nothing arrived for 20 s" : undefined);
  const running = run("sleep", ["600"], { timeoutMs: 1e6, onSecond });
  vi.advanceTimersByTime(20_000);
  expect((await running).problem).toBe("nothing arrived for 20 s");
});

test("an explanation is the last lines of what a program said", () => {
  expect(lastLines("\none\n  two\n\nthree\nfour\n")).toBe("two | three | four");
  expect(lastLines("one\ntwo", 1)).toBe("two");
});
