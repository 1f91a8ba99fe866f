import { existsSync } from "node:fs";
import { join } from "node:path";

const NAMES = ["tiers.yaml", "tiers.yml", "tiers.json"];

/** The file of tiers in a folder; undefined where there is none. */
export function tiersIn(folder: string): string | undefined {
  return NAMES.map((name) => join(folder, name)).find((file) => existsSync(file));
}
