import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { describe, expect, it, onTestFinished } from "vitest";
import { emulateCommand } from "../../../cli/emulate/command";
import { client, emulate } from "./support";

/** Runs `subaccounts emulate` in this process; it stops when `whileRunning` has finished. */
async function run(args: string[], whileRunning: (output: string) => Promise<void> = async () => {}) {
  let output = "";
  let errors = "";
  let stop = () => {};
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const emulateIt = emulateCommand({
    write: (text) => {
      output += text;
      if (text.includes("Ctrl-C")) void whileRunning(output).finally(stop);
    },
    warn: (text) => {
      errors += text;
    },
    stopped: () => stopped,
  });
  const configure = (command: Command) =>
    command.exitOverride().configureOutput({
      writeOut: (text) => {
        output += text;
      },
      writeErr: (text) => {
        errors += text;
      },
    });
  const program = configure(new Command("subaccounts")).addCommand(configure(emulateIt));
  const code = await program.parseAsync(["emulate", ...args], { from: "user" }).then(
    () => 0,
    (error: { exitCode?: number }) => error.exitCode,
  );
  return { code, output, errors };
}

it("prints the page and, for each vendor, lines to paste that work, until it is stopped", async () => {
  const statuses: number[] = [];
  const { code, output } = await run(["--port", "0"], async (text) => {
    const variable = (name: string) => new RegExp(`${name}=(\\S+)`).exec(text)?.[1] ?? "";
    const zavu = { url: variable("ZAVU_BASE_URL"), apiKey: variable("ZAVUDEV_API_KEY") };
    const bolna = { url: variable("BOLNA_BASE_URL"), apiKey: variable("BOLNA_API_KEY") };
    const bctrl = { url: variable("BCTRL_BASE_URL"), apiKey: variable("BCTRL_API_KEY") };
    statuses.push((await client(zavu)("GET", "/v1/sub-accounts")).status);
    statuses.push((await client(bolna)("GET", "/sub-accounts/all")).status);
    statuses.push((await client(bctrl)("GET", "/v1/subaccounts")).status);
    statuses.push((await fetch(/Watch it at (\S+)/.exec(text)?.[1] ?? "")).status);
  });
  expect(statuses).toEqual([200, 200, 200, 200]);
  expect(code).toBe(0);
  expect(output).toContain("Emulator stopped.");
});

it("names a port that is taken, and what to do", async () => {
  const { port } = new URL((await emulate()).url);
  const { code, errors } = await run(["--port", port]);
  expect(code).toBe(1);
  expect(errors).toContain(`port ${port} is taken by another program`);
  expect(errors).toContain("--port 0");
});

it.each(["abc", "-1", "65536", "80.5", ""])("refuses %j as a port and says what is one", async (port) => {
  const { code, errors } = await run([`--port=${port}`]);
  expect(code).toBe(1);
  expect(errors).toContain("Give a whole number from 0 (any free port) to 65535.");
});

it("explains itself, with every fault", async () => {
  const { code, output } = await run(["--help"]);
  expect(code).toBe(0);
  expect(output).toContain("--port <number>");
  expect(output).toContain("8787");
  expect(output).toMatch(/Faults: lost-reply, .*, status-<400 to 599>/);
});

describe("What the emulator is started with", () => {
  /** A folder of the test's own, with these files. */
  function folderWith(files: Readonly<Record<string, string>> = {}): string {
    const folder = mkdtempSync(join(tmpdir(), "emulate-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return folder;
  }
  /** Asks Zavu at the printed address. */
  function zavuOf(output: string) {
    const [, url = "", apiKey = ""] = /ZAVU_BASE_URL=(\S+) ZAVUDEV_API_KEY=(\S+)/.exec(output) ?? [];
    return client({ url, apiKey });
  }

  it("reaches it, and is told", async () => {
    const folder = folderWith({
      "seed.yaml": "zavu: { accounts: [{ name: Seeded }] }",
      "switches.json": '{ "zavu": { "errorEnvelope": "nested" } }',
    });
    const [persist, seed] = [join(folder, "kept.json"), join(folder, "seed.yaml")];
    const settings = [
      "--rate",
      "600",
      "--rate",
      "zavu:3",
      "--latency",
      "zavu:1",
      "--fault",
      "zavu:lost-reply:1",
    ];
    const files = ["--persist", persist, "--seed", seed, "--switches", join(folder, "switches.json")];
    const first = await run(["-p", "0", ...files, ...settings], async (output) => {
      const send = zavuOf(output);
      expect((await send("GET", "/v1/sub-accounts")).body).toMatchObject({ items: [{ name: "Seeded" }] });
      await expect(send("POST", "/v1/sub-accounts", { name: "Lost" })).rejects.toThrow();
      expect((await send("GET", "/v1/none")).body).toMatchObject({ error: { code: "not_found" } });
      const refused = await send("GET", "/v1/sub-accounts");
      expect([refused.status, refused.headers.get("retry-after")]).toEqual([
        429,
        expect.stringMatching(/^\d+$/),
      ]);
    });
    expect(first).toMatchObject({ code: 0, errors: "" });
    expect(first.output).toContain(
      `600 calls a minute\n3 calls a minute at zavu\n1 ms of latency at zavu\nFault: zavu:lost-reply:1\nAccounts and keys are kept in ${persist}\n`,
    );
    const second = await run(["-p", "0", ...files.slice(0, 4)], async (output) => {
      const { body } = await zavuOf(output)("GET", "/v1/sub-accounts");
      expect(body).toMatchObject({ items: [{ name: "Lost" }, { name: "Seeded" }] });
    });
    expect(second.errors).toBe(`${seed} was not read: ${persist} has what an earlier run left.\n`);
  });

  it("is printed with the names by which others ask", async () => {
    const { output } = await run(["-p", "0", "--host", "0.0.0.0", "--allow-host", "emulator"]);
    expect(output).toMatch(/^Also answered: http:\/\/emulator:\d+\/$/m);
    expect(output).toMatch(/ZAVU_BASE_URL=http:\/\/127\.0\.0\.1:/);
  });

  it.each([
    [["--fault", "zavu:lostreply"], "did you mean lost-reply?"],
    [["--rate", "0"], "Give a whole number from 1, such as 60, or zavu:60 for one vendor."],
    [["--rate", "zavuu:60"], '"zavuu" is not a vendor; did you mean zavu?'],
    [["--latency", "2s"], "Give a whole number from 0"],
    [["--switches", "none.json"], "none.json: there is no such file"],
    [["--seed", "none.yaml"], "none.yaml: there is no such file"],
    [["--host", "0.0.0.0"], "--allow-host emulator"],
    [["--host", "192.0.2.1"], "--host 192.0.2.1 is not an address of this machine"],
    [["--allow-host", "*"], "is not the name of one host"],
  ])("is refused in a line, before anything is written: %j", async (args, words) => {
    const persist = join(folderWith(), "kept.json");
    const { code, errors } = await run(["-p", "0", "--persist", persist, ...args]);
    expect(code).toBe(1);
    expect(errors).toContain(words);
    expect(errors.trim().split("\n")).toHaveLength(1);
    expect(existsSync(persist)).toBe(false);
  });
});
