import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { VendorName } from "../../emulator";
import { activeAt, declare, idsIn, outcomeOf, VENDORS } from "../support/customers";
import { type Resource, Stack } from "../support/stack";
import { subjectOf, subjects } from "../vendors/index.mts";

const NAMES = ["Acme", "Beta", "Corp"] as const;
const LISTING = subjects.bolna.paths.list;
const EVER = Number.POSITIVE_INFINITY;

let stack: Stack;
afterEach(() => stack.close());

const program = (vendor: VendorName, names: readonly string[] = NAMES) =>
  names.map((name) => declare(vendor, name));

/** Three accounts in the state that are older than reads lag, and the state with them. */
async function threeAccounts(vendor: VendorName): Promise<[string, Resource][]> {
  await stack.upAll(program(vendor));
  stack.pass(60_000);
  stack.emulator.clearRequests();
  return [...stack.resources];
}

describe("a listing that lies", () => {
  beforeEach(async () => {
    stack = await Stack.open();
  });

  it.each([1, 2, 3, EVER])("(Bolna's, empty %d times) empties no state", async (times) => {
    const before = await threeAccounts("bolna");
    stack.emulator.fault({
      vendor: "bolna",
      method: "GET",
      path: LISTING,
      times,
      fault: { kind: "cut", keep: 0 },
    });
    await outcomeOf(stack.refreshAll());
    expect([...stack.resources]).toEqual(before);
  });

  it("(Bolna's, cut to one row once) empties no state", async () => {
    const before = await threeAccounts("bolna");
    stack.emulator.fault({ vendor: "bolna", method: "GET", path: LISTING, fault: { kind: "cut", keep: 1 } });
    await outcomeOf(stack.refreshAll());
    expect([...stack.resources]).toEqual(before);
  });

  it.each(VENDORS)("(%s's, empty once) makes no customer again whose state was lost", async (vendor) => {
    await threeAccounts(vendor);
    stack.resources.clear();
    stack.emulator.fault({
      vendor,
      method: "GET",
      path: subjectOf(vendor).paths.list,
      fault: { kind: "cut", keep: 0 },
    });
    await outcomeOf(stack.upAll(program(vendor)));
    expect(activeAt(stack.emulator, vendor)).toHaveLength(3);
  });
});

describe("a mass of accounts that are gone", () => {
  const names = Array.from({ length: 9 }, (_, index) => `Tenant ${index}`);

  /** Nine accounts, of which `count` were removed outside. @returns the ids of those. */
  async function removed(vendor: VendorName, count: number): Promise<string[]> {
    stack = await Stack.open();
    await stack.upAll(program(vendor, names));
    stack.pass(60_000);
    const ids = activeAt(stack.emulator, vendor).slice(-count);
    for (const id of ids) stack.emulator[vendor].remove(id);
    return ids;
  }

  it.each(VENDORS)(
    "at %s fails the refresh beyond three, and more than are left, and names them",
    async (vendor) => {
      const ids = await removed(vendor, 6);
      const failure = await outcomeOf(stack.refreshAll());
      expect(failure).toMatch(
        /sub-accounts of this stack are gone, and 3 are listed.*SUBACCOUNTS_CONFIRM_GONE=1/,
      );
      for (const id of ids.slice(0, 4)) expect(failure).toContain(id);
      expect(idsIn(stack).length).toBeGreaterThanOrEqual(6);
    },
  );

  it.each(VENDORS)("at %s is believed when a person says so", async (vendor) => {
    await removed(vendor, 6);
    stack.env["SUBACCOUNTS_CONFIRM_GONE"] = "1";
    await stack.refreshAll();
    expect(idsIn(stack)).toEqual(activeAt(stack.emulator, vendor));
  });

  it.each(VENDORS)("at %s is none where most are left", async (vendor) => {
    await removed(vendor, 4);
    await stack.refreshAll();
    expect(idsIn(stack)).toEqual(activeAt(stack.emulator, vendor));
  });

  it.each(VENDORS)("at %s fails a destroy, too", async (vendor) => {
    await removed(vendor, 6);
    expect(await outcomeOf(stack.upAll([], { continueOnError: true }))).toMatch(/are gone.*CONFIRM_GONE=1/);
  });
});
