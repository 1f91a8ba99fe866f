import { Command } from "commander";
import { expect, it } from "vitest";
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

it("explains itself", async () => {
  const { code, output } = await run(["--help"]);
  expect(code).toBe(0);
  expect(output).toContain("--port <number>");
  expect(output).toContain("8787");
});
