import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { type Command, type CommandResult, startCommand } from "../../engine/command.mts";

const root = resolve(__dirname, "../..");

type Kind = "fail" | "hang" | "drift" | "edit" | "warn";

/** A copy of examples/fleet in which `fake-pulumi.mjs` stands for the CLI. */
export class FakeFleet {
  readonly folder = mkdtempSync(join(tmpdir(), "fleet-run-"));
  readonly env: Record<string, string>;
  readonly #commands: Command[] = [];

  /** @param from another one, of which it is a copy */
  constructor(from?: FakeFleet) {
    this.env = {
      PATH: [join(this.folder, "bin"), dirname(process.execPath), "/usr/bin", "/bin"].join(delimiter),
      FAKE_PULUMI: join(this.folder, "pulumi"),
      PULUMI_BACKEND_URL: `file://${join(this.folder, "backend")}?metadata=skip`,
    };
    if (from) {
      cpSync(from.folder, this.folder, { recursive: true, verbatimSymlinks: true });
      rmSync(join(this.folder, "pulumi/changes"), { force: true });
      return;
    }
    cpSync(join(root, "examples/fleet"), join(this.folder, "program"), {
      recursive: true,
      filter: (source) => !/node_modules|\.fleet|Pulumi\.prod/.test(source),
    });
    mkdirSync(join(this.folder, "bin"));
    mkdirSync(join(this.folder, "pulumi"));
    symlinkSync(join(root, "test/support/fake-pulumi.mjs"), join(this.folder, "bin/pulumi"));
    chmodSync(join(root, "test/support/fake-pulumi.mjs"), 0o755);
    writeFileSync(
      join(this.folder, "program/Pulumi.prod.yaml"),
      "config:\n  subaccounts:fleet: 5f0c6a9e-7d1b-4c55-9a3e-2b8f4e6d1c70\n",
    );
  }

  /** Starts a command of the fleet. @param program its folder, for another machine's */
  start(args: readonly string[], program = "program", env: Record<string, string> = {}): Command {
    const command = startCommand(process.execPath, [join(root, "dist/cli/main.js"), "fleet", ...args], {
      cwd: join(this.folder, program),
      env: { ...this.env, ...env },
    });
    this.#commands.push(command);
    return command;
  }

  run(...args: string[]): Promise<CommandResult> {
    return this.start(args).done;
  }

  /** Has the operations of a stack fail, hang, find a drift, warn, or change a file. */
  make(kind: Kind, stack: string, text = ""): void {
    mkdirSync(join(this.folder, "pulumi", kind), { recursive: true });
    writeFileSync(join(this.folder, "pulumi", kind, stack), text);
  }

  mend(kind: Kind, stack: string): void {
    rmSync(join(this.folder, "pulumi", kind, stack));
  }

  /** Whether the fake has made a file. */
  made(file: string): boolean {
    return existsSync(join(this.folder, "pulumi", file));
  }

  /** Whether an operation of a stack hangs, or has hung. */
  hangs(stack: string): boolean {
    return existsSync(join(this.folder, `pulumi/hang/${stack}.pid`));
  }

  /** Locks a stack as a process of this machine does. */
  lock(stack: string, pid: number): void {
    writeFileSync(join(this.folder, "pulumi/locks", stack), String(pid));
  }

  read(file: string): string {
    return readFileSync(join(this.folder, "pulumi", file), "utf8");
  }

  /** The operations since the last call. */
  calls(): string[] {
    const lines = existsSync(join(this.folder, "pulumi/calls"))
      ? this.read("calls").trim().split("\n").toSorted()
      : [];
    rmSync(join(this.folder, "pulumi/calls"), { force: true });
    return lines;
  }

  /** Replaces a text in a file of the program. */
  edit(file: string, from: string, to: string, program = "program"): void {
    const path = join(this.folder, program, file);
    const text = readFileSync(path, "utf8");
    if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
    writeFileSync(path, text.replace(from, to));
  }

  async dispose(): Promise<void> {
    for (const command of this.#commands.splice(0)) {
      command.kill("SIGCONT");
      command.kill("SIGKILL", { group: true });
      await command.done;
    }
    rmSync(this.folder, { recursive: true, maxRetries: 5 });
  }
}
