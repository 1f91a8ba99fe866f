import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, it, onTestFinished } from "vitest";
import { repository } from "../../engine/program-folder.mts";
import { environmentOf } from "../support/environment.mts";
import { estateOf } from "../support/estate.mts";
import { emulate } from "../unit/emulator/support";

const PEAK = `data:text/javascript,process.on("exit",()=>console.error("peak",process.resourceUsage().maxRSS))`;

/** Peaks in MB of a first `tenants generate --verify` and of a second one, which reads all files. */
async function peaksOf(customers: number): Promise<number[]> {
  const { seed, mapping } = estateOf(customers);
  const emulator = await emulate({ seed });
  const folder = mkdtempSync(join(tmpdir(), "subaccounts-memory-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "map.csv"), mapping);
  const run = async (): Promise<number> => {
    const command = ["tenants", "generate", "--map", "map.csv", "--verify"];
    const child = spawn(
      process.execPath,
      ["--import", PEAK, join(repository, "dist/cli/main.js"), ...command],
      { cwd: folder, env: { PATH: process.env["PATH"], ...environmentOf(emulator) } },
    );
    const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
    expect(output).toMatch(/(\d+) accounts: \1 adopted, 0 fields changed/);
    return Number(/peak (\d+)/.exec(errors)?.[1]) / 1000;
  };
  return [await run(), await run()];
}

it("10,000 accounts become files in 250 MB, and in less than twice of what 1,000 take", async () => {
  const few = await peaksOf(500);
  const many = await peaksOf(5_000);
  for (const [index, peak] of many.entries()) {
    expect(peak).toBeLessThan(250);
    expect(peak).toBeLessThan(2 * (few[index] ?? 0));
  }
});
