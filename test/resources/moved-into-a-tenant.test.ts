import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { VendorName } from "../../emulator";
import { declare, MARKING, outcomeOf, VENDORS } from "../support/customers";
import { Stack } from "../support/stack";

let stack: Stack;
beforeEach(async () => {
  stack = await Stack.open();
});
afterEach(() => stack.close());

/** The same customer's account, as a child of a `Tenant`. */
const inTenant = (vendor: VendorName) => ({
  ...declare(vendor, "Acme"),
  name: `urn:pulumi:dev::test::subaccounts:index:Tenant$pulumi-nodejs:dynamic/subaccounts/${vendor}:SubAccount::tenant-acme`,
});
const alone = (vendor: VendorName) => ({ ...declare(vendor, "Acme"), name: "acme" });
const line = (vendor: VendorName, name = "acme") => `movedFrom: { ${vendor}: { account: "${name}" } }`;

describe("an account that was declared alone and then by a Tenant", () => {
  it.each(VENDORS)(
    "is refused in the preview while both are declared, with the line to paste: %s",
    async (vendor) => {
      for (const both of [
        [alone(vendor), inTenant(vendor)],
        [inTenant(vendor), alone(vendor)],
      ]) {
        expect(await outcomeOf(stack.previewAll(both))).toContain(
          `If it is one customer, take "acme" out and add to the Tenant  ${line(vendor)}`,
        );
      }
      expect(stack.emulator.requests).toEqual([]);
    },
  );

  it.each(VENDORS)(
    "is refused in the up where it alone is declared, with the line to paste: %s",
    async (vendor) => {
      await stack.upAll([alone(vendor)]);
      const name = MARKING.some((name) => name === vendor) ? "acme" : "<its logical name>";
      expect(await outcomeOf(stack.upAll([inTenant(vendor)]))).toContain(
        `If the account was declared alone before, add to the Tenant  ${line(vendor, name)}`,
      );
    },
  );
});
