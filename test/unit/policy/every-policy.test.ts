import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { PolicyPackArgs } from "@pulumi/policy";
import { describe, expect, it } from "vitest";
import * as policy from "../../../policy";
import { TENANT } from "../../../policy/core/account";
import { typeToken } from "../../../sdk/core/token";
import { VENDOR_NAMES } from "../../../tenant/description";
import { account, resource, UNKNOWN, violations } from "./support";

const { policies } = policy;
const all = policies.map((each) => ({ name: each.name, each }));
const CANARY = "canary-of-a-secret";

describe("every policy", () => {
  it.each(all)("has a file, an export and a place in the list: $name", ({ name }) => {
    const camelCase = name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
    expect(policy).toHaveProperty(camelCase);
    expect(readdirSync(join(__dirname, "../../../policy"))).toContain(`${name}.ts`);
  });

  it("needs no package of Pulumi's where it is loaded", () => {
    const root = join(__dirname, "../../../policy");
    const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith(".ts"),
    );
    const imports = files.flatMap(
      (file) => readFileSync(join(root, file), "utf8").match(/^import[^;]* from "@pulumi[^;]*;/gm) ?? [],
    );
    expect(imports).not.toEqual([]);
    expect(imports.filter((line) => !line.startsWith("import type "))).toEqual([]);
  });

  it("can be composed, also at another level", () => {
    const { requireLimit, budget } = policy;
    const pack: PolicyPackArgs = { policies: [requireLimit, { ...budget, enforcementLevel: "advisory" }] };
    expect(pack.policies.map(({ enforcementLevel }) => enforcementLevel)).toEqual(["mandatory", "advisory"]);
    const withAll: PolicyPackArgs = { policies };
    expect(withAll.policies).toHaveLength(12);
  });

  it("is in the list once", () => {
    const exported = Object.keys(policy).filter((name) => name !== "policies");
    expect(policies).toHaveLength(exported.length);
    expect(new Set(policies.map(({ name }) => name)).size).toBe(policies.length);
  });

  it.each(all)("has an example whose keys its schema has, and describes each key: $name", ({ each }) => {
    for (const key of Object.keys(each.about.example))
      expect(each.configSchema.properties).toHaveProperty(key);
    for (const [key, schema] of Object.entries(each.configSchema.properties)) {
      expect(schema.description, key).toBeTruthy();
    }
  });

  it.each(all)("reports a misspelt key of its configuration: $name", ({ each }) => {
    const said = violations(each, [account("zavu", {})], { limts: {} });
    expect(said).toContainEqual(
      expect.stringContaining(`the configuration of ${each.name} has a key "limts"`),
    );
  });

  it.each(all)("looks at nothing but accounts and tenants: $name", ({ each }) => {
    const others = [
      resource("pulumi:pulumi:Stack", { secret: CANARY }),
      resource("pulumi-nodejs:dynamic/subaccounts/zavu:ApiKey", { name: "backend", apiKey: CANARY }),
      resource("pulumi-nodejs:dynamic/subaccounts/zavu:SubAccountOther", {}),
      resource("my:zavu:SubAccount", {}),
    ];
    const said = violations(each, others).filter((text) => !text.startsWith("there is no baseline"));
    expect(said).toEqual([]);
  });

  it("knows both type tokens of every vendor, and the tenant's", () => {
    for (const vendor of VENDOR_NAMES) {
      expect(account(vendor, {}).type).toBe(typeToken(vendor, "SubAccount"));
      for (const isPlugin of [false, true]) {
        expect(violations(policy.requireExternalId, [account(vendor, {}, { isPlugin })])).toHaveLength(1);
      }
    }
    expect(TENANT).toBe("subaccounts:index:Tenant");
  });

  it.each(all)("never throws, and never shows a secret, whatever is unknown: $name", ({ each }) => {
    const secrets = {
      apiKey: CANARY,
      database: { host: CANARY, port: 1, name: CANARY, user: CANARY, password: CANARY },
      metadata: { note: CANARY },
    };
    const numbers = {
      creditLimit: 9_999_999,
      limits: { maxSpaces: 9_999_999 },
      allowConcurrentCalls: 9_999_999,
    };
    const config = {
      limits: { "zavu.creditLimit": 1, "bctrl.limits.maxSpaces": 1, "bolna.allowConcurrentCalls": 1 },
      rates: { "zavu.creditLimit": 1, "bctrl.limits.maxSpaces": 1, "bolna.allowConcurrentCalls": 1 },
      pool: 1,
    };
    for (const values of [
      numbers,
      { creditLimit: UNKNOWN.number, limits: UNKNOWN.object, allowConcurrentCalls: UNKNOWN.number },
      {
        externalId: UNKNOWN.text,
        connection: UNKNOWN.text,
        deletionPolicy: UNKNOWN.text,
        adopt: UNKNOWN.text,
      },
      { creditLimit: CANARY, limits: CANARY, allowConcurrentCalls: CANARY, externalId: { a: CANARY } },
    ]) {
      const resources = VENDOR_NAMES.flatMap((vendor) => [
        account(vendor, { name: CANARY, ...secrets, ...values }, { name: "one" }),
        account(vendor, { name: CANARY, ...secrets, ...values }, { name: "two" }),
      ]);
      const known = each.name === "budget" ? { ...config, limit: 1 } : config;
      const own = Object.keys(each.configSchema.properties);
      const fitting = Object.fromEntries(
        Object.entries(known).filter(([key]) => own.includes(key) && each.name !== "require-limit"),
      );
      expect(violations(each, resources, fitting).join("\n")).not.toContain(CANARY);
    }
  });

  it("does not show a number or an externalId that the program says is secret", () => {
    const hidden = account(
      "zavu",
      { creditLimit: 9_999_999, externalId: CANARY },
      { secrets: ["creditLimit", "externalId"] },
    );
    const limits = { "zavu.creditLimit": 1 };
    const calls = account(
      "bolna",
      { allowConcurrentCalls: 9_999_999 },
      { secrets: ["allowConcurrentCalls"] },
    );
    const said = [
      ...violations(policy.maxLimit, [hidden], { limits }),
      ...violations(policy.requireExternalId, [hidden], { pattern: "x" }),
    ];
    expect(said).toEqual([
      expect.stringContaining('Zavu account "acme": creditLimit asks for a secret number; at most 1'),
      expect.stringContaining("externalId does not match x"),
    ]);
    const sums = [
      ...violations(policy.budget, [hidden], { limit: 1, rates: limits }),
      ...violations(policy.bolnaPool, [calls], { pool: 1 }),
    ];
    expect(sums).toEqual([
      expect.stringContaining("may spend a secret sum together; at most USD 1.00"),
      expect.stringContaining("take a secret number of calls at once together; at most 1"),
    ]);
    expect([...said, ...sums].join()).not.toContain("9999999");
  });
});
