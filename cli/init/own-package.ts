import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { manifestIn, ownFolder } from "../package";
import { InitError } from "./init-error";

const NAME = "pulumi-subaccounts";

/**
 * Finds what a new program's package.json says of this package: the version or the file by which it was installed itself,
 * or in a clone the file that `npm pack` made.
 *
 * @param folder of the program.
 * @param from the folder that `given` is relative to.
 * @param own the folder of this package.
 * @throws InitError where there is none: nothing may fetch the name from a registry that does not have it.
 */
export function packageFile(
  folder: string,
  from: string,
  given: string | undefined,
  own: string = ownFolder(),
): string {
  if (given !== undefined) {
    const file = resolve(from, given);
    if (!existsSync(file)) throw new InitError(`--package: there is no file ${file}`);
    if (!/\.t(?:ar\.)?gz$/.test(file)) {
      throw new InitError(`--package: ${file} is no .tgz file: give the one that \`npm pack\` made`);
    }
    return fileSpec(folder, file);
  }
  const installed = specAbove(dirname(own));
  if (installed?.spec.startsWith("file:")) {
    return fileSpec(folder, resolve(installed.folder, installed.spec.slice("file:".length)));
  }
  if (installed !== undefined) return installed.spec;
  const packed = join(own, `${NAME}-${manifestIn(own).version}.tgz`);
  if (existsSync(packed)) return fileSpec(folder, packed);
  throw new InitError(
    `this package is in no registry yet, and ${packed} is not there: run \`npm pack\` in ${own} first, or give ` +
      "--package <file>",
  );
}

/** The nearest package.json above that depends on this package. */
function specAbove(folder: string): { folder: string; spec: string } | undefined {
  const file = join(folder, "package.json");
  if (existsSync(file)) {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(file, "utf8"));
    const spec: unknown = { ...devDependencies, ...dependencies }[NAME];
    if (typeof spec === "string") return { folder, spec };
  }
  return dirname(folder) === folder ? undefined : specAbove(dirname(folder));
}

function fileSpec(folder: string, file: string): string {
  return `file:${relative(folder, file).replaceAll("\\", "/")}`;
}
