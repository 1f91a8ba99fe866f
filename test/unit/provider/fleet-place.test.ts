import { afterEach, expect, it, vi } from "vitest";
import type { Run } from "../../../provider/core/base/run";
import { FleetPlace } from "../../../provider/core/vendor-io/fleet-place";

afterEach(() => {
  vi.useRealTimers();
});

it("a process that reads a list says every four seconds that it is at it, however long a page takes, and no longer", async () => {
  vi.useFakeTimers();
  const told: string[] = [];
  const share = {
    process: "one",
    parallel: 1,
    ask: async <T>(path: string): Promise<T> => {
      told.push(path);
      return {} as T;
    },
    tellGone: () => {},
  };
  const place = new FleetPlace({} as Run, share, "Zavu", "accounts");
  let arrive = (_: string) => {};
  const page = new Promise<string>((resolve) => {
    arrive = resolve;
  });
  const read = place.reading("/rows", {}, () => page);
  await vi.advanceTimersByTimeAsync(13_000);
  expect(told).toEqual(["/rows", "/rows", "/rows"]);
  arrive("a page");
  expect(await read).toBe("a page");
  await vi.advanceTimersByTimeAsync(13_000);
  expect(told).toHaveLength(3);
});
