import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type * as Leases from "../../../fleet/engine/lease";
import type * as Commands from "../../../fleet/pulumi/command";

const built = createRequire(__filename);
const dist = resolve(__dirname, "../../../dist/fleet");
const { monotonicMs }: typeof Leases = built(join(dist, "engine/lease"));
const { pulumi, isThere }: typeof Commands = built(join(dist, "pulumi/command"));

/** A CLI with a plugin in a group of its own, which both go on until they are ended. */
const CLI = `#!/usr/bin/env bash
set -m
sleep 300 & plugin=$!
echo $plugin > "$DIR/plugin"
trap 'echo yes > "$DIR/interrupted"; kill $plugin; exit 3' INT
echo $$ > "$DIR/cli"
while :; do sleep 0.05; done
`;

describe("a command under a lease", { timeout: 30_000 }, () => {
  let folder: string;
  let untilMs: number;
  let renewed: () => void;
  const pids: number[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "fleet-guard-"));
    writeFileSync(join(folder, "pulumi"), CLI);
    chmodSync(join(folder, "pulumi"), 0o755);
    untilMs = monotonicMs() + 60_000;
    renewed = () => {};
  });
  afterEach(() => {
    for (const pid of pids.splice(0)) if (isThere(pid)) process.kill(pid, "SIGKILL");
    rmSync(folder, { recursive: true });
  });

  const read = (name: string) => Number(readFileSync(join(folder, name), "utf8"));
  const start = (options: Partial<Commands.CommandOptions> = {}) =>
    pulumi(["up"], {
      folder,
      env: {
        DIR: folder,
        PATH: [folder, dirname(process.execPath), process.env["PATH"]].join(delimiter),
      },
      lease: {
        lost: new AbortController().signal,
        soleFromMs: 0,
        untilMs: () => untilMs,
        onRenewed: (listener) => {
          renewed = listener;
          return () => {};
        },
      },
      ...options,
    });
  const begun = async () => {
    await expect
      .poll(() => existsSync(join(folder, "cli")) && existsSync(join(folder, "plugin")), { timeout: 10_000 })
      .toBe(true);
    pids.push(read("cli"), read("plugin"));
  };

  it("has the number that was told before it began", async () => {
    let told = 0;
    const interrupt = new AbortController();
    const ended = start({
      interrupt: interrupt.signal,
      started: async ({ pid }) => {
        expect(existsSync(join(folder, "cli"))).toBe(false);
        told = pid;
      },
    });
    await begun();
    expect(read("cli")).toBe(told);
    interrupt.abort();
    expect(await ended).toMatchObject({ code: 3 });
    expect(existsSync(join(folder, "interrupted"))).toBe(true);
  });

  it("does not begin where that cannot be noted, or the claim has ended by then", async () => {
    const refused = start({ started: () => Promise.reject(new Error("the database is gone")) });
    expect(await refused).toMatchObject({ code: undefined });
    const late = start({
      started: async () => {
        untilMs = monotonicMs() - 1;
      },
    });
    expect(await late).toMatchObject({ code: undefined });
    expect(existsSync(join(folder, "cli"))).toBe(false);
  });

  it("ends with its plugins when the worker says no more that the claim holds", async () => {
    const ended = start();
    await begun();
    untilMs = monotonicMs() + 300;
    renewed();
    expect(await ended).toMatchObject({ code: undefined });
    await expect.poll(() => pids.some(isThere), { timeout: 10_000 }).toBe(false);
    expect(existsSync(join(folder, "interrupted"))).toBe(false);
  });

  it("ends with its plugins when the worker has lost the claim", async () => {
    const lost = new AbortController();
    const ended = start({
      lease: { lost: lost.signal, soleFromMs: 0, untilMs: () => untilMs, onRenewed: () => () => {} },
    });
    await begun();
    lost.abort();
    expect(await ended).toMatchObject({ code: undefined });
    await expect.poll(() => pids.some(isThere), { timeout: 10_000 }).toBe(false);
  });
});
