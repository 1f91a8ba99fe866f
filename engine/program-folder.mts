import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** The root of this repository. */
export const repository: string = resolve(import.meta.dirname, "..");

/** Packages that every program resolves, each linked to the repository's copy, so that `@pulumi/pulumi` is loaded only once. */
const packages: Record<string, string> = {
  "pulumi-subaccounts": repository,
  "@pulumi/pulumi": join(repository, "node_modules/@pulumi/pulumi"),
  typescript: join(repository, "node_modules/typescript"),
  "@types/node": join(repository, "node_modules/@types/node"),
};

/**
 * Makes `dir/node_modules`, in which a program and its dynamic-provider process find this package, Pulumi, and whatever
 * else the program's own `package.json` depends on; with the command of this package, as npm links it.
 */
export function linkPackages(dir: string): void {
  for (const [name, target] of Object.entries({ ...dependencies(dir), ...packages })) {
    if (!existsSync(target)) continue;
    const link = join(dir, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(target, link, "junction");
  }
  mkdirSync(join(dir, "node_modules/.bin"), { recursive: true });
  symlinkSync("../pulumi-subaccounts/dist/cli/main.js", join(dir, "node_modules/.bin/subaccounts"));
}

function dependencies(dir: string): Record<string, string> {
  const file = join(dir, "package.json");
  if (!existsSync(file)) return {};
  const manifest: { dependencies?: object } = JSON.parse(readFileSync(file, "utf8"));
  const names = Object.keys(manifest.dependencies ?? {});
  return Object.fromEntries(names.map((name) => [name, join(repository, "node_modules", name)]));
}
