import { createRequire } from "node:module";
import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import type * as sdk from "../../../sdk";
import { registrationsOf } from "./registrations";

// The build: the component loads what a tenant is by `require`, which knows no TypeScript here.
const { Tenant }: typeof sdk = createRequire(__filename)(resolve(__dirname, "../../../dist/sdk"));

const PREFIX = "urn:pulumi:dev::shop::";
const TENANT = "subaccounts:index:Tenant";
const ACCOUNT = "pulumi-nodejs:dynamic/subaccounts/zavu:SubAccount";
const acme = { externalId: "tenant-acme", name: "Acme Corp", vendors: { zavu: {} } };

describe("the aliases that a tenant's children register", () => {
  const childrenOf = async (aliases: pulumi.Input<string | pulumi.Alias>[]) =>
    (await registrationsOf(() => new Tenant("acme-corp", acme, { aliases }).apiKeys)).filter(
      ({ type }) => type !== TENANT,
    );

  it.each<[string, pulumi.Input<string | pulumi.Alias>, (type: string) => string]>([
    ["name", { name: "acme" }, (type) => `${PREFIX}${TENANT}$${type}::acme`],
    ["URN", `${PREFIX}${TENANT}::acme`, (type) => `${PREFIX}${TENANT}$${type}::acme`],
    ["type", { type: "shop:index:Customer" }, (type) => `${PREFIX}shop:index:Customer$${type}::acme-corp`],
    [
      "parent's URN",
      { parent: `${PREFIX}shop:index:Group::vip` },
      (type) => `${PREFIX}shop:index:Group$${TENANT}$${type}::acme-corp`,
    ],
    [
      "no parent",
      { name: "acme", parent: pulumi.rootStackResource },
      (type) => `${PREFIX}${TENANT}$${type}::acme`,
    ],
    [
      "project and stack",
      { project: "store", stack: "prod" },
      (type) => `urn:pulumi:prod::store::${TENANT}$${type}::acme-corp`,
    ],
    ["output", pulumi.output({ name: "acme" }), (type) => `${PREFIX}${TENANT}$${type}::acme`],
  ])("say the tenant's alias by %s themselves", async (_what, alias, urnOf) => {
    const children = await childrenOf([alias]);
    expect(children.map(({ type }) => type.split("/").at(-1))).toEqual(["zavu:SubAccount", "zavu:ApiKey"]);
    for (const { type, aliases } of children) expect(aliases).toEqual([urnOf(type)]);
  });

  it("are among the former URNs that the provider is told of", async () => {
    for (const { type, inputs } of await childrenOf([{ name: "acme" }])) {
      expect(inputs["__owner"]).toBe(
        `owner-id ${PREFIX}${TENANT}$${type}::acme-corp\n${PREFIX}${TENANT}$${type}::acme`,
      );
    }
  });

  it("are one for each alias of the tenant", async () => {
    for (const { aliases } of await childrenOf([{ name: "a" }, { name: "b" }])) {
      expect(aliases).toEqual([expect.stringMatching(/::a$/), expect.stringMatching(/::b$/)]);
    }
  });

  it("are none for a tenant without one", async () => {
    for (const { aliases } of await childrenOf([])) expect(aliases).toEqual([]);
  });

  it("keep the former names of movedFrom before them", async () => {
    const opts = { aliases: [{ name: "acme" }] };
    const made = await registrationsOf(
      () => new Tenant("acme-corp", { ...acme, movedFrom: true }, opts).apiKeys,
    );
    const account = made.find(({ type }) => type === ACCOUNT);
    expect(account?.aliases).toEqual([
      expect.objectContaining({ name: "acme-corp", noparent: true }),
      `${PREFIX}${TENANT}$${ACCOUNT}::acme`,
    ]);
  });
});
