import { chmodSync, copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { goModules } from "./cache.mts";
import { type EngineOrder, isSupported, programs } from "./installation.mts";
import { lastLines, type Outcome, run } from "./process.mts";

const timeoutMs = 60 * 60_000;
const progressSeconds = 20;
const versionVariable = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

/** The oldest Go that builds this version of the CLI: what its `go.mod` asks for. */
export function goNeeded(version: string): string {
  const needed = /^go (\S+)$/m.exec(readFileSync(join(goModules, version, "go.mod"), "utf8"))?.[1];
  if (needed === undefined) throw new Error(`the go.mod of Pulumi ${version} does not say which Go it needs`);
  return needed;
}

/** Builds the engine from its pinned Go modules and returns the folder with its programs. */
export async function buildEngine({ version, work, log, env }: EngineOrder): Promise<string> {
  const go: NodeJS.ProcessEnv = {
    ...env,
    // Neither a workspace file further up nor a C compiler has a say in what is built.
    GOWORK: "off",
    CGO_ENABLED: "0",
    // What a killed build leaves is then removed by the next run.
    GOTMPDIR: work,
  };
  const goVersion = await versionOfGo(version, go);
  log(`building Pulumi ${version} with ${goVersion}: usually 5 to 12 minutes on two cores, once`);
  const folder = join(work, "build");
  mkdirSync(folder);
  await build({
    module: version,
    target: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    flags: ["-ldflags", `-s -w -X ${versionVariable}=v${version}`],
    output: join(folder, programs.cli),
  });
  log("building the language host for Node.js (usually 20 to 60 s)");
  await build({
    module: "language-host",
    target: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
    flags: ["-ldflags", "-s -w"],
    output: join(folder, programs.languageHost),
  });
  const shim = join(folder, programs.dynamicProvider);
  copyFileSync(join(pulumiPackage(), programs.dynamicProvider), shim);
  chmodSync(shim, 0o755);
  return folder;

  async function build(step: {
    module: string;
    target: string;
    flags: string[];
    output: string;
  }): Promise<void> {
    const cwd = join(goModules, step.module);
    const listed = await run("go", ["list", "-mod=readonly", "-deps", step.target], {
      cwd,
      env: go,
      timeoutMs,
      onSecond: (seconds) => {
        if (seconds % progressSeconds === 0) log(`Go fetches modules (${seconds} s)`);
        return undefined;
      },
    });
    expectDone(listed, `go list of ${step.target}`, listed.stderr);
    const packages = new Set(listed.stdout.split("\n").filter(Boolean));
    const args = ["build", "-v", "-mod=readonly", "-trimpath", ...step.flags, "-o", step.output, step.target];
    const built = await run("go", args, {
      cwd,
      env: go,
      timeoutMs,
      onSecond: (seconds, stderr) => {
        // Go names each package that it compiles; those in its build cache it passes over.
        const compiled = stderr.split("\n").length - 1;
        if (seconds % progressSeconds === 0)
          log(`compiled ${compiled} of at most ${packages.size} packages (${seconds} s)`);
        return undefined;
      },
    });
    const said = built.stderr.split("\n").filter((line) => !packages.has(line));
    expectDone(built, `go build of ${step.target}`, said.join("\n"));
  }
}

function expectDone({ exitCode, problem }: Outcome, what: string, said: string): void {
  if (exitCode !== 0) throw new Error(`${what} failed: ${problem ?? lastLines(said)}`);
}

/** The Go that will build; one that may switch its toolchain does so for this module already here. */
async function versionOfGo(pulumi: string, env: NodeJS.ProcessEnv): Promise<string> {
  const needed = goNeeded(pulumi);
  const cwd = join(goModules, pulumi);
  const outcome = await run("go", ["env", "GOVERSION"], { cwd, env, timeoutMs: 5 * 60_000 });
  if (outcome.problem?.includes("ENOENT"))
    throw new Error(`there is no go on PATH; Go ${needed} or newer is needed`);
  const version = outcome.stdout.trim();
  if (outcome.exitCode !== 0 || !isSupported(version.replace(/^go/, "").split(" ")[0] ?? "", needed)) {
    const why = outcome.problem ?? (lastLines(outcome.stderr) || version);
    throw new Error(`Go ${needed} or newer is needed, or leave to fetch it (GOTOOLCHAIN=auto): ${why}`);
  }
  return version;
}

function pulumiPackage(): string {
  return dirname(createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json"));
}
