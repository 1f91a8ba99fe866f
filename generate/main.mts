import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { pages } from "./reference.mts";
import { sources } from "./sources.mts";

/** `npm run generate`: writes what is made of the descriptions in provider/; with `--check` it only says what is stale. */

const root = resolve(import.meta.dirname, "..");
// The build, since Node does not resolve the sources' imports; `npm run generate` makes it first.
const require = createRequire(import.meta.url);
const { vendors } = require("../dist/provider/vendors.js");
const { lookups } = require("../dist/provider/lookups.js");
const { ruleOf } = require("../dist/provider/core/contract/check.js");
const { policies } = require("../dist/policy/index.js");
const { standIns } = require("../dist/emulator/vendors.js");
const { exitCodes } = require("../dist/cli/exit-codes.js");
const product = { vendors, lookups, ruleOf, policies, standIns, exitCodes };
const isCheck = process.argv.includes("--check");

const changed = write(sources(root, product));
// Pages are made of the sources, too.
const documents = pages(root, product);
changed.push(...write(documents));
const reference = "docs/reference";
const superfluous = readdirSync(join(root, reference))
  .map((file) => `${reference}/${file}`)
  .filter((file) => !documents.has(file));
if (isCheck) {
  for (const file of [...changed, ...superfluous]) {
    console.error(`stale: ${file}. Run \`npm run generate\``);
    process.exitCode = 1;
  }
} else {
  for (const file of superfluous) rmSync(join(root, file));
  for (const file of changed) console.log(`wrote ${file}`);
}

/** Writes the files that differ. @returns their names */
function write(files: ReadonlyMap<string, string>): string[] {
  const stale = [...files].filter(([file, text]) => {
    const path = join(root, file);
    return !existsSync(path) || readFileSync(path, "utf8") !== text;
  });
  for (const [file, text] of isCheck ? [] : stale) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  return stale.map(([file]) => file);
}
