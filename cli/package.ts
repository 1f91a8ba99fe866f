import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isWithin } from "./doctor/world";

/** The fields of a package.json that this command reads. */
export interface Manifest {
  readonly version: string;
  readonly engines?: { readonly node?: string };
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** The folder of the package that this command is part of: the built file lies one folder deeper than its source. */
export function ownFolder(folder: string = __dirname): string {
  return existsSync(join(folder, "package.json")) ? folder : ownFolder(dirname(folder));
}

/** The package.json in `folder`. @throws Error if there is none, or none that npm would install. */
export function manifestIn(folder: string): Manifest {
  const parsed: Manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return parsed;
}

/** Why this command cannot run on a Node, with what to do; undefined where it can. */
export function oldNodeProblem(version: string = process.versions.node): string | undefined {
  const oldest = /[\d.]+/.exec(manifestIn(ownFolder()).engines?.node ?? "")?.[0] ?? "";
  if (isWithin(version, oldest)) return undefined;
  return `this command needs Node ${oldest} or newer, and runs on ${version}: put a newer Node first on PATH (https://nodejs.org)`;
}
