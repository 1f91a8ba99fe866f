import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Tenants in one file. */
const PER_FILE = 1000;

/** Writes so many tenants, of one tier and with an account at Zavu, into the folder of a fleet. */
export function writeTenants(folder: string, count: number): void {
  rmSync(join(folder, "tenants"), { recursive: true, force: true });
  mkdirSync(join(folder, "tenants"));
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  for (let start = 0; start < count; start += PER_FILE) {
    const entries = numbers.slice(start, start + PER_FILE).map(entryOf);
    writeFileSync(join(folder, `tenants/from-${start + 1}.yaml`), entries.join(""));
  }
}

const entryOf = (number: number): string =>
  `---\n{ externalId: ${idOf(number)}, name: Customer ${number}, tier: trial, vendors: { zavu: {} } }\n`;

export const idOf = (number: number): string => `customer-${number}`;
