import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonSchemas } from "../../../generate/json-schemas.mts";
import { vendors } from "../../../provider/vendors";
import { tenantFile, tiersSchema } from "../../../tenant/description";
import { type Completion, YamlServer } from "../../support/language-server";

const folder = mkdtempSync(join(tmpdir(), "editor-"));
const schema = join(folder, "tenants.schema.json");
let server: YamlServer;
beforeAll(async () => {
  writeFileSync(schema, JSON.stringify(jsonSchemas({ vendors, tenantFile, tiersSchema }).tenants));
  server = await YamlServer.start();
});
afterAll(() => {
  server.stop();
  rmSync(folder, { recursive: true });
});

const uri = (name: string) => `file:///tenants/${name}.yaml`;
const acme = (line: string) =>
  `# yaml-language-server: $schema=${pathToFileURL(schema).href}\nexternalId: tenant-acme\nname: Acme Corp\nvendors:\n  zavu:\n${line}`;
const textOf = ({ documentation }: Completion) =>
  typeof documentation === "object" ? documentation.value : (documentation ?? "");

describe("a tenant file in an editor with a YAML language server", () => {
  it("completes the arguments of a vendor's account by name, each with what it is", async () => {
    const at = uri("complete");
    await server.open(at, acme("    cre"));
    const completions = await server.complete(at, 5, 7);
    const labels = completions.map(({ label }) => label);
    expect(labels).toEqual(expect.arrayContaining(["creditLimit", "status", "unlimited", "deletionPolicy"]));
    expect(labels.filter((label) => label.startsWith("__"))).toEqual([]);
    const [creditLimit] = completions.filter(({ label }) => label === "creditLimit");
    expect(creditLimit && textOf(creditLimit)).toContain("whole US cents");
  });

  it("shows the unit of an argument, and what absent, null and 0 do", async () => {
    const at = uri("hover");
    expect(await server.open(at, acme("    creditLimit: 5000\n"))).toEqual([]);
    const shown = await server.hover(at, 5, 6);
    for (const part of ["creditLimit", "Spending cap", "whole US cents", "left alone", "no cap", "refused"]) {
      expect(shown).toContain(part);
    }
  });

  it("completes and explains what stops a tenant", async () => {
    const at = uri("suspend");
    await server.open(at, `${acme("    creditLimit: 5000\n")}sus`);
    const [suspended] = (await server.complete(at, 6, 3)).filter(({ label }) => label === "suspended");
    expect(suspended && textOf(suspended)).toContain("a customer who does not pay");
    const ended = uri("ended");
    expect(
      await server.open(ended, `${acme("    creditLimit: 5000\n")}ended: { keysAt: 2026-12-31 }\n`),
    ).toEqual([]);
    expect(await server.hover(ended, 6, 2)).toContain("of a customer who leaves");
  });

  it.each([
    ["a wrong name", "    creditLimt: 5000\n", /creditLimt is not allowed/],
    ["a wrong type", '    creditLimit: "5000"\n', /Incorrect type|Value is below|did not match|must be/i],
    ["a value that is none of those there are", "    status: paused\n", /Valid values: "active", "inactive"/],
  ])("underlines %s", async (name, line, message) => {
    const found = await server.open(uri(name.replaceAll(" ", "-")), acme(line));
    expect(found.join("\n")).toMatch(message);
    expect(found.join("\n")).not.toContain("__schema");
  });
});
