import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { violationsOf } from "../../../fleet/policies";
import type { FleetTenant } from "../../../fleet/shards";
import { defineFleet } from "../../../fleet/shards/file";

const folder = mkdtempSync(join(tmpdir(), "fleet-policies-"));
afterAll(() => rmSync(folder, { recursive: true }));
const NOW = Date.parse("2026-11-27T12:00:00Z");
const fleet = (settings?: object) => {
  writeFileSync(join(folder, "policies.json"), JSON.stringify(settings ?? {}));
  const policies = { config: "policies.json" };
  return defineFleet({ name: "t", id: "0123456789abcdef", stack: "prod", tenants: "t/*", policies }, folder);
};
const tenant = (externalId: string, creditLimit: number, more: object = {}): FleetTenant => ({
  externalId,
  values: { externalId, name: externalId, vendors: { zavu: { creditLimit } }, ...more },
});
const customers = Array.from({ length: 40 }, (_, index) => tenant(`tenant-${index}`, 1000));
/** What an exported state has of a tenant. */
const stateOf = ({ externalId }: FleetTenant, stack: string, creditLimit: number) => {
  const tenantUrn = `urn:pulumi:${stack}::t::subaccounts:index:Tenant::${externalId}`;
  const child = (kind: string, id: string, props: object) => ({
    type: `pulumi-nodejs:dynamic/subaccounts/zavu:${kind}`,
    urn: `urn:pulumi:${stack}::t::subaccounts:index:Tenant$pulumi-nodejs:dynamic/subaccounts/zavu:${kind}::${externalId}`,
    id,
    parent: tenantUrn,
    inputs: { ...props },
  });
  return [
    { type: "subaccounts:index:Tenant", urn: tenantUrn },
    child("SubAccount", `id-${externalId}`, { externalId, name: externalId, creditLimit }),
    child("ApiKey", `key-${externalId}`, { name: "default", subAccountId: `id-${externalId}` }),
  ];
};

it("a budget is one of all tenants, of a suspended one in full", () => {
  const budget = { limit: 390, rates: { "zavu.creditLimit": 0.01 } };
  const suspended = tenant("tenant-0", 1000, { suspended: true });
  const [violation, ...others] = violationsOf(fleet({ budget }), [suspended, ...customers.slice(1)], [], NOW);
  expect(others).toEqual([]);
  expect(violation).toMatchObject({
    policy: "budget",
    level: "mandatory",
    message: expect.stringMatching(/may spend USD 400\.00 together; at most USD 390\.00 is allowed/),
  });
  expect(violationsOf(fleet({ budget: { ...budget, limit: 400 } }), customers, [], NOW)).toEqual([]);
  expect(violationsOf(fleet({ budget: "disabled" }), customers, [], NOW)).toEqual([]);
});

it("the pool of Bolna is one of all tenants", () => {
  const withVoice = customers.map(({ externalId, values }) => ({
    externalId,
    values: { ...values, vendors: { bolna: { allowConcurrentCalls: 2 } } },
  }));
  expect(violationsOf(fleet({ "bolna-pool": { pool: 79 } }), withVoice, [], NOW)).toMatchObject([
    { policy: "bolna-pool", message: expect.stringContaining("take 80 calls at once together; at most 79") },
  ]);
});

it("the blast radius counts the accounts of all shards, and what the changed ones do to theirs", () => {
  const changed = (touched: number) => [
    {
      tenants: customers.slice(0, 10),
      resources: customers
        .slice(0, 10)
        .flatMap((each, index) => stateOf(each, "prod-3", index < touched ? 9000 : 1000)),
    },
  ];
  const settings = fleet({ "blast-radius": { percent: 10, always: 0 } });
  expect(violationsOf(settings, customers, changed(4), NOW)).toEqual([]);
  expect(violationsOf(settings, customers, changed(5), NOW)).toMatchObject([
    {
      policy: "blast-radius",
      message: expect.stringMatching(/touches 5 of 40 accounts; at most 4 .*lowered \(5\)/),
    },
  ]);
});

it("a tenant that leaves its file counts as deleted, its key with it", () => {
  const state = stateOf(tenant("tenant-gone", 1000), "prod-3", 1000);
  const settings = fleet({ "blast-radius": { always: 0, percent: 0 } });
  const changed = [{ tenants: [], resources: state }];
  expect(violationsOf(settings, customers, changed, NOW)).toMatchObject([
    { message: expect.stringMatching(/touches 1 of 41 accounts.*deleted \(1\)/) },
  ]);
});

it("customers that differ in case alone are one, in whichever shards they are", () => {
  const twins = [tenant("Tenant-A", 1), tenant("tenant-a", 1)];
  expect(violationsOf(fleet(), twins, [], NOW)).toMatchObject([
    { policy: "unique-external-id" },
    { policy: "unique-external-id" },
  ]);
});

it("a configuration that cannot be read is told", () => {
  const broken = fleet();
  writeFileSync(join(folder, "policies.json"), "{");
  expect(() => violationsOf(broken, customers, [], NOW)).toThrow(
    "the configuration of the policies, policies.json, is no JSON",
  );
});
