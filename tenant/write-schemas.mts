/**
 * Writes the JSON Schemas that the package ships: `dist/schemas/tenants.schema.json` and `tiers.schema.json`. Part of
 * the build.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const dist = join(import.meta.dirname, "../dist");
const { jsonSchemas } = createRequire(import.meta.url)(join(dist, "tenant/json-schema.js")) as {
  jsonSchemas: () => Record<string, object>;
};
mkdirSync(join(dist, "schemas"), { recursive: true });
for (const [name, schema] of Object.entries(jsonSchemas())) {
  writeFileSync(join(dist, "schemas", `${name}.schema.json`), `${JSON.stringify(schema, null, 2)}\n`);
}
