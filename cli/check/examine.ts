import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Values } from "../../provider/core/contract/resource";
import { findTenants, findTiers } from "../../tenant/files";
import { tiersIn } from "../tiers-file";
import type { CheckReport, Problem } from "./report";

/** A refusal of `subaccounts check`; its message is for the person who called it. */
export class CheckError extends Error {}

const NOTHING: ReturnType<typeof findTenants> = {
  tenants: [],
  problems: [],
  files: [],
  unread: [],
  pins: new Map(),
  sources: new Map(),
};

/** Checks files, relative to the working directory. @throws CheckError where it is not clear what to check */
export function examine(paths: readonly string[], tiers: string | undefined): CheckReport {
  refuseProgram(paths);
  const tiersFile = tiers ?? tiersBeside(paths);
  const ofTiers = tiersFile === undefined ? undefined : findTiers(tiersFile);
  // Without the tiers of a file that cannot be read, each tenant would seem to lack what its tier gives.
  const isLost = ofTiers && ofTiers.problems.length > 0 && Object.keys(ofTiers.tiers).length === 0;
  const found = isLost ? NOTHING : findTenants(paths.map(patternOf), ofTiers?.tiers);
  // Of the tiers' own, the file's have a line.
  const ofTenants = found.problems.filter(({ file }) => ofTiers === undefined || file !== "tiers");
  const problems = [...(ofTiers?.problems ?? []), ...ofTenants].map(
    ({ text, ...place }): Problem => ({ ...place, message: text }),
  );
  return {
    ok: problems.length === 0,
    tenants: found.tenants.length,
    files: found.files,
    tiers: tiersFile ?? null,
    problems,
    unread: found.unread,
    tierless: tiersFile === undefined ? tiersNamed(found.tenants) : [],
  };
}

/** Names of tiers of tenants that bring none of their own; without a file of tiers nothing is known of them. */
function tiersNamed(tenants: readonly Values[]): string[] {
  const named = tenants.flatMap(({ tier, tiers }) =>
    typeof tier === "string" && tiers === undefined ? [tier] : [],
  );
  return [...new Set(named)].sort();
}

/** A program's folder holds other files of these kinds. @throws CheckError */
function refuseProgram(paths: readonly string[]): void {
  const found = paths.find((path) =>
    ["Pulumi.yaml", "Pulumi.yml"].some((name) => existsSync(join(path, name))),
  );
  if (found === undefined) return;
  const folder = join(found, "tenants");
  throw new CheckError(`${found} is the folder of a program: name that of its tenants, such as ${folder}`);
}

/** A folder stands for the files of tenants in it. */
function patternOf(path: string): string {
  return isFolder(path) ? join(path, "*.{yaml,yml,json}") : path;
}

/** The file of tiers in the folders of these paths, or in those above them. */
function tiersBeside(paths: readonly string[]): string | undefined {
  const folders = paths.map((path) => (isFolder(path) ? path : dirname(path)));
  const found = new Set(folders.flatMap((folder) => tiersIn(folder) ?? tiersIn(dirname(folder)) ?? []));
  if (found.size > 1) {
    throw new CheckError(`there are several files of tiers: ${[...found].join(", ")}. Name one with --tiers`);
  }
  return [...found][0];
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
