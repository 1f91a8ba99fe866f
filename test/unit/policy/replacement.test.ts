import type { PolicyResource } from "@pulumi/policy";
import { describe, expect, it } from "vitest";
import { noLookalikeReplacement } from "../../../policy";
import type { VendorName } from "../../../tenant/description";
import { account, baseline, inState, secret, tenant, UNKNOWN, violations } from "./support";

/** What a tenant is called, beside its logical name. */
interface Customer {
  readonly name?: string;
  readonly externalId?: string;
  readonly vendors?: readonly VendorName[];
}

/** A tenant with its accounts, as a program over files makes it: the logical name is the externalId. */
function customer(externalId: string, { name = "Acme", vendors = ["zavu", "bctrl"] }: Customer = {}) {
  const parent = tenant({ externalId, name }, { name: externalId });
  const accounts = vendors.map((vendor) =>
    account(vendor, { externalId, name }, { name: externalId, tenant: parent }),
  );
  return [parent, ...accounts];
}
const alone = (name: string, props: object, options: Parameters<typeof account>[2] = {}) =>
  account("zavu", { ...props }, { name, ...options });
const check = (now: PolicyResource[], before: PolicyResource[], config = {}) =>
  violations(noLookalikeReplacement, now, {
    baseline: baseline(before.map((each) => inState(each))),
    ...config,
  });

describe("no-lookalike-replacement", () => {
  it("tells a corrected externalId from a customer who leaves and another who comes", () => {
    expect(check(customer("tenant-acme"), customer("tenant-amce"))).toEqual([
      'accounts that look like renamed customers (2): bctrl "tenant-amce" → "tenant-acme", Zavu "tenant-amce" → "tenant-acme". The old ones and their keys would end. Keep the logical name, or add formerly: "tenant-amce" to the Tenant or its file. Approve those that are other customers',
    ]);
    expect(check(customer("tenant-globex", { name: "Globex" }), customer("tenant-acme"))).toEqual([]);
    expect(check([...customer("tenant-acme"), ...customer("new")], customer("tenant-acme"))).toEqual([]);
    expect(check([], customer("tenant-acme"))).toEqual([]);
  });

  it("says how a tenant whose logical name is not made of its externalId keeps its place", () => {
    const renamed = (name: string, externalId: string) => {
      const parent = tenant({ externalId, name: "Acme" }, { name });
      return [parent, account("zavu", { externalId, name: "Acme" }, { name, tenant: parent })];
    };
    expect(check(renamed("new", "tenant-acme"), renamed("old", "tenant-amce"))).toEqual([
      expect.stringContaining('aliases: [{ name: "old" }] to the Tenant (in its file: movedFrom)'),
    ]);
  });

  it("compares names but for case, blanks and Unicode form", () => {
    const alike = (one: string, other: string) =>
      check([alone("new", { name: other })], [alone("old", { name: one })]).length;
    expect(alike("Acme Corp", " ACME  corp ")).toBe(1);
    expect(alike("Café", "Cafe\u0301")).toBe(1);
    expect(alike("Acme Corp", "Acme Inc")).toBe(0);
    expect(check([alone("new", {})], [alone("old", {})])).toEqual([]);
  });

  it("takes the same externalId for the same customer, and says how an account alone keeps its place", () => {
    const [old, now] = ["old", "new"].map((name) => alone(name, { name, externalId: "tenant-acme" }));
    expect(old && now && check([now], [old])).toEqual([
      expect.stringMatching(
        / \(1\): Zavu "old" → "new"\. .* or add aliases: \["urn:pulumi:dev::test::.*::old"\]\./,
      ),
    ]);
  });

  it("counts the other accounts of a tenant that looks like a removed one", () => {
    const old = customer("old");
    const [parent, ...accounts] = customer("new");
    const renamed = accounts.map((each, index) =>
      index === 0 ? each : { ...each, props: { name: "Another" } },
    );
    expect(parent && check([parent, ...renamed], old)).toEqual([expect.stringMatching(/ \(2\): /)]);
  });

  it("compares accounts of one vendor and connection alone", () => {
    const zavu = [alone("old", { name: "Acme" })];
    expect(check([account("bctrl", { name: "Acme" }, { name: "new" })], zavu)).toEqual([]);
    expect(check([alone("new", { name: "Acme", connection: "eu" })], zavu)).toEqual([]);
    expect(check([alone("new", { name: "Acme", connection: UNKNOWN.text })], zavu)).toHaveLength(1);
  });

  it("takes what is not known, or encrypted in the baseline, for alike", () => {
    const old = [alone("old", { name: "Acme" })];
    expect(check([alone("new", { name: UNKNOWN.text })], old)).toHaveLength(1);
    expect(check([alone("new", { name: "Other" })], [alone("old", { name: secret("v1:abc") })])).toHaveLength(
      1,
    );
  });

  it("passes an alias, an adoption and what is approved", () => {
    const old = alone("old", { name: "Acme", externalId: "tenant-acme" });
    const now = (options = {}, props = {}) => alone("new", { name: "Acme", ...props }, options);
    expect(check([now()], [old])).toHaveLength(1);
    expect(check([now({ aliases: [old.urn] })], [old])).toEqual([]);
    expect(check([now({}, { adopt: "id-of-old" })], [old])).toEqual([]);
    for (const name of ["tenant-acme", "old", "new", old.urn]) {
      expect(check([now()], [old], { approved: [name] })).toEqual([]);
    }
  });

  it("names the first two of many", () => {
    const [before, now] = ["old", "new"].map((prefix) =>
      Array.from({ length: 9 }, (_, index) => alone(`${prefix}${index}`, { name: `Customer ${index}` })),
    );
    const [said = ""] = check(now ?? [], before ?? []);
    expect(said).toMatch(/ \(9\): .*"old0" → "new0", .*"old1" → "new1" and 7 more\./);
  });

  it("does not pass without a baseline", () => {
    expect(violations(noLookalikeReplacement, [])).toEqual([expect.stringMatching(/^there is no baseline/)]);
  });
});
