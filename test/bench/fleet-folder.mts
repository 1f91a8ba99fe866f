import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Tenants in one file. */
const PER_FILE = 1000;

/** Writes so many tenants of one tier, each with an account at these vendors, into the folder of a fleet. */
export function writeTenants(folder: string, count: number, vendors: readonly string[] = ["zavu"]): void {
  rmSync(join(folder, "tenants"), { recursive: true, force: true });
  mkdirSync(join(folder, "tenants"));
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  for (let start = 0; start < count; start += PER_FILE) {
    const entries = numbers.slice(start, start + PER_FILE).map((number) => entryOf(number, vendors));
    writeFileSync(join(folder, `tenants/from-${start + 1}.yaml`), entries.join(""));
  }
}

function entryOf(number: number, vendors: readonly string[]): string {
  const at = vendors.map((vendor) => `${vendor}: {}`).join(", ");
  return `---\n{ externalId: ${idOf(number)}, name: Customer ${number}, tier: trial, vendors: { ${at} } }\n`;
}

export const idOf = (number: number): string => `customer-${number}`;
