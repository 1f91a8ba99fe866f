import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { type Command, type CommandResult, startCommand } from "./command.mts";
import { hermeticEnv } from "./environment.mts";
import { linkPackages } from "./program-folder.mts";
import type { State } from "./state.mts";
import { tally } from "./tally.mts";

/** Files that a folder with a program may leave out. */
const typeScriptFiles: Record<string, string> = {
  "Pulumi.yaml": "name: test\nruntime: nodejs\n",
  "package.json": JSON.stringify({ name: "test", private: true, main: "index.ts" }),
};

/** Around a program of one file: plain JavaScript, since a compiler takes seconds of each command. */
const javaScriptFiles: Record<string, string> = {
  "Pulumi.yaml": "name: test\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
  "package.json": JSON.stringify({ name: "test", private: true, main: "index.js", type: "module" }),
};

/** How one command of the CLI runs. */
interface RunOptions {
  /** Added to the project's environment for this command. */
  env?: Record<string, string>;
  /** `true`: the exit code must not be 0; left out: it must be 0; `"any"`: either will do. */
  expectFailure?: boolean | "any";
  /** Called with each line of either stream, as it arrives. */
  onLine?: (line: string) => void;
}

/** A Pulumi project in a temporary folder with a stack, a file backend and nothing of the caller's environment. */
export interface Project {
  dir: string;
  stack: string;
  stateFile: string;
  env: Record<string, string>;
  /** Writes a file of the program, such as `index.js`. */
  write(file: string, text: string): void;
  config(key: string, value: string, options?: { secret?: boolean; path?: boolean }): Promise<void>;
  /** Starts the CLI with `args`, for a test that interrupts or kills it. */
  start(args: readonly string[], options?: Omit<RunOptions, "expectFailure">): Command;
  /** Runs the CLI with `args` and rejects with the whole output when the exit code is not the expected one. */
  run(args: readonly string[], options?: RunOptions): Promise<CommandResult>;
  /** `pulumi up` without a preview first; pass `options` last where a failure is expected. */
  up(...extra: ExtraArgs): Promise<CommandResult>;
  preview(...extra: ExtraArgs): Promise<CommandResult>;
  refresh(...extra: ExtraArgs): Promise<CommandResult>;
  destroy(...extra: ExtraArgs): Promise<CommandResult>;
  /** The stack's outputs; secret ones are `"[secret]"` unless asked for. */
  outputs(options?: { showSecrets?: boolean }): Promise<Record<string, unknown>>;
  /** The deployment as the backend holds it, secrets encrypted. */
  state(): State;
  /** The state file as it is on disk, to search for what must not be in it. */
  stateText(): string;
  /** Kills what still runs and removes the folder. The resources of the stack are not destroyed. */
  dispose(): Promise<void>;
}

/** Arguments of the CLI, with options as the last one where needed. */
type ExtraArgs = (string | RunOptions)[];

/** Options of a project. */
export interface ProjectOptions {
  engine: { binDir: string };
  /**
   * The text of `index.js`, an ES module, or a folder with a whole program, which is copied. With `files`, by path, nothing is
   * installed: that is left to the caller.
   */
  program: string | { folder: string } | { files: Record<string, string> };
  env?: Record<string, string>;
}

/** Makes a project with a new stack `dev`. */
export async function createProject(options: ProjectOptions): Promise<Project> {
  const root = mkdtempSync(join(tmpdir(), "subaccounts-e2e-"));
  const dir = join(root, "program");
  const project = new TemporaryProject(root, dir, options);
  layOut(root, dir, options.program);
  try {
    await project.run(["stack", "init", project.stack]);
  } catch (error) {
    await project.dispose();
    throw error;
  }
  return project;
}

function layOut(root: string, dir: string, program: ProjectOptions["program"]): void {
  for (const folder of ["state", "home", "tmp"]) mkdirSync(join(root, folder));
  if (typeof program === "string") {
    mkdirSync(dir);
    writeFileSync(join(dir, "index.js"), program);
  } else if ("files" in program) {
    for (const [file, text] of Object.entries(program.files)) writeText(join(dir, file), text);
    return;
  } else {
    // A stack's settings and installed packages belong to the original, not to the copy.
    const skipped = /^(node_modules|Pulumi\..+\.yaml)$/;
    cpSync(program.folder, dir, { recursive: true, filter: (source) => !skipped.test(basename(source)) });
  }
  const files = typeof program === "string" ? javaScriptFiles : typeScriptFiles;
  for (const [file, text] of Object.entries(files)) {
    if (!existsSync(join(dir, file))) writeFileSync(join(dir, file), text);
  }
  linkPackages(dir);
}

function writeText(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

class TemporaryProject implements Project {
  readonly stack = "dev";
  readonly env: Record<string, string>;
  readonly #running = new Set<Command>();
  readonly dir: string;
  readonly #root: string;
  readonly #pulumi: string;

  constructor(root: string, dir: string, options: ProjectOptions) {
    this.#root = root;
    this.dir = dir;
    this.#pulumi = join(options.engine.binDir, process.platform === "win32" ? "pulumi.exe" : "pulumi");
    this.env = hermeticEnv([options.engine.binDir], {
      PULUMI_HOME: join(root, "home"),
      PULUMI_BACKEND_URL: `file://${join(root, "state")}?metadata=skip`,
      PULUMI_CONFIG_PASSPHRASE: "test",
      PULUMI_SKIP_UPDATE_CHECK: "1",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      // The shared cache would let a program pass that was type-checked against yesterday's declarations.
      TS_NODE_CACHE_DIRECTORY: join(root, "ts-node"),
      // Pulumi leaves pipes behind in the temporary folder when it is killed.
      TMPDIR: join(root, "tmp"),
      ...options.env,
    });
  }

  get stateFile(): string {
    const name = /^name:\s*(\S+)/m.exec(readFileSync(join(this.dir, "Pulumi.yaml"), "utf8"))?.[1] ?? "";
    return join(this.#root, "state/.pulumi/stacks", name, `${this.stack}.json`);
  }

  write(file: string, text: string): void {
    writeText(join(this.dir, file), text);
  }

  async config(key: string, value: string, { secret = false, path = false } = {}): Promise<void> {
    const flags = [...(secret ? ["--secret"] : ["--plaintext"]), ...(path ? ["--path"] : [])];
    await this.run(["config", "set", ...flags, key, "--", value]);
  }

  start(args: readonly string[], options: Omit<RunOptions, "expectFailure"> = {}): Command {
    const command = startCommand(this.#pulumi, ["--non-interactive", "--color=never", ...args], {
      cwd: this.dir,
      env: { ...this.env, ...options.env },
      onLine: options.onLine,
    });
    this.#running.add(command);
    const started = performance.now();
    const forget = () => {
      this.#running.delete(command);
      tally.calls += 1;
      tally.seconds += (performance.now() - started) / 1000;
    };
    command.done.then(forget, forget);
    return command;
  }

  async run(
    args: readonly string[],
    { expectFailure = false, ...options }: RunOptions = {},
  ): Promise<CommandResult> {
    const result = await this.start(args, options).done;
    if (expectFailure !== "any" && (result.exitCode !== 0) !== expectFailure) {
      const expected = expectFailure ? "was to fail" : "failed";
      throw new Error(
        `pulumi ${args.join(" ")} ${expected}; exit code ${result.exitCode}:\n${result.output}`,
      );
    }
    return result;
  }

  up(...extra: ExtraArgs): Promise<CommandResult> {
    return this.#operation(["up", "--yes", "--skip-preview"], extra);
  }

  preview(...extra: ExtraArgs): Promise<CommandResult> {
    return this.#operation(["preview"], extra);
  }

  refresh(...extra: ExtraArgs): Promise<CommandResult> {
    return this.#operation(["refresh", "--yes", "--skip-preview"], extra);
  }

  destroy(...extra: ExtraArgs): Promise<CommandResult> {
    return this.#operation(["destroy", "--yes", "--skip-preview"], extra);
  }

  #operation(args: readonly string[], extra: ExtraArgs): Promise<CommandResult> {
    const flags = extra.filter((item) => typeof item === "string");
    const options = extra.filter((item) => typeof item !== "string");
    return this.run([...args, ...flags], Object.assign({}, ...options));
  }

  async outputs({ showSecrets = false } = {}): Promise<Record<string, unknown>> {
    const { stdout } = await this.run([
      "stack",
      "output",
      "--json",
      ...(showSecrets ? ["--show-secrets"] : []),
    ]);
    return JSON.parse(stdout);
  }

  state(): State {
    return JSON.parse(this.stateText()).checkpoint.latest ?? {};
  }

  stateText(): string {
    return readFileSync(this.stateFile, "utf8");
  }

  async dispose(): Promise<void> {
    for (const command of this.#running) command.kill("SIGKILL", { group: true });
    await Promise.allSettled([...this.#running].map((command) => command.done));
    rmSync(this.#root, { recursive: true, force: true, maxRetries: 5 });
  }
}
