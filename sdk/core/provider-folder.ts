import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";

const PACKAGE = "pulumi-subaccounts";
// What the `__provider` line requires.
const PROVIDER = `${PACKAGE}/provider`;

// Where Pulumi itself runs the program, its dynamic-provider process has the same working directory. Elsewhere (mocks,
// inline programs of the Automation API) there is no such process, or no telling where it runs. Read at import, since a
// program may change the directory later.
const RUNNER = /[\\/]@pulumi[\\/]pulumi[\\/]cmd[\\/]run([\\/]index\.js)?$/;
const programFolder = RUNNER.test(process.argv[1] ?? "") ? process.cwd() : undefined;

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
  if (found || programFolder === undefined) return;
  // A file under `node_modules` belongs to no package: it resolves by folders alone, as the provider process does.
  const fromProgram = createRequire(join(programFolder, "node_modules", "_"));
  try {
    fromProgram.resolve(PROVIDER);
  } catch {
    throw new pulumi.RunError(
      `cannot find "${PROVIDER}" from the program's folder, ${programFolder}. Pulumi runs the provider there, so it ` +
        `does not matter that a library which the program imports finds the package. Run \`npm install ${PACKAGE}\` ` +
        `(with pnpm: \`pnpm add ${PACKAGE}\`) in that folder; if you installed the package from a .tgz file, put its ` +
        "path in place of the name.",
    );
  }
  found = true;
  warnOfOtherVersion(fromProgram, programFolder);
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
