/**
 * Writes the JSON Schemas that the package ships: `dist/schemas/tenants.schema.json`, `tiers.schema.json`, and
 * `usage-report.schema.json` of what `subaccounts report --json` prints. Part of the build.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { z } from "zod";
import { jsonSchemas } from "./json-schemas.mts";

const dist = join(import.meta.dirname, "../dist");
const require = createRequire(import.meta.url);
const { vendors } = require(join(dist, "provider/vendors.js"));
const { tenantFile, tiersSchema } = require(join(dist, "tenant/description.js"));
mkdirSync(join(dist, "schemas"), { recursive: true });
const { usageReport } = require(join(dist, "cli/report/usage-report.js"));
const schemas = {
  ...jsonSchemas({ vendors, tenantFile, tiersSchema }),
  "usage-report": z.toJSONSchema(usageReport, { target: "draft-7" }),
};
for (const [name, schema] of Object.entries(schemas)) {
  writeFileSync(join(dist, "schemas", `${name}.schema.json`), `${JSON.stringify(schema, null, 2)}\n`);
}
