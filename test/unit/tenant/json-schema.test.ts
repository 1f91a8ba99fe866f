import { Ajv, type ValidateFunction } from "ajv";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonSchemas } from "../../../generate/json-schemas.mts";
import { problemsOfSchema } from "../../../provider/core/contract/check";
import { vendors } from "../../../provider/vendors";
import { accountOf, tenantFile, tenantSchema, tiersSchema, VENDOR_NAMES } from "../../../tenant/description";

const compile = (schema: object): ValidateFunction =>
  new Ajv({ strict: false, validateFormats: false }).compile(schema);
const { tenants, tiers } = jsonSchemas({ vendors, tenantFile, tiersSchema });
const isTenants = compile(tenants);
const isTiers = compile(tiers);
const acme = {
  externalId: "tenant-acme",
  name: "Acme Corp",
  vendors: { zavu: { creditLimit: 5000 }, bolna: {} },
};

describe("the JSON Schema of tenant files", () => {
  it("knows one tenant, and a list of them", () => {
    expect([isTenants(acme), isTenants([acme, acme]), isTenants([])]).toEqual([true, true, true]);
  });

  it.each([
    ["an unknown key", { ...acme, vendor: {} }],
    ["an unknown vendor", { ...acme, vendors: { zavuu: {} } }],
    ["a wrong value", { ...acme, vendors: { zavu: { creditLimit: "5000" } } }],
    ["a missing name", { externalId: "tenant-acme", vendors: {} }],
    ["a key that is true", { ...acme, keys: { zavu: true } }],
    ["a suspension at no vendor", { ...acme, suspended: ["zavuu"] }],
    ["a date that there is not", { ...acme, ended: { keysAt: "2026-02-30" } }],
    [
      "a secret",
      {
        ...acme,
        vendors: { bolna: { database: { host: "h", port: 1, name: "n", user: "u", password: "p" } } },
      },
    ],
  ])("underlines %s", (_, tenant) => {
    expect(isTenants(tenant)).toBe(false);
  });

  it("says of every argument what it may be, for the editor to show", () => {
    const text = JSON.stringify(tenants);
    for (const vendor of VENDOR_NAMES) {
      const { args, secrets } = accountOf(vendor);
      for (const [name, schema] of Object.entries(args.shape)) {
        if (secrets.includes(name) || !schema.description) continue;
        expect(text).toContain(`Must be: ${JSON.stringify(schema.description).slice(1, -1)}`);
      }
    }
  });

  it("allows what the loader allows, and refuses what it refuses", () => {
    const value = fc.oneof(
      fc.constantFrom(0, 1, 1.5, -1, null, "", "active", "retain", "delete", "archive", true, {}, []),
      fc.record(
        { maxSpaces: fc.constantFrom(0, 1.5, null, "x"), other: fc.constant(1) },
        { requiredKeys: [] },
      ),
    );
    const argument = fc.constantFrom(
      "name",
      "creditLimit",
      "limits",
      "allowConcurrentCalls",
      "deletionPolicy",
      "metadata",
      "adopt",
      "status",
      "x",
    );
    const account = fc.dictionary(argument, value, { maxKeys: 2 });
    const vendors = fc.dictionary(fc.constantFrom(...VENDOR_NAMES, "other"), account, { maxKeys: 2 });
    fc.assert(
      fc.property(vendors, (given) => {
        const tenant = { ...acme, vendors: given };
        expect(isTenants(tenant)).toBe(problemsOfSchema(tenantSchema, tenant).length === 0);
        expect(isTiers({ gold: given })).toBe(problemsOfSchema(tiersSchema, { gold: given }).length === 0);
      }),
      { numRuns: 300 },
    );
  });
});
