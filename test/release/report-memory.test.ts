import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, it, onTestFinished } from "vitest";
import { repository } from "../../engine/program-folder.mts";
import { environmentOf } from "../support/environment.mts";
import { managedEstate } from "../support/managed-estate.mts";
import { emulate } from "../unit/emulator/support";

const PEAK = `data:text/javascript,process.on("exit",()=>console.error("peak",process.resourceUsage().maxRSS))`;

it("10,000 customers at three vendors are reported of in 350 MB, to a page, JSON and CSV", async () => {
  const { seed, state } = managedEstate(10_000);
  const emulator = await emulate({ seed });
  const folder = mkdtempSync(join(tmpdir(), "subaccounts-memory-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "state.json"), state);
  const command = [join(repository, "dist/cli/main.js"), "report", "--state", "state.json"];
  const outputs = ["--out", "report.html", "--csv", "report.csv", "--json", "report.json"];
  const child = spawn(process.execPath, ["--import", PEAK, ...command, ...outputs], {
    cwd: folder,
    env: { PATH: process.env["PATH"], ...environmentOf(emulator) },
  });
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  expect(Number(/^peak (\d+)\n$/.exec(errors)?.[1]) / 1000).toBeLessThan(350);
  expect(output).toMatch(/30000 accounts, \d+ calls, [\s\S]*written: report\.csv/);
});
