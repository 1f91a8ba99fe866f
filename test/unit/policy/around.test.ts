import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { PolicyResource } from "@pulumi/policy";
import { describe, expect, it } from "vitest";
import { policies } from "../../../policy";
import { account, baseline, inState, key, tenant, UNKNOWN, violations } from "./support";

const example = (file: string) => readFileSync(join(__dirname, "../../../examples", file), "utf8");
const gitops: Record<string, object> = JSON.parse(example("gitops/policy/policy-config.json"));
/** The policies of examples/gitops; those of examples/policy-pack are all, with their defaults for blast-radius. */
const pack = policies.filter(({ name }) =>
  [
    "require-limit",
    "max-limit",
    "budget",
    "no-hard-delete",
    "no-lookalike-replacement",
    "blast-radius",
  ].includes(name),
);

/** The policies of examples/gitops, by its configuration, that have something against a run. */
function stoppedBy(now: PolicyResource[], before: PolicyResource[] = now): string[] {
  const file = baseline(before.map((each) => inState(each)));
  return pack
    .filter((policy) => {
      const { enforcementLevel: _, ...config } = { enforcementLevel: "", ...gitops[policy.name] };
      const compares = Object.hasOwn(policy.configSchema.properties, "baseline");
      return violations(policy, now, { ...config, ...(compares && { baseline: file }) }).length > 0;
    })
    .map(({ name }) => name);
}

const gold = (name: string) => tenant({ externalId: `tenant-${name}`, tier: "gold" }, { name });
const zavu = (name: string, more: object = {}, options: object = {}) =>
  account(
    "zavu",
    { name, externalId: `tenant-${name}`, creditLimit: 1000, deletionPolicy: "deactivate", ...more },
    { name, tenant: gold(name), ...options },
  );
const bctrl = (name: string, more: object = {}) =>
  account(
    "bctrl",
    {
      name,
      limits: { maxActiveRuns: 1, maxSpaces: 1, monthlyCreditLimit: 1000 },
      deletionPolicy: "retain",
      ...more,
    },
    { name, tenant: gold(name) },
  );
const backend = (name: string, more: object = {}) =>
  key("zavu", { subAccountId: `id-of-${name}`, name: "default", ...more }, { name, tenant: gold(name) });
const names = Array.from({ length: 20 }, (_, index) => `t${index}`);
const customers = names.flatMap((name) => [zavu(name), bctrl(name), backend(name)]);
/** The same with something else in place of each customer's account at Zavu. */
const instead = (of: (name: string) => PolicyResource[]) =>
  names.flatMap((name) => [...of(name), bctrl(name), backend(name)]);

describe("the policies of examples/gitops", () => {
  it("have nothing against a run that changes little", () => {
    expect(stoppedBy(customers)).toEqual([]);
    const [first = "", ...others] = names;
    const one = [zavu(first, { creditLimit: 500 }), bctrl(first), backend(first)];
    expect(
      stoppedBy([...one, ...others.flatMap((name) => [zavu(name), bctrl(name), backend(name)])], customers),
    ).toEqual([]);
  });

  it.each<[string, PolicyResource[], string[]]>([
    ["suspends all", instead((name) => [zavu(name, { status: "inactive" })]), ["blast-radius"]],
    ["caps all at a cent", instead((name) => [zavu(name, { creditLimit: 1 })]), ["blast-radius"]],
    ["revokes all keys", customers.filter(({ type }) => !type.endsWith(":ApiKey")), ["blast-radius"]],
    ["revokes all own keys", instead((name) => [zavu(name, { ownKey: "revoke" })]), ["blast-radius"]],
    [
      "replaces all keys without an overlap",
      names.flatMap((name) => [zavu(name), bctrl(name), backend(name, { name: "new", overlapHours: 0 })]),
      ["blast-radius"],
    ],
    ["removes all", [], ["blast-radius"]],
    [
      "uncaps all",
      instead((name) => [zavu(name, { creditLimit: null })]),
      ["require-limit", "max-limit", "budget", "blast-radius"],
    ],
    [
      "hides all limits behind outputs",
      instead((name) => [zavu(name, { creditLimit: UNKNOWN.number })]),
      ["require-limit", "max-limit", "budget", "blast-radius"],
    ],
    [
      "gives all limits as text",
      instead((name) => [zavu(name, { creditLimit: "1000" })]),
      ["require-limit", "max-limit", "budget", "blast-radius"],
    ],
    ["raises all", instead((name) => [zavu(name, { creditLimit: 1001 })]), ["blast-radius"]],
    [
      "moves all into other resources by alias and suspends them",
      instead((name) => [zavu(`new-${name}`, { status: "inactive" }, { aliases: [zavu(name).urn] })]),
      ["blast-radius"],
    ],
    [
      "takes all over by adopt and suspends them",
      instead((name) => [zavu(`new-${name}`, { adopt: `id-of-${name}`, status: "inactive" })]),
      ["blast-radius"],
    ],
    [
      "gives all of an alias to another vendor's resource",
      instead((name) => [
        account(
          "bolna",
          { name, allowConcurrentCalls: 1, deletionPolicy: "retain" },
          { name, aliases: [zavu(name).urn] },
        ),
      ]),
      ["blast-radius"],
    ],
    [
      "renames all without an alias",
      instead((name) => [zavu(`new-${name}`, { name, externalId: `tenant-${name}` })]),
      ["no-lookalike-replacement", "blast-radius"],
    ],
    [
      "removes all and says at the same time that they are to stay",
      names.flatMap((name) => [bctrl(name, { deletionPolicy: "retain" })]),
      ["blast-radius"],
    ],
  ])("stop a run that %s", (_, now, expected) => {
    expect(stoppedBy(now, customers)).toEqual(expect.arrayContaining(expected));
  });

  it("stop an account at bctrl that a removal would archive, and one that Bolna would erase", () => {
    expect(stoppedBy([bctrl("t0", { deletionPolicy: undefined })])).toEqual(["no-hard-delete"]);
    const bolna = account("bolna", { allowConcurrentCalls: 1, deletionPolicy: "delete" }, { name: "t0" });
    expect(stoppedBy([bolna])).toEqual(["no-hard-delete"]);
  });

  it("stop what another stack's accounts are suspended by, or one customer at the other set of Bolna's limits", () => {
    const adopted = names.map((name) => zavu(name, { adopt: `id-of-${name}`, status: "inactive" }));
    expect(stoppedBy(adopted, [])).toEqual(["blast-radius"]);
    const elastic = account(
      "bolna",
      { minConcurrency: 0, maxConcurrency: 9000, deletionPolicy: "retain" },
      { name: "t0" },
    );
    expect(stoppedBy([elastic])).toEqual(["max-limit", "budget"]);
  });
});
