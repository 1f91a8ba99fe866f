import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** The root of this repository. */
export const repository: string = resolve(import.meta.dirname, "..");

/** What a program resolves, each linked to the repository's copy, so that `@pulumi/pulumi` is loaded only once. */
const packages: Record<string, string> = {
  "pulumi-subaccounts": repository,
  "@pulumi/pulumi": join(repository, "node_modules/@pulumi/pulumi"),
  typescript: join(repository, "node_modules/typescript"),
  "@types/node": join(repository, "node_modules/@types/node"),
};

/** Makes `dir/node_modules`, in which a program and its dynamic-provider process find this package and Pulumi. */
export function linkPackages(dir: string): void {
  for (const [name, target] of Object.entries(packages)) {
    if (!existsSync(target)) continue;
    const link = join(dir, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(target, link, "junction");
  }
}
