import { z } from "zod";
import type { Field, Fields } from "../provider/core/contract/description.ts";
import type { tenantFile, tiersSchema } from "../tenant/description.ts";
import { hoverOf } from "./hover.mts";

/** The parts of the product that the schemas are made of. */
export interface Described {
  readonly vendors: Readonly<
    Record<string, Readonly<Record<"SubAccount" | "ApiKey", { description: { args: Fields } }>>>
  >;
  readonly tenantFile: typeof tenantFile;
  readonly tiersSchema: typeof tiersSchema;
}

/** A node of a JSON Schema of draft 7, which all editors know. */
interface Node {
  title?: string;
  description?: string;
  default?: unknown;
  properties?: Record<string, Node>;
  anyOf?: Node[];
  additionalProperties?: Node;
  items?: Node;
  allOf?: Node[];
  $ref?: string;
  definitions?: Record<string, Node>;
}

/** The JSON Schemas by which editors complete, explain and check files of tenants and of tiers. */
export function jsonSchemas({
  vendors,
  tenantFile,
  tiersSchema,
}: Described): Record<"tenants" | "tiers", object> {
  const tenants = draft7(tenantFile());
  const [one, list] = tenants.anyOf ?? [];
  for (const tenant of [one, list?.items]) {
    titleAll(tenant);
    for (const [vendor, { SubAccount, ApiKey }] of Object.entries(vendors)) {
      explain(tenant?.properties?.["vendors"]?.properties?.[vendor], SubAccount.description.args);
      explain(tenant?.properties?.["keys"]?.properties?.[vendor], ApiKey.description.args);
      explain(furtherKeyOf(tenant, vendor), ApiKey.description.args);
      explain(tierOf(tenant?.properties?.["tiers"], vendor), SubAccount.description.args);
    }
  }
  const tiers = draft7(tiersSchema);
  for (const [vendor, { SubAccount }] of Object.entries(vendors)) {
    explain(tierOf(tiers, vendor), SubAccount.description.args);
  }
  return { tenants, tiers };
}

/** A schema as editors read it. */
export function draft7(schema: z.ZodType): Node {
  const made = z.toJSONSchema(schema, {
    target: "draft-7",
    io: "input",
    reused: "inline",
    unrepresentable: "any",
  });
  const { definitions: _, ...root } = made as Node;
  return withoutReferences(root);
}

/** Any JSON value: zod's definition of one is recursive, and says no more. */
function withoutReferences(node: Node): Node {
  return JSON.parse(JSON.stringify(node), (_, value: unknown) => {
    if (typeof value !== "object" || value === null) return value;
    const { $ref, allOf, ...rest } = value as Node;
    return $ref !== undefined || allOf?.some((each) => Object.keys(each).length === 0) ? rest : value;
  });
}

function furtherKeyOf(tenant: Node | undefined, vendor: string): Node | undefined {
  return tenant?.properties?.["moreKeys"]?.properties?.[vendor]?.additionalProperties;
}

function tierOf(tiers: Node | undefined, vendor: string): Node | undefined {
  return tiers?.additionalProperties?.properties?.[vendor];
}

/** Gives each argument its name, its meaning and its facts; a key of an argument too. */
function explain(node: Node | undefined, fields: Fields): void {
  const object = node?.properties ? node : node?.anyOf?.find(({ properties }) => properties);
  for (const [name, property] of Object.entries(object?.properties ?? {})) {
    const { [name]: field } = fields;
    property.title = name;
    if (field === undefined) continue;
    property.description = textOf(field, property.description);
    if (field.default !== undefined) property.default = field.default;
    for (const { keys } of field.shapes ?? []) explain(property, keys);
  }
}

function textOf(field: Field, rule: string | undefined): string {
  const text = hoverOf(field).replace(/\{@link (\w+)\}/g, "`$1`");
  return rule ? `${text}\n- Must be: ${rule}.` : text;
}

/** Names the properties of a tenant. */
function titleAll(node: Node | undefined): void {
  for (const [name, property] of Object.entries(node?.properties ?? {})) property.title = name;
}
