import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";
import { repository } from "../../engine/program-folder.mts";

it("the bench compares the three programs, and their calls are the ones to expect", async () => {
  const bench = spawn(process.execPath, ["test/bench/bench.mts", "--n", "3"], {
    cwd: repository,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => bench.once("close", resolve));
  const output = await text(bench.stdout);
  expect(await ended, output).toBe(0);
  const row = rowsOf(output);

  for (const step of ["up", "preview", "refresh"]) {
    for (const seconds of row(`\`${step}\`, seconds`)) expect(seconds).toBeGreaterThan(0);
  }
  // Beside one create an account, ours asks for the organization, reads the list, and looks at the first creates again.
  const [oursUp = Number.NaN, floorUp, usualUp] = row("`up`, HTTP calls");
  expect(oursUp).toBeGreaterThan(3);
  expect(oursUp).toBeLessThanOrEqual(1 + 1 + 2 * 3);
  expect([floorUp, usualUp]).toEqual([0, 3]);
  expect(row("`preview`, HTTP calls")).toEqual([0, 0, 0]);
  const [ours = Number.NaN, floor, usual] = row("`refresh`, HTTP calls");
  // The list, and the own key of each of the first accounts.
  expect(ours).toBeLessThanOrEqual(1 + 3);
  expect(floor).toBe(0);
  expect(usual).toBe(3);
  const [oursState = Number.NaN, floorState = Number.NaN, usualState = Number.NaN] = row("state, bytes");
  expect(oursState).toBeGreaterThan(floorState);
  expect(oursState).toBeLessThan(usualState);
});

it("the bench of examples/gitops runs every script, and only a deploy writes", async () => {
  const bench = spawn(process.execPath, ["test/bench/gitops.mts", "--n", "3"], {
    cwd: repository,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => bench.once("close", resolve));
  const output = await text(bench.stdout);
  expect(await ended, output).toBe(0);
  const rows = [...output.matchAll(/^\| `(\w+)\.sh`, .* \| [\d.]+ \| (\d+) \|$/gm)];
  const writes = rows.map(([, script, count]) => [script, Number(count) > 0]);
  expect(writes).toEqual([
    ["preview", false],
    ["up", true],
    ["preview", false],
    ["up", false],
    ["preview", false],
    ["up", true],
    ["drift", false],
  ]);
});

/** Finds the figures of ours, floor and usual in a Markdown table. */
function rowsOf(table: string): (what: string) => number[] {
  const rows = table.split("\n").map((line) => line.split("|").map((cell) => cell.trim()));
  return (what) => {
    const cells = rows.find((row) => row[2] === what);
    expect(cells, `${what} in:\n${table}`).toBeDefined();
    return (cells ?? []).slice(3, 6).map((cell) => Number(cell.replaceAll(",", "")));
  };
}
