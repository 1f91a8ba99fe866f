import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { startEmulator } from "pulumi-subaccounts/emulator";
import { describe, expect, it, onTestFinished } from "vitest";
import { environmentOf } from "../support/environment.mts";

const command = resolve(__dirname, "../../dist/cli/main.js");

/** An emulator, and a way to run the built command against it in a process of its own. */
async function world() {
  const emulator = await startEmulator();
  const folder = mkdtempSync(join(tmpdir(), "subaccounts-conform-"));
  onTestFinished(async () => {
    rmSync(folder, { recursive: true, force: true });
    await emulator.close();
  });
  const start = () => {
    const args = [command, "conform", "--vendor", "bolna", "--yes-create-scratch-accounts"];
    return spawn(process.execPath, args, { cwd: folder, env: environmentOf(emulator), stdio: "ignore" });
  };
  const end = async (child: ChildProcess): Promise<unknown> => (await once(child, "exit"))[0];
  const arrived = (calls: number) =>
    expect
      .poll(() => emulator.requests.length, { timeout: 30_000, interval: 5 })
      .toBeGreaterThanOrEqual(calls);
  return { emulator, start, end, arrived };
}

describe("subaccounts conform, as a process", () => {
  it("ends what it made when it is interrupted, and says so by its exit code", async () => {
    const { emulator, start, end, arrived } = await world();
    // The create of the account, whose reply comes after the signal.
    emulator.fault({ method: "POST", fault: { kind: "delay", ms: 300 } });
    const child = start();
    await arrived(6);
    child.kill("SIGINT");
    expect(await end(child)).toBe(130);
    expect(emulator.bolna.accounts()).toEqual([]);
    expect(emulator.requests.map(({ method }) => method)).toContain("DELETE");
  });

  it("ends what a killed run left", async () => {
    const { emulator, start, end, arrived } = await world();
    emulator.fault({ method: "POST", fault: { kind: "hang", when: "after" } });
    const killed = start();
    await arrived(6);
    await expect.poll(() => emulator.bolna.accounts().length).toBe(1);
    killed.kill("SIGKILL");
    await end(killed);
    const [left] = emulator.bolna.accounts();
    expect(await end(start())).toBe(0);
    expect(emulator.bolna.accounts()).toEqual([]);
    const deleted = emulator.requests.filter(({ method }) => method === "DELETE").map(({ path }) => path);
    expect(deleted).toContain(`/sub-accounts/${left?.id}`);
  });
});
