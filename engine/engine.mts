import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { buildEngine, goNeeded } from "./build.mts";
import { cacheEntry, cacheFolder, publish, remove, workFolder } from "./cache.mts";
import { downloadEngine } from "./download.mts";
import {
  type EngineOrder,
  engineVersion,
  findOnPath,
  inspect,
  oldestVersion,
  programs,
} from "./installation.mts";
import { withLock } from "./lock.mts";

/** A Pulumi CLI with its Node.js language host and its dynamic-provider shim. */
export interface Engine {
  /** Put this folder first on PATH. */
  binDir: string;
  /** The CLI itself. */
  pulumi: string;
  version: string;
  /** Where it was found, or how it was made. */
  source: "path" | "cache" | "download" | "build";
}

/** How an engine is looked for. */
export interface EngineOptions {
  /** Gets one line per step, and progress of what takes long. */
  log?: (line: string) => void;
  /** Where an engine is kept; left out: see {@link cacheFolder}. */
  cacheDir?: string;
  env?: NodeJS.ProcessEnv;
  /** Just this version, one that can be built; left out: any supported one on PATH, else {@link engineVersion}. */
  version?: string | undefined;
}

/** One way of getting an engine, and why it did not work. */
export interface FailedWay {
  way: string;
  reason: string;
}

/** No engine was found and none could be made. The message names every way, why it failed, and what helps. */
export class EngineError extends Error {
  override name = "EngineError";
  readonly ways: readonly FailedWay[];

  constructor(ways: readonly FailedWay[], version: string | undefined) {
    const wanted = version ?? `${oldestVersion} or newer`;
    super(
      [
        `There is no usable Pulumi CLI (${wanted}, with its language host for Node.js). Tried:`,
        ...ways.map(({ way, reason }) => `  - ${way}: ${reason}`),
        "What helps, any one of these:",
        "  - install Pulumi (https://www.pulumi.com/docs/install/) and have it on PATH",
        `  - install Go ${goNeeded(version ?? engineVersion)} or newer (https://go.dev/dl/) and run this again: it builds Pulumi`,
        "  - if Pulumi is installed already, put its folder on PATH",
      ].join("\n"),
    );
    this.ways = ways;
  }
}

/** Makes an engine in a work folder and returns the folder with its programs. */
type Maker = (order: EngineOrder) => Promise<string>;

const makers: Record<"download" | "build", Maker> = { download: downloadEngine, build: buildEngine };

/**
 * Finds an engine on PATH or in the cache, or makes one: by the official download, else from Pulumi's Go modules.
 * Writes to the cache folder only.
 * @throws EngineError when no way works.
 */
export async function ensureEngine(options: EngineOptions = {}, make = makers): Promise<Engine> {
  const { log = () => {}, env = process.env, version } = options;
  const failed: FailedWay[] = [];
  const onPath = await engineOnPath(env, version, failed, log);
  if (onPath) return onPath;

  const entry = cacheEntry(options.cacheDir ?? cacheFolder(env), version ?? engineVersion);
  const cached = async (): Promise<Engine | undefined> => {
    const found = await inspect(entry);
    return "version" in found ? engine(entry, found.version, "cache") : undefined;
  };
  const kept = await cached();
  if (kept) return kept;
  failed.push({ way: "cache", reason: `no complete engine in ${entry}` });

  mkdirSync(join(entry, ".."), { recursive: true });
  const onWait = (pid: number | undefined) =>
    log(`another run (process ${pid ?? "?"}) prepares Pulumi: waiting for it`);
  return await withLock(
    `${entry}.lock`,
    async () => (await cached()) ?? (await makeEngine(entry, version, failed, make, { log, env })),
    onWait,
  );
}

async function engineOnPath(
  env: NodeJS.ProcessEnv,
  version: string | undefined,
  failed: FailedWay[],
  log: (line: string) => void,
): Promise<Engine | undefined> {
  const path = env["PATH"] ?? "";
  const folder = findOnPath(programs.cli, path);
  let found = folder === undefined ? { problem: "there is no pulumi on PATH" } : await inspect(folder, path);
  if (version !== undefined && "version" in found && found.version !== version) {
    found = { problem: `it is ${found.version}, not ${version}` };
  }
  if (folder !== undefined && "version" in found) return engine(folder, found.version, "path");
  const reason = "problem" in found ? found.problem : "";
  if (folder !== undefined) log(`the Pulumi on PATH is not used: ${reason}`);
  failed.push({ way: "PATH", reason });
  return undefined;
}

async function makeEngine(
  entry: string,
  version: string | undefined,
  failed: FailedWay[],
  make: typeof makers,
  { log, env }: Pick<EngineOrder, "log" | "env">,
): Promise<Engine> {
  for (const source of ["download", "build"] as const) {
    const work = workFolder(entry);
    try {
      const folder = await make[source]({ version: version ?? engineVersion, work, log, env });
      const result = await inspect(folder);
      if ("problem" in result) throw new Error(`the result is not complete: ${result.problem}`);
      publish(folder, entry, work);
      log(`Pulumi ${result.version} is ready in ${entry}`);
      return engine(entry, result.version, source);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      log(`${source} failed: ${reason}`);
      failed.push({ way: source, reason });
    } finally {
      remove(work);
    }
  }
  throw new EngineError(failed, version);
}

function engine(binDir: string, version: string, source: Engine["source"]): Engine {
  return { binDir, pulumi: join(binDir, programs.cli), version, source };
}

if (import.meta.main) {
  try {
    const [asked] = process.argv.slice(2);
    if (asked !== undefined && ![engineVersion, oldestVersion].includes(asked)) {
      throw new Error(
        `Pulumi ${asked} cannot be made; give ${engineVersion}, ${oldestVersion} or no version`,
      );
    }
    const { binDir, version, source } = await ensureEngine({
      log: (line) => console.error(line),
      version: asked,
    });
    console.error(`Pulumi ${version} (${source})`);
    console.log(binDir);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
