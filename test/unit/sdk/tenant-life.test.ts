import { createRequire } from "node:module";
import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { afterEach, describe, expect, it, vi } from "vitest";
import type * as sdk from "../../../sdk";
import { registrationsOf } from "./registrations";

// The build: the component loads what a tenant is by `require`, which knows no TypeScript here.
const { Tenant }: typeof sdk = createRequire(__filename)(resolve(__dirname, "../../../dist/sdk"));

const acme: sdk.TenantArgs = {
  externalId: "tenant-acme",
  name: "Acme Corp",
  vendors: { zavu: {}, bctrl: { limits: { monthlyCreditLimit: 20_000 } } },
  moreKeys: { zavu: { reports: {} } },
};

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** What a tenant declares on a day, as "zavu:SubAccount". */
async function declaredOn(day: string, more: Partial<sdk.TenantArgs>) {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.parse(day) });
  const said = vi.spyOn(pulumi.log, "info").mockImplementation(async () => {});
  const warned = vi.spyOn(pulumi.log, "warn").mockImplementation(async () => {});
  const made = await registrationsOf(() => {
    const { accounts, apiKeys, moreApiKeys } = new Tenant("acme", { ...acme, ...more });
    return pulumi.all([accounts, apiKeys, moreApiKeys]);
  });
  const types = made.map(({ type }) => type.replace(/.*\/subaccounts\//, "")).slice(1);
  return {
    types: types.toSorted(),
    said: said.mock.calls.map(([text]) => text),
    warned: warned.mock.calls.map(([text]) => text),
  };
}

const ACCOUNTS = ["bctrl:SubAccount", "zavu:SubAccount"];
const KEYS = ["bctrl:ApiKey", "zavu:ApiKey", "zavu:ApiKey"];

describe("a tenant that ends", () => {
  const ended = { keysAt: "2026-12-31", deleteAfter: "2027-12-31" };

  it.each([
    ["2026-12-31T12:00:00Z", [...ACCOUNTS, ...KEYS], []],
    ["2027-01-01T00:00:00Z", ACCOUNTS, [/keysAt 2026-12-31 is over, so `up` revokes the keys/]],
    ["2028-01-01T00:00:00Z", [], []],
  ])("declares by its dates what it still has, and says what is over (%s)", async (day, types, notes) => {
    const declared = await declaredOn(day, { ended });
    expect(declared.types).toEqual([...types].toSorted());
    expect(declared.said).toEqual(notes.map((note) => expect.stringMatching(note)));
  });

  it.each<[string, object]>([
    ["with the policy that was always declared", {}],
    ["with retain, which may be newer than the state", { deletionPolicy: "retain" }],
    ["with an adopt line", { adopt: "sub_acme" }],
  ])("warns in each run that the policy in the state counts, %s", async (_what, more) => {
    const vendors = { ...acme.vendors, bctrl: { ...acme.vendors.bctrl, ...more } };
    expect((await declaredOn("2027-12-31T12:00:00Z", { ended, vendors })).warned).toEqual([]);
    expect((await declaredOn("2028-01-01T00:00:00Z", { ended, vendors })).warned).toEqual([
      expect.stringMatching(
        /^Tenant "acme": deleteAfter 2027-12-31 is over, so `up` deletes .* by the deletionPolicy in the state, whatever is declared now.* `retain` leaves works on and is paid for/,
      ),
    ]);
  });

  it("has its accounts until somebody takes it out, without deleteAfter", async () => {
    const { types } = await declaredOn("2100-01-01", { ended: { keysAt: "2026-12-31" } });
    expect(types).toEqual(ACCOUNTS);
  });
});

describe("the aliases by `formerly`", () => {
  const aliasesOf = async (name: string, more: Partial<sdk.TenantArgs>) => {
    const made = await registrationsOf(() => new Tenant(name, { ...acme, ...more }).apiKeys);
    return made.map(({ type, aliases }) => [type.replace(/.*[/:]/, ""), JSON.stringify(aliases)] as const);
  };

  it.each([
    ["tenant-acme", "tenant-amce"],
    ["eu-tenant-acme", "eu-tenant-amce"],
  ])("are those of a tenant whose logical name is made of its externalId (%s)", async (name, former) => {
    const all = await aliasesOf(name, { formerly: "tenant-amce" });
    expect(all).toHaveLength(6);
    for (const [kind, aliases] of all) {
      expect([kind, aliases]).toEqual([kind, expect.stringContaining(former)]);
    }
    expect(all.filter(([, aliases]) => aliases.includes(`::${former}-reports"`))).toHaveLength(1);
  });

  it("are none where the logical name stays", async () => {
    for (const [, aliases] of await aliasesOf("acme", { formerly: "tenant-amce" }))
      expect(aliases).toBe("[]");
  });
});

describe("a suspended tenant", () => {
  it("takes a value that is known only later for a declared one", async () => {
    const vendors = { bctrl: { limits: { maxSpaces: 1, monthlyCreditLimit: pulumi.output(500) } } };
    const tenant = { externalId: "tenant-acme", name: "Acme", vendors, suspended: true };
    const made = await registrationsOf(() => new Tenant("acme", tenant).accounts);
    const account = made.find(({ type }) => type.endsWith("SubAccount"));
    expect(account?.inputs).toMatchObject({ limits: { maxSpaces: 1, monthlyCreditLimit: 0 } });
  });

  it.each<[string, object]>([
    ["suspended", { suspended: pulumi.output(true) }],
    ["ended.keysAt", { ended: { keysAt: pulumi.output("2026-12-31") } }],
    ["formerly", { formerly: pulumi.output("x") }],
  ])("is refused where %s is known only later", (path, more) => {
    const refusal = () => new Tenant("acme", { ...acme, ...more } as never);
    expect(refusal).toThrow(`  ${path} is an output; pass plain data`);
  });
});
