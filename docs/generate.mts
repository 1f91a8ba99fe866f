import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pages } from "./reference.mts";

/** `npm run docs`: writes the generated documentation; with `--check` it only says what is stale. */

const root = resolve(import.meta.dirname, "..");
// The build, since Node does not resolve the sources' imports; `npm run docs` makes it first.
const require = createRequire(import.meta.url);
const { vendors } = require("../dist/provider/vendors.js");
const { ruleOf } = require("../dist/provider/core/contract/check.js");
const { policies } = require("../dist/policy/index.js");

const generated = pages(root, { vendors, ruleOf, policies });
const stale = [...generated].filter(([file, text]) => {
  const path = join(root, file);
  return !existsSync(path) || readFileSync(path, "utf8") !== text;
});
const reference = "docs/reference";
mkdirSync(join(root, reference), { recursive: true });
const superfluous = readdirSync(join(root, reference))
  .map((file) => `${reference}/${file}`)
  .filter((file) => !generated.has(file));

if (process.argv.includes("--check")) {
  for (const file of [...stale.map(([name]) => name), ...superfluous]) {
    console.error(`stale: ${file}. Run \`npm run docs\``);
    process.exitCode = 1;
  }
} else {
  for (const [file, text] of stale) writeFileSync(join(root, file), text);
  for (const file of superfluous) rmSync(join(root, file));
  console.log(`${generated.size} files, ${stale.length + superfluous.length} of them changed`);
}
