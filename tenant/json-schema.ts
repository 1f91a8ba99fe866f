import { z } from "zod";
import { tenantFile, tiersSchema } from "./description";

/** The JSON Schemas by which editors complete and check files of tenants and of tiers (draft 7, which all know). */
export function jsonSchemas(): Readonly<Record<"tenants" | "tiers", object>> {
  const draft7 = (schema: z.ZodType): object =>
    z.toJSONSchema(schema, { target: "draft-7", io: "input", reused: "ref", unrepresentable: "any" });
  return { tenants: draft7(tenantFile()), tiers: draft7(tiersSchema) };
}
