/**
 * Writes the JSON Schemas that the package ships: `dist/schemas/tenants.schema.json` and `tiers.schema.json`, and one for what
 * each command prints with `--json`. Part of the build.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { z } from "zod";
import { jsonSchemas } from "./json-schemas.mts";
import { outputSchemas } from "./output-schemas.mts";

const dist = join(import.meta.dirname, "../dist");
const require = createRequire(import.meta.url);
const { vendors } = require(join(dist, "provider/vendors.js"));
const { tenantFile, tiersSchema } = require(join(dist, "tenant/description.js"));
const { usageReport } = require(join(dist, "cli/report/usage-report.js"));
mkdirSync(join(dist, "schemas"), { recursive: true });
const schemas = [
  ...Object.entries(jsonSchemas({ vendors, tenantFile, tiersSchema })),
  ["usage-report", z.toJSONSchema(usageReport, { target: "draft-7" })],
  ...outputSchemas(join(dist, "..")),
];
for (const [name, schema] of schemas) {
  writeFileSync(join(dist, "schemas", `${name}.schema.json`), `${JSON.stringify(schema, null, 2)}\n`);
}
