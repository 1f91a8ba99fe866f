import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks.js";

const PACKAGE = "pulumi-subaccounts";
// What the `__provider` line requires.
const PROVIDER = `${PACKAGE}/provider`;

// Where Pulumi itself runs the program, its dynamic-provider process has the same working directory. With mocks there is no
// such process. For an inline program of the Automation API it starts in `main` of the project settings, which by default
// is this process's working directory, and which a program is not told. Read at import, since a program may change the
// directory later.
const RUNNER = /[\\/]@pulumi[\\/]pulumi[\\/]cmd[\\/]run([\\/]index\.js)?$/;
/** Whether Pulumi itself runs the program, in a process of its own. @internal */
export const isRunByPulumi: boolean = RUNNER.test(process.argv[1] ?? "");
const programFolder = isRunByPulumi ? process.cwd() : undefined;

let found = false;

/**
 * Checks once per process that the dynamic-provider process will find this package. It looks from the program's folder,
 * while the program may import the package by way of a library that has it in a folder of its own. Nothing is loaded.
 *
 * @throws pulumi.RunError when it will not: an `up` would stop half-way, with Node's stack for a message.
 *
 * @internal
 */
export function refuseLostProvider(): void {
  if (found) return;
  if (programFolder === undefined) {
    tellInlineProgram();
    return;
  }
  const fromProgram = requireFrom(programFolder);
  if (!finds(fromProgram)) {
    throw new pulumi.RunError(
      `cannot find "${PROVIDER}" from the program's folder, ${programFolder}. Pulumi runs the provider there, so it ` +
        "does not matter that a library which the program imports finds the package. Run `npm install <file>` (with " +
        "pnpm: `pnpm add <file>`) in that folder, with the .tgz file of which the library has it.",
    );
  }
  found = true;
  warnOfOtherVersion(fromProgram, programFolder);
}

/** Resolves as the provider process does: a file under `node_modules` belongs to no package, so that folders alone count. */
function requireFrom(folder: string): NodeJS.Require {
  return createRequire(join(folder, "node_modules", "_"));
}

function finds(from: NodeJS.Require): boolean {
  try {
    from.resolve(PROVIDER);
    return true;
  } catch {
    return false;
  }
}

/** Tells once, before Pulumi fails, where the provider of an inline program is looked for. It may be well: `main` decides. */
function tellInlineProgram(): void {
  found = true;
  if (pulumi.runtime.getMonitor() instanceof MockMonitor || finds(requireFrom(process.cwd()))) return;
  void pulumi.log.info(
    "if Pulumi cannot start the provider (could not read plugin: EOF): it starts it in the folder `main` of the inline " +
      `program's projectSettings, without that in ${process.cwd()}, where ${PACKAGE} is not found. Set \`projectSettings: ` +
      '{ name, runtime: "nodejs", main: <folder of your package.json> }`',
  );
}

/** Two copies of one version are as good as one: the line is all that they share. */
function warnOfOtherVersion(fromProgram: NodeJS.Require, folder: string): void {
  const manifest = `${PACKAGE}/package.json`;
  const [ours, theirs] = [createRequire(__filename).resolve(manifest), fromProgram.resolve(manifest)];
  if (ours === theirs) return;
  const versions = [ours, theirs].map((file) => (fromProgram(file) as { version: string }).version);
  if (versions[0] === versions[1]) return;
  void pulumi.log.warn(
    `the program imports ${PACKAGE} ${versions[0]} (${dirname(ours)}), but its provider, which Pulumi runs in ` +
      `${folder}, is version ${versions[1]} (${dirname(theirs)}); install one version in both places`,
  );
}
