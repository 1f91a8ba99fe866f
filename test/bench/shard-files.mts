import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** The time that the program of one of 100 shards takes to load its tenants, of 10,000 files: with the list of its files, and without. */

const FILES = Number(process.argv[2] ?? 10_000);
const ROUNDS = 5;
const require = createRequire(import.meta.url);
const { readTenants } = require(resolve(import.meta.dirname, "../../dist/tenant/files.js"));
const folder = mkdtempSync(join(tmpdir(), "shard-files-"));
process.chdir(folder);
mkdirSync("tenants");
const tenants: string[] = [];
for (let index = 0; index < FILES; index++) {
  const externalId = `tenant-${index}`;
  const vendors = "{ zavu: { creditLimit: 500 }, bctrl: { deletionPolicy: retain } }";
  writeFileSync(
    `tenants/${externalId}.yaml`,
    `externalId: ${externalId}\nname: Customer ${index}\nvendors: ${vendors}\n`,
  );
  const hash = createHash("sha256").update(externalId).digest().readUInt32BE();
  if (hash % 100 === 0) tenants.push(externalId);
}
tenants.sort();
const own = new Set(tenants);
const shard = { name: "0", has: (externalId: string) => own.has(externalId) };
const files = tenants.map((externalId) => resolve(`tenants/${externalId}.yaml`)).sort();
writeFileSync(
  "list.json",
  JSON.stringify({ shard: "0", patterns: [resolve("tenants/*.yaml")], files, tenants }),
);

function measure(list: string | undefined): number {
  const times = Array.from({ length: ROUNDS }, () => {
    const started = performance.now();
    const found = readTenants(["tenants/*.yaml"], undefined, shard, list);
    if (found.tenants.length !== tenants.length || found.problems.length > 0)
      throw new Error("other tenants");
    return performance.now() - started;
  });
  return Math.min(...times);
}

try {
  const [all, listed] = [measure(undefined), measure("list.json")];
  console.log(`${FILES} files, ${tenants.length} tenants of the shard, least of ${ROUNDS}:`);
  console.log(`  all files are read: ${all.toFixed(0)} ms; those of the list: ${listed.toFixed(1)} ms`);
  console.log(
    `  100 shards: ${((all * 100) / 1000).toFixed(0)} s and ${((listed * 100) / 1000).toFixed(1)} s of a processor`,
  );
} finally {
  process.chdir(tmpdir());
  rmSync(folder, { recursive: true });
}
