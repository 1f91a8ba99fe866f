/**
 * Writes the JSON Schemas that the package ships, in `dist/schemas`: of files of tenants and of tiers, of fleet.yaml, and of
 * what each command prints with `--json`. Part of the build.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { draft7, jsonSchemas } from "./json-schemas.mts";
import { outputSchemas } from "./output-schemas.mts";

const dist = join(import.meta.dirname, "../dist");
const require = createRequire(import.meta.url);
const { vendors } = require(join(dist, "provider/vendors.js"));
const { tenantFile, tiersSchema } = require(join(dist, "tenant/description.js"));
const { fleetSchema } = require(join(dist, "fleet/shards/file.js"));
const load = (file: string) => require(join(dist, file.replace(/ts$/, "js")));
const schemas = {
  ...jsonSchemas({ vendors, tenantFile, tiersSchema }),
  fleet: draft7(fleetSchema),
  ...Object.fromEntries(await outputSchemas(join(dist, ".."), load)),
};
mkdirSync(join(dist, "schemas"), { recursive: true });
for (const [name, schema] of Object.entries(schemas)) {
  writeFileSync(join(dist, "schemas", `${name}.schema.json`), `${JSON.stringify(schema, null, 2)}\n`);
}
