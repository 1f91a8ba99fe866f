import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { Command, CommanderError } from "commander";
import { onTestFinished } from "vitest";
import { conformCommand } from "../../../cli/conform/command";
import { doctorCommand } from "../../../cli/doctor/command";
import { keysCommand } from "../../../cli/keys/command";
import { listCommand } from "../../../cli/list/command";
import { showCommand } from "../../../cli/show/command";
import { tenantsCommand } from "../../../cli/tenants/command";
import type { Surroundings } from "../../../provider/core/base/run";
import { noon } from "../emulator/support";

/** What stands around a run of the command. */
export interface Around {
  env?: Record<string, string>;
  /** The stack's config, which is secret. */
  config?: Record<string, unknown>;
  /** Keys of it that are in clear. */
  inClear?: readonly string[];
  /** Pulumi.dev.yaml. */
  stackFile?: string;
  /** Lines of shell that answer `pulumi stack` and `pulumi config` instead. */
  stack?: string;
  configFails?: string;
  /** What `pulumi stack export --show-secrets` prints. */
  state?: unknown;
  stateFails?: string;
  /** What `pulumi stack export` prints. */
  plainState?: unknown;
  /** The version of the CLI; undefined: there is none. */
  cli?: string | undefined;
  /** Packages of the program, by name: their version. */
  packages?: Record<string, string>;
  /** Pulumi.yaml; undefined: there is none. */
  yaml?: string | undefined;
  /** Files in the folder that the command is called in. */
  files?: Record<string, string | Buffer>;
  /** The folder that the command is called in, within the project. */
  within?: string;
}

const packagesOfAll = { "@pulumi/pulumi": "3.270.0", "pulumi-subaccounts": "0.1.0" };

/** Runs `subaccounts doctor` in a new program's folder, with a Pulumi CLI that is a shell script. */
export async function doctor(args: string[], around: Around = {}) {
  const { root, host, result } = worldOf(around);
  const command = doctorCommand({ ...host, fail: () => host.exit(1) });
  await new Command("subaccounts").addCommand(command).parseAsync(["doctor", ...args], { from: "user" });
  return { ...result(), root };
}

/** Runs `subaccounts keys`, likewise. */
export async function keys(args: string[], around: Around & { stdin?: string } = {}) {
  const { host, result } = worldOf(around);
  const command = keysCommand({ ...host, stdin: async () => around.stdin ?? "" })
    .exitOverride()
    .configureOutput({ writeErr: host.write });
  await new Command("subaccounts")
    .addCommand(command)
    .parseAsync(["keys", ...args], { from: "user" })
    .catch((error: unknown) => {
      if (!(error instanceof CommanderError)) throw error;
      host.exit(error.exitCode);
    });
  return result();
}

/** Runs `subaccounts list`, likewise. */
export async function list(args: string[], around: Around = {}) {
  const { host, result } = worldOf(around);
  const command = listCommand(host).exitOverride().configureOutput({ writeErr: host.write });
  await new Command("subaccounts")
    .addCommand(command)
    .parseAsync(["list", ...args], { from: "user" })
    .catch((error: unknown) => {
      if (!(error instanceof CommanderError)) throw error;
      host.exit(error.exitCode);
    });
  return result();
}

/** Runs `subaccounts show`, likewise. */
export async function show(args: string[], around: Around = {}) {
  const { root, host, result } = worldOf(around);
  for (const [file, text] of Object.entries(around.files ?? {})) writeFileSync(join(host.folder, file), text);
  const surroundings = { ...host.surroundings, now: () => noon.getTime() };
  const command = showCommand({ ...host, surroundings })
    .exitOverride()
    .configureOutput({ writeErr: host.write });
  await new Command("subaccounts")
    .addCommand(command)
    .parseAsync(["show", ...args], { from: "user" })
    .catch((error: unknown) => {
      if (!(error instanceof CommanderError)) throw error;
      host.exit(error.exitCode);
    });
  return { ...result(), root };
}

/** Runs `subaccounts conform`, likewise; the signal is Ctrl-C. */
export async function conform(
  args: string[],
  around: Around & { signal?: AbortSignal; surroundings?: Partial<Surroundings> } = {},
) {
  const { root, host, result } = worldOf(around);
  const { signal = new AbortController().signal, surroundings } = around;
  const command = conformCommand({
    ...host,
    surroundings: { ...host.surroundings, ...surroundings },
    interruption: () => signal,
  })
    .exitOverride()
    .configureOutput({ writeErr: host.write });
  await new Command("subaccounts")
    .addCommand(command)
    .parseAsync(["conform", ...args], { from: "user" })
    .catch((error: unknown) => {
      if (!(error instanceof CommanderError)) throw error;
      host.exit(error.exitCode);
    });
  return { ...result(), root };
}

/** `subaccounts tenants`, likewise: a folder that stays the same from one run to the next. */
export function tenants({ files = {}, ...around }: Around) {
  const { root, host } = worldOf(around);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(host.folder, file)), { recursive: true });
    writeFileSync(join(host.folder, file), text);
  }
  const run = async (args: string[]) => {
    let output = "";
    let code = 0;
    const write = (text: string) => {
      output += text;
    };
    const command = tenantsCommand({
      ...host,
      write,
      progress: () => {},
      limitMemory: () => {},
      exit: (ended) => {
        code = ended;
      },
    });
    for (const each of command.commands) each.exitOverride().configureOutput({ writeErr: write });
    await new Command("subaccounts")
      .addCommand(command)
      .parseAsync(["tenants", ...args], { from: "user" })
      .catch((error: unknown) => {
        if (!(error instanceof CommanderError)) throw error;
        code = error.exitCode;
      });
    return { code, output };
  };
  return { root: join(root, "project"), run };
}

function worldOf(around: Around) {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "subaccounts-doctor-")));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const put = (file: string, text: string): void => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  };
  const { yaml = "name: tenants\nruntime: nodejs\n", packages = packagesOfAll, within = "." } = around;
  if (!("yaml" in around) || around.yaml !== undefined) put("project/Pulumi.yaml", yaml);
  if (around.stackFile !== undefined) put("project/Pulumi.dev.yaml", around.stackFile);
  for (const [name, version] of Object.entries(packages)) {
    const folder = `project/node_modules/${name}`;
    const exports = { "./provider": "./provider.js", "./package.json": "./package.json" };
    put(`${folder}/package.json`, JSON.stringify({ name, version, exports }));
    put(`${folder}/provider.js`, version === "broken" ? 'require("./missing")' : "");
  }
  mkdirSync(join(root, "project", within), { recursive: true });
  // Alone: where Node is installed there may be a real CLI too.
  mkdirSync(join(root, "bin"));
  symlinkSync(process.execPath, join(root, "bin/node"));
  const version = "cli" in around ? around.cli : "v3.259.0";
  if (version !== undefined) {
    const values = Object.entries(around.config ?? {}).map(([key, value]) => {
      const text = typeof value === "string" ? value : JSON.stringify(value);
      return [key, { value: text, secret: !around.inClear?.includes(key) }];
    });
    put("config.json", JSON.stringify(Object.fromEntries(values)));
    const { stack = "echo dev", configFails = `cat ${root}/config.json` } = around;
    put("state.json", JSON.stringify(around.state ?? {}));
    put("plain-state.json", JSON.stringify(around.plainState ?? {}));
    const { stateFails = `cat ${root}/state.json` } = around;
    const ofStack = `case "$2" in export) case "$*" in *--show-secrets*) ${stateFails};; *) cat ${root}/plain-state.json;; esac;; *) ${stack};; esac`;
    const answers = `version) echo ${version};; stack) ${ofStack};; config) ${configFails};;`;
    put("bin/pulumi", `#!/bin/sh\ncase "$1" in ${answers} esac\n`);
    chmodSync(join(root, "bin/pulumi"), 0o755);
  }
  let output = "";
  let code = 0;
  const host = {
    folder: join(root, "project", within),
    env: { PATH: [join(root, "bin"), "/bin"].join(delimiter), ...around.env },
    surroundings: { sleep: async () => {} },
    write: (text: string) => {
      output += text;
    },
    paint: (_colour: string, text: string) => text,
    exit: (ended: number) => {
      code = ended;
    },
  };
  return { root, host, result: () => ({ code, output }) };
}
