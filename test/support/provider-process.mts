import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { hermeticEnv } from "../../engine/environment.mts";
import { linkPackages, repository } from "../../engine/program-folder.mts";

const script = join(repository, "node_modules/@pulumi/pulumi/cmd/dynamic-provider/index.js");

/** How a dynamic-provider process is started. */
export interface DynamicProviderOptions {
  /** A folder in which `pulumi-subaccounts` resolves; left out: a temporary one. */
  cwd?: string;
  /** Added to the caller's environment, from which vendor keys and endpoints are removed. */
  env?: Record<string, string>;
}

/** Pulumi's dynamic-provider process, and a port that stands for the engine that started it. */
export class ProviderProcess {
  readonly pid: number;
  /** Settles when the process has ended. */
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  readonly #child: ChildProcess;
  readonly #engine: Server;
  readonly #connections = new Set<Socket>();
  readonly #folder: string | undefined;
  #address = "";
  #stdout = "";
  #stderr = "";

  private constructor(child: ChildProcess, engine: Server, folder: string | undefined) {
    this.#child = child;
    this.#engine = engine;
    this.#folder = folder;
    this.pid = child.pid ?? -1;
    engine.on("connection", (socket) => {
      this.#connections.add(socket.on("error", () => {}));
      socket.once("close", () => this.#connections.delete(socket));
    });
    child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
      this.#stderr += chunk;
    });
    this.exited = new Promise((resolve) => child.once("close", (code, signal) => resolve({ code, signal })));
  }

  /** Starts the process and waits until it listens. */
  static async start(options: DynamicProviderOptions): Promise<ProviderProcess> {
    const folder = options.cwd ?? mkdtempSync(join(tmpdir(), "subaccounts-provider-"));
    if (options.cwd === undefined) linkPackages(folder);
    const engine = createServer();
    await once(engine.listen(0, "127.0.0.1"), "listening");
    const address = engine.address();
    if (address === null || typeof address === "string")
      throw new Error("the stand-in of the engine has no port");
    const child = spawn(process.execPath, [script, `127.0.0.1:${address.port}`], {
      cwd: folder,
      env: hermeticEnv([], options.env),
      stdio: ["ignore", "pipe", "pipe"],
    });
    const started = new ProviderProcess(child, engine, options.cwd === undefined ? folder : undefined);
    try {
      await started.#listens();
    } catch (error) {
      await started.close();
      throw error;
    }
    return started;
  }

  async #listens(): Promise<void> {
    const port = new Promise<string>((resolve) => {
      if (!this.#child.stdout) return;
      // The first line is the port, every later one is output of the provider.
      let first = true;
      createInterface({ input: this.#child.stdout }).on("line", (line) => {
        if (first) resolve(line.trim());
        else this.#stdout += `${line}\n`;
        first = false;
      });
    });
    const ended = this.exited.then(({ code, signal }) => {
      throw new Error(`the dynamic provider ended (${code ?? signal}) before it listened:\n${this.#stderr}`);
    });
    this.#address = `127.0.0.1:${await Promise.race([port, ended])}`;
    // From here on the end of the process is no failure.
    ended.catch(() => {});
  }

  /** Where the process listens. */
  get address(): string {
    return this.#address;
  }

  /** What it has written to standard error. */
  stderr(): string {
    return this.#stderr;
  }

  /** What it has written to standard output after its port. */
  stdout(): string {
    return this.#stdout;
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Closes the connections to the engine's address, where it goes on listening. */
  closeConnections(): void {
    for (const socket of this.#connections) socket.destroy();
  }

  /** Stops listening on the engine's address, as when the CLI itself is killed. */
  async stopEngine(): Promise<void> {
    if (!this.#engine.listening) return;
    const closed = once(this.#engine, "close");
    this.#engine.close();
    this.closeConnections();
    await closed;
  }

  /** Kills the process and removes what was made for it. */
  async close(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.exited;
    await this.stopEngine();
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
  }
}
