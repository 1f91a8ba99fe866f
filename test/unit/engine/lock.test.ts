import { existsSync, mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { staleAfterMs, withLock } from "../../../engine/lock.mts";
import { temporaryFolder } from "./fake-engine.ts";

const other = 4_242;
const start = 1_700_000_000_000;

const neverWaits = (): void => expect.unreachable("it waited");

/** A lock that another process took at `start`, and a world whose time passes in `sleep` only. */
function heldByAnother({ alive = true } = {}) {
  const path = join(temporaryFolder(), "lock");
  mkdirSync(path);
  writeFileSync(join(path, "pid"), `${other}`);
  utimesSync(path, start / 1000, start / 1000);
  const waits: (number | undefined)[] = [];
  let now = start;
  const world = {
    now: () => now,
    isAlive: () => alive,
    sleep: async (ms: number) => {
      now += ms;
    },
  };
  return { path, waits, world, elapsedMs: () => now - start };
}

test("work runs under the lock, and the lock is gone afterwards, also after a failure", async () => {
  const path = join(temporaryFolder(), "lock");
  expect(await withLock(path, async () => existsSync(path), neverWaits)).toBe(true);
  expect(existsSync(path)).toBe(false);
  const failing = withLock(path, () => Promise.reject(new Error("no disk space")), neverWaits);
  await expect(failing).rejects.toThrow("no disk space");
  expect(existsSync(path)).toBe(false);
});

test("the second of two waits for the first and is told so once", async () => {
  const path = join(temporaryFolder(), "lock");
  const order: string[] = [];
  let endFirst = (): void => {};
  const firstMayEnd = new Promise<void>((resolve) => {
    endFirst = resolve;
  });
  const first = withLock(
    path,
    async () => {
      await firstMayEnd;
      order.push("first ended");
    },
    neverWaits,
  );
  const world = {
    now: Date.now,
    isAlive: () => true,
    sleep: async () => {
      endFirst();
      await first;
    },
  };
  const waits: (number | undefined)[] = [];
  await withLock(
    path,
    async () => void order.push("second ran"),
    (pid) => waits.push(pid),
    world,
  );
  expect(order).toEqual(["first ended", "second ran"]);
  expect(waits).toEqual([process.pid]);
});

test("the lock of a killed process is taken over at once", async () => {
  const { path, waits, world, elapsedMs } = heldByAnother({ alive: false });
  expect(
    await withLock(
      path,
      async () => "ran",
      (pid) => waits.push(pid),
      world,
    ),
  ).toBe("ran");
  expect(waits).toEqual([]);
  expect(elapsedMs()).toBe(0);
});

test("a lock without a heartbeat, held by a process of another machine, is taken over in the end", async () => {
  const { path, waits, world, elapsedMs } = heldByAnother();
  expect(
    await withLock(
      path,
      async () => "ran",
      (pid) => waits.push(pid),
      world,
    ),
  ).toBe("ran");
  expect(waits).toEqual([other]);
  expect(elapsedMs()).toBeGreaterThan(staleAfterMs);
});
