import { createRequire } from "node:module";
import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, expectTypeOf, it } from "vitest";
import { ownershipOf } from "../../../provider/dynamic/protocol";
import { vendors } from "../../../provider/vendors";
import type * as sdk from "../../../sdk";
import { registrationsOf } from "./registrations";

// The build: the component loads what a tenant is by `require`, which knows no TypeScript here.
const { loadTenants, Tenant }: typeof sdk = createRequire(__filename)(
  resolve(__dirname, "../../../dist/sdk"),
);

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
      expect(ownershipOf(inputs)).toEqual({
        owner: "owner-id",
        urn: `${PREFIX}${TENANT}$${type}::acme-corp`,
        aliases: [`${PREFIX}${TENANT}$${type}::acme`],
      });
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

describe("an output or a promise where a tenant needs plain data", () => {
  const tiers = { gold: { zavu: { creditLimit: 5000 } } };
  const gold = { ...acme, tier: "gold", tiers };

  it.each<[string, (later: (value: unknown) => unknown) => object]>([
    ["externalId", (later) => ({ externalId: later("tenant-acme") })],
    ["tier", (later) => ({ tier: later("gold") })],
    ["tiers", (later) => ({ tiers: later(tiers) })],
    ["tiers.gold", (later) => ({ tiers: { gold: later(tiers.gold) } })],
    ["tiers.gold.zavu", (later) => ({ tiers: { gold: { zavu: later(tiers.gold.zavu) } } })],
    ["vendors", (later) => ({ vendors: later({ zavu: {} }) })],
    ["vendors.zavu", (later) => ({ vendors: { zavu: later({}) } })],
    ["keys", (later) => ({ keys: later({ zavu: false }) })],
    ["keys.zavu", (later) => ({ keys: { zavu: later(false) } })],
    ["movedFrom", (later) => ({ movedFrom: later(true) })],
    ["movedFrom.zavu.account", (later) => ({ movedFrom: { zavu: { account: later("old") } } })],
  ])("is refused at construction, in one sentence: %s", (path, change) => {
    const refusal = (later: (value: unknown) => unknown) => () =>
      new Tenant("acme", { ...gold, ...change(later) } as never);
    expect(refusal(pulumi.output)).toThrow(pulumi.RunError);
    expect(refusal(pulumi.output)).toThrow(
      /^Tenant "acme"( \(tenant-acme\))?:\n {2}[\w.]+ is an output; pass plain data .*$/,
    );
    expect(refusal(pulumi.output)).toThrow(`  ${path} is an output`);
    expect(refusal((value) => Promise.resolve(value))).toThrow(`  ${path} is a promise`);
  });

  it("is refused for the arguments as a whole, and for the tiers of loadTenants", () => {
    expect(() => new Tenant("acme", pulumi.output(gold) as never)).toThrow(
      /^Tenant "acme": the arguments must be an object .*; got an output$/,
    );
    expect(() => loadTenants("*.yaml", { tiers: Promise.resolve(tiers) as never })).toThrow(
      /\n {2}tiers is a promise; pass plain data/,
    );
  });

  it("is refused for the tiers in the place of the options, which would fix nothing", () => {
    expect(() => loadTenants("*.yaml", tiers as never)).toThrow(
      /^loadTenants: gold is no option; pass the tiers as \{ tiers \}$/,
    );
  });

  it("is accepted for what does not decide what is declared", async () => {
    const made = await registrationsOf(
      () =>
        new Tenant("acme", {
          ...gold,
          name: pulumi.output("Acme Corp"),
          vendors: { zavu: { creditLimit: pulumi.output(100), metadata: pulumi.output({ team: "a" }) } },
          keys: { zavu: { keepers: pulumi.output({ at: "2026" }) } },
        }).apiKeys,
    );
    expect(made.find(({ type }) => type === ACCOUNT)?.inputs).toMatchObject({
      name: "Acme Corp",
      creditLimit: 100,
      metadata: { team: "a" },
    });
  });
});

describe("a tenant with what JSON does not have", () => {
  it("is refused at construction, with every path", () => {
    const wrong = {
      ...acme,
      vendors: { zavu: { metadata: { since: new Date(0) } } },
      keys: { zavu: { keepers: { at: new Map() } } },
    };
    expect(() => new Tenant("acme", wrong as never)).toThrow(
      /vendors\.zavu\.metadata\.since is a Date; .*\n {2}keys\.zavu\.keepers\.at is a Map; /,
    );
  });

  it("or without a name is refused in one line", () => {
    expect(() => new Tenant("", acme)).toThrow(
      'Tenant: the first argument is the resource\'s name, such as "acme"; got an empty string',
    );
  });
});

describe("what a tenant has", () => {
  it("is typed by the vendors that the program names, so that an account's id can be passed on as it is", () => {
    const named = () =>
      new Tenant("acme", { ...acme, vendors: { zavu: {}, bctrl: { limits: { maxSpaces: 1 } } } }).accounts;
    expectTypeOf(named).returns.toEqualTypeOf<
      pulumi.Output<{ readonly zavu: string; readonly bctrl: string }>
    >();
    const passedOn = (tenant: ReturnType<typeof named>): sdk.zavu.ApiKeyArgs => ({
      subAccountId: tenant.zavu,
      name: "reports",
    });
    expectTypeOf(passedOn).returns.toEqualTypeOf<sdk.zavu.ApiKeyArgs>();
    const loaded = () => loadTenants("tenants/*.yaml").map((args) => new Tenant(args.externalId, args));
    expectTypeOf(loaded)
      .returns.items.toHaveProperty("accounts")
      .toEqualTypeOf<pulumi.Output<sdk.PerVendor>>();
    // @ts-expect-error no such argument
    expectTypeOf(() => new Tenant("acme", { ...acme, vendors: { zavu: { creditLimt: 5 } } })).toBeFunction();
    // @ts-expect-error no such vendor
    expectTypeOf(() => new Tenant("acme", { ...acme, vendors: { zavuu: {} } })).toBeFunction();
  });

  it("are further keys by name, each a resource of its own, with the account's connection", async () => {
    const made = await registrationsOf(
      () =>
        new Tenant("acme", {
          ...acme,
          vendors: { zavu: { connection: "eu" } },
          moreKeys: { zavu: { reports: { permissions: ["read"] }, batch: { connection: "us" } } },
        }).moreApiKeys,
    );
    const keys = made.filter(({ type }) => type.endsWith("zavu:ApiKey"));
    expect(keys.map(({ name, inputs }) => [name, inputs["name"], inputs["connection"]]).toSorted()).toEqual([
      ["acme", "default", "eu"],
      ["acme-batch", "batch", "us"],
      ["acme-reports", "reports", "eu"],
    ]);
    expect(keys.flatMap(({ inputs }) => inputs["permissions"] ?? [])).toEqual(["read"]);
  });

  it.each<[object, string]>([
    [{ zavu: { default: {} } }, "moreKeys.zavu.default has the name of the tenant's key; each needs its own"],
    [
      { bctrl: { reports: {} } },
      "moreKeys.bctrl is a key without an account: add bctrl to vendors, or take it out here",
    ],
    [
      { bolna: { reports: {} } },
      `moreKeys.bolna is no argument. The arguments are ${Object.keys(vendors)
        .filter((vendor) => vendor !== "bolna")
        .join(", ")}`,
    ],
    [{ zavu: { " ": {} } }, "moreKeys.zavu.  is blank; give the key a name"],
    [{ zavu: { reports: { name: "x" } } }, "moreKeys.zavu.reports.name is no argument"],
    [
      { zavu: { reports: { overlapHours: -1 } } },
      "moreKeys.zavu.reports.overlapHours must be a number of hours",
    ],
    [{ zavu: { "pulumi-subaccounts": {} } }, "moreKeys.zavu.pulumi-subaccounts must be a string of 1 to 200"],
  ])("are refused where they cannot be: %j", async (moreKeys, message) => {
    const made = registrationsOf(() => new Tenant("acme", { ...acme, moreKeys } as sdk.TenantArgs).apiKeys);
    await expect(made).rejects.toThrow(message);
  });
});
