import { afterEach, describe, expect, it } from "vitest";
import type { VendorName } from "../../emulator";
import { activeAt } from "../support/customers";
import { Stack, type TypeName } from "../support/stack";
import { pageOf, subjectOf, VENDORS } from "../vendors/index.mts";

const args = (vendor: VendorName, index: number) => ({
  name: `Tenant ${index}`,
  externalId: `tenant-${index}`,
  ...subjectOf(vendor).required,
});

let stack: Stack;
afterEach(() => stack.close());
const typeOf = (vendor: VendorName): TypeName => `${vendor}.SubAccount`;
const each = (count: number) => Array.from({ length: count }, (_, index) => index);
const create = (vendor: VendorName, count: number) =>
  stack.operation(async () => {
    for (const index of each(count)) {
      // Vendors say when an account was made, and no two are made at once.
      stack.pass(1_000);
      await stack.up(typeOf(vendor), args(vendor, index), { name: `t${index}` });
    }
  });
/** Refreshes so many accounts in one run, as many at a time as Pulumi does. @returns how many calls that took. */
const refresh = async (vendor: VendorName, count: number, expected = "same") => {
  stack.emulator.clearRequests();
  await stack.operation(async () => {
    const left = each(count);
    const worker = async () => {
      for (let index = left.shift(); index !== undefined; index = left.shift()) {
        expect(await stack.refresh(typeOf(vendor), `t${index}`)).toBe(expected);
      }
    };
    await Promise.all(each(8).map(worker));
  });
  return stack.emulator.requests.length;
};
const FEW = 4;
/** The first accounts of a refresh whose own keys are looked at; only Zavu has such keys. */
const KEYS_CHECKED = 25;
/** The creates of a run that are looked at once more. */
const LOOKED_AT = 10;

describe.each(VENDORS)("a refresh of accounts at %s", (vendor) => {
  const most = (ours: number, foreign: number) =>
    Math.min(ours, Math.max(1, Math.ceil((ours + foreign) / pageOf(vendor)))) +
    FEW +
    (subjectOf(vendor).bornWith === "a key that is shown once" ? Math.min(ours, KEYS_CHECKED) : 0);

  it.each([
    [0, 0],
    [0, 5_000],
    [1, 0],
    [1, 5_000],
    [5, 0],
    [10, 5_000],
    [100, 0],
    [101, 0],
    [350, 50],
  ])(
    "of %i beside %i of others costs few calls, wherever ours are listed",
    async (ours, foreign) => {
      stack = await Stack.open();
      await create(vendor, ours);
      stack.pass(1_000);
      stack.emulator[vendor].seedMany(foreign);
      // Listed newest first, so ours come last.
      expect(await refresh(vendor, ours)).toBeLessThanOrEqual(most(ours, foreign));
      const { switches } = stack.emulator[vendor];
      if (!Number.isFinite(pageOf(vendor)) || !("listOrder" in switches)) return;
      switches.listOrder = "oldest";
      expect(await refresh(vendor, ours)).toBeLessThanOrEqual(most(ours, foreign));
    },
    60_000,
  );

  it("costs one listing for all creates, and a look at each of the first ten", async () => {
    stack = await Stack.open();
    stack.emulator[vendor].seedMany(450);
    stack.emulator.clearRequests();
    await create(vendor, 20);
    const reads = stack.emulator.requests.filter(({ method }) => method === "GET");
    const pages = Math.ceil(450 / pageOf(vendor)) || 1;
    const place = subjectOf(vendor).paths.whoami ? 1 : 0;
    // bctrl's filter finds a new account.
    const look = vendor === "bctrl" ? 1 : pages;
    expect(reads).toHaveLength(pages + place + LOOKED_AT * look);
  });

  it.each([
    ["fails", { kind: "status", when: "before", status: 500 }],
    ["is cut short", { kind: "truncate" }],
    ["is no JSON", { kind: "garbage", when: "before" }],
    ["is refused", { kind: "status", when: "before", status: 403 }],
  ] as const)("takes nothing for gone because the listing %s", async (_what, fault) => {
    stack = await Stack.open();
    await create(vendor, 3);
    const { id } = stack.resource(typeOf(vendor), "t0");
    stack.emulator.fault({ vendor, method: "GET", times: 99, fault });
    await expect(stack.refresh(typeOf(vendor), "t0")).rejects.toThrow();
    expect(stack.resource(typeOf(vendor), "t0").id).toBe(id);
  });

  it("takes nothing for gone because the listing ends early", async () => {
    stack = await Stack.open();
    await create(vendor, 3);
    // Older than reads may lag behind writes.
    stack.pass(60_000);
    const endEarly = () =>
      stack.emulator.fault({
        vendor,
        method: "GET",
        path: subjectOf(vendor).paths.list,
        fault: { kind: "status", when: "before", status: 200, body: subjectOf(vendor).emptyPage },
      });

    endEarly();
    await refresh(vendor, 3);
    expect(stack.resources.size).toBe(3);

    endEarly();
    await stack.destroy(typeOf(vendor), "t1");
    expect(activeAt(stack.emulator, vendor)).toHaveLength(2);
  });
});
