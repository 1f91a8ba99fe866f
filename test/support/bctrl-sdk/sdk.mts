import { type ChildProcessWithoutNullStreams, execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { promisify } from "node:util";
import { cacheFolder, publish, remove, workFolder } from "../../../engine/cache.mts";
import { hermeticEnv } from "../../../engine/environment.mts";

const run = promisify(execFile);
const here = import.meta.dirname;
const requirements = join(here, "requirements.txt");

/** Why the SDK cannot be had on this machine; each is in the list of test/support/closing-line.mts. */
const NO_PYTHON =
  "there is no Python 3.10 or newer with pip, which runs bctrl's own SDK: apt-get install python3-pip";
const NO_REGISTRY = "Python's package registry has no bctrl, or cannot be reached";

/** The outcome of one call, as driver.py tells it. */
export interface Outcome {
  /** What the SDK made of the reply's body, in the names of the wire. */
  readonly value: unknown;
  /** What the SDK's models let pass although they do not have it. */
  readonly flaws: readonly string[];
  /** The class of the SDK's error. */
  readonly error?: string;
  readonly status?: number;
  readonly retryAfter?: string | null;
}

/** Installs the SDK into the cache folder, once. @returns its folder, or what this machine lacks */
export async function installSdk(): Promise<{ readonly folder: string } | { readonly lacks: string }> {
  const probe =
    "import pip, sys, sysconfig; assert sys.version_info >= (3, 10); print(sys.implementation.cache_tag, sysconfig.get_platform())";
  const python = await run("python3", ["-c", probe]).catch(() => undefined);
  if (python === undefined) return { lacks: NO_PYTHON };
  const cache = cacheFolder(process.env);
  const hash = createHash("sha256").update(python.stdout).update(readFileSync(requirements));
  const folder = join(cache, `bctrl-sdk-${hash.digest("hex").slice(0, 12)}`);
  if (existsSync(folder)) return { folder };
  mkdirSync(cache, { recursive: true });
  const work = workFolder(folder);
  try {
    const target = join(work, "packages");
    const quick = ["--quiet", "--disable-pip-version-check", "--no-compile", "--only-binary", ":all:"];
    await run("python3", ["-m", "pip", "install", ...quick, "--target", target, "-r", requirements]);
    publish(target, folder, work);
    return { folder };
  } catch (error) {
    const { stderr = "" } = error as { readonly stderr?: string };
    if (stderr.includes("(from versions: none)")) return { lacks: NO_REGISTRY };
    throw error;
  } finally {
    remove(work);
  }
}

/** The SDK in a Python process, which needs a second to start: one for all tests of a file. */
export class Sdk {
  readonly #python: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  #errors = "";

  constructor(folder: string) {
    const env = hermeticEnv([], { PYTHONPATH: folder });
    this.#python = spawn("python3", [join(here, "driver.py")], { env });
    const { stdin, stdout, stderr } = this.#python;
    stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#errors += text;
    });
    // The process has ended: the next call says why.
    stdin.on("error", () => {});
    this.#lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  }

  /** Calls one of the SDK's methods, such as `subaccounts.create`, with arguments in its own names. */
  async call(
    { url, apiKey: token }: { readonly url: string; readonly apiKey: string },
    call: string,
    given: Readonly<Record<string, unknown>>,
  ): Promise<Outcome> {
    this.#python.stdin.write(`${JSON.stringify({ url, token, call, arguments: given })}\n`);
    const line = await this.#lines.next();
    if (line.done) throw new Error(`the SDK's process ended: ${this.#errors}`);
    return JSON.parse(line.value) as Outcome;
  }

  close(): void {
    this.#python.stdin.end();
  }
}
