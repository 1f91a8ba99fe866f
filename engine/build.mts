import { chmodSync, copyFileSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { goModules } from "./cache.mts";
import { engineVersion, isSupported, programs } from "./installation.mts";
import { lastLines, run } from "./process.mts";

/** What Pulumi's own go.mod asks for. */
const minimumGo = "1.25.11";
const timeoutMs = 45 * 60_000;
const progressSeconds = 20;
const versionVariable = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

/** Builds the engine from its pinned Go modules in `work` and returns the folder with its programs. */
export async function buildEngine(
  work: string,
  log: (line: string) => void,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const go: NodeJS.ProcessEnv = {
    ...env,
    // Neither a workspace file further up nor a C compiler has a say in what is built.
    GOWORK: "off",
    CGO_ENABLED: "0",
    // What a killed build leaves is then removed by the next run.
    GOTMPDIR: work,
  };
  const version = await goVersion(go);
  log(
    `building Pulumi ${engineVersion} with ${version}: usually 4 to 8 minutes, once; Go fetches its modules first`,
  );
  const folder = join(work, "build");
  mkdirSync(folder);
  await build({
    module: "cli",
    target: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    flags: ["-ldflags", `-s -w -X ${versionVariable}=v${engineVersion}`],
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
    const args = ["build", "-mod=readonly", "-trimpath", ...step.flags, "-o", step.output, step.target];
    const outcome = await run("go", args, {
      cwd: join(goModules, step.module),
      env: go,
      timeoutMs,
      onSecond: (seconds) => {
        if (seconds % progressSeconds === 0) log(`still building (${seconds} s)`);
        return undefined;
      },
    });
    if (outcome.exitCode !== 0) {
      throw new Error(`go build of ${step.target} failed: ${outcome.problem ?? lastLines(outcome.stderr)}`);
    }
  }
}

/** The version of the Go that will build; a Go that may switch its toolchain does so for this module already here. */
async function goVersion(env: NodeJS.ProcessEnv): Promise<string> {
  const cwd = join(goModules, "cli");
  const outcome = await run("go", ["env", "GOVERSION"], { cwd, env, timeoutMs: 5 * 60_000 });
  if (outcome.problem?.includes("ENOENT"))
    throw new Error(`there is no go on PATH; Go ${minimumGo} or newer is needed`);
  const version = outcome.stdout.trim();
  if (outcome.exitCode !== 0 || !isSupported(version.replace(/^go/, "").split(" ")[0] ?? "", minimumGo)) {
    const why = outcome.problem ?? (lastLines(outcome.stderr) || version);
    throw new Error(`Go ${minimumGo} or newer is needed, or leave to fetch it (GOTOOLCHAIN=auto): ${why}`);
  }
  return version;
}

function pulumiPackage(): string {
  return dirname(createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json"));
}
