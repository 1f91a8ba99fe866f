import { closeSync, existsSync, openSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { nearest } from "../../provider/core/base/nearest";
import { vendors } from "../../provider/vendors";
import { isThere, makeFolder } from "../folders";
import { manifestIn, ownFolder } from "../package";
import { filesOf, type Scaffold } from "./files";
import { InitError } from "./init-error";
import { packageFile } from "./own-package";

export { InitError };

/** What was asked for. */
interface Wishes {
  /** The folder of the program, absolute. */
  readonly folder: string;
  /** The folder that `package` is relative to. */
  readonly from: string;
  readonly vendors?: readonly string[];
  readonly esm?: boolean;
  readonly package?: string;
}

/** Writes a new program. @throws InitError before anything is written, where it cannot be. */
export function scaffold({ folder, from, ...wishes }: Wishes): Scaffold {
  const names = vendorsOf(wishes.vendors);
  const { devDependencies = {} } = manifestIn(ownFolder());
  const version = (name: string) => devDependencies[name] ?? "*";
  const project = projectName(basename(folder));
  const files = filesOf({
    project,
    vendors: names,
    isEsm: wishes.esm ?? false,
    dependencies: {
      "@pulumi/pulumi": `^${version("@pulumi/pulumi")}`,
      "pulumi-subaccounts": packageFile(folder, from, wishes.package),
    },
    devDependencies: { "@types/node": `^${version("@types/node")}`, typescript: version("typescript") },
  });
  refuseExisting(folder, Object.keys(files));
  writeAll(folder, files);
  return { project, files };
}

/** Writes all of the files or none. @throws InitError that says which one could not be written, and why */
function writeAll(folder: string, files: Readonly<Record<string, string>>): void {
  const made: string[] = [];
  let path = folder;
  try {
    for (const [file, text] of Object.entries(files)) {
      path = join(folder, file);
      makeFolder(dirname(path), made);
      const opened = openSync(path, "wx");
      made.push(path);
      try {
        writeFileSync(opened, text);
      } finally {
        closeSync(opened);
      }
    }
  } catch (error) {
    for (const each of made.reverse()) rmSync(each, { recursive: true, force: true });
    const why = error instanceof Error && "code" in error ? error.code : String(error);
    throw new InitError(
      `${path} cannot be written (${why}), and nothing was: give a folder that you may write`,
    );
  }
}

function vendorsOf(wanted: readonly string[] | undefined): string[] {
  const known = Object.keys(vendors);
  if (wanted === undefined) return known;
  if (wanted.length === 0) throw new InitError(`--vendors is empty: give some of ${known.join(",")}`);
  for (const name of wanted.filter((each) => !known.includes(each))) {
    const meant = nearest(name, known);
    const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
    throw new InitError(
      `there is no vendor ${JSON.stringify(name)}: the vendors are ${known.join(", ")}${hint}`,
    );
  }
  return known.filter((name) => wanted.includes(name));
}

/** A name that Pulumi takes for a project, from that of its folder. */
function projectName(folder: string): string {
  const name = folder.replace(/[^\w.-]+/g, "-").replace(/^[^a-z0-9]+|-+$/gi, "");
  return name.slice(0, 100) || "tenants";
}

function refuseExisting(folder: string, files: readonly string[]): void {
  if (existsSync(folder) && !statSync(folder).isDirectory()) {
    throw new InitError(`${folder} is a file: give a folder`);
  }
  const there = files.filter((file) => isThere(join(folder, file)));
  if (there.length === 0) return;
  throw new InitError(
    `${folder} has ${there.join(", ")} already, and nothing was written: give an empty folder`,
  );
}
