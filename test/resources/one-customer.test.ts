import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { VendorName } from "../../emulator";
import type { Values } from "../../provider/core/contract/resource";
import {
  accountsAt,
  activeAt,
  argsOf,
  declare,
  idsIn,
  MARKING,
  outcomeOf,
  VENDORS,
} from "../support/customers";
import { type Declaration, Stack } from "../support/stack";
import { subjectOf } from "../vendors/index.mts";

let stack: Stack;
beforeEach(async () => {
  stack = await Stack.open();
});
afterEach(() => stack.close());

const names = (vendor: VendorName) =>
  accountsAt(stack.emulator, vendor).map(({ name, externalId }) => [name, externalId]);
const seed = (vendor: VendorName, name: string): string => {
  const { externalId } = argsOf(vendor, name);
  return stack.emulator[vendor].seed({
    name,
    ...(subjectOf(vendor).isMarked ? { externalId: String(externalId) } : {}),
  }).id;
};

describe("a resource that was renamed by an alias of its parent, and forced to be replaced", () => {
  const corrections: Record<string, Values> = {
    "a corrected externalId": { externalId: "tenant-corrected" },
    "a corrected name": { name: "Acme Limited" },
    "the same customer": {},
  };
  const runs = {
    "": {},
    " --continue-on-error": { continueOnError: true },
    ", the provider as well": { replacesProvider: true },
  };
  const cases = MARKING.flatMap((vendor) =>
    Object.keys(corrections).flatMap((what) =>
      Object.entries(runs).map(([run, options]) => [what, vendor, run, options] as const),
    ),
  );

  /** An account whose resource has another name since. */
  async function renamed(vendor: VendorName, what: string): Promise<{ id: string; program: Declaration }> {
    await stack.upAll([declare(vendor, "Acme")]);
    stack.pass(60_000);
    const saved = stack.resource(`${vendor}.SubAccount`);
    // The engine has the state under the new name.
    stack.resources.clear();
    stack.resources.set(`${vendor}.SubAccount customer`, saved);
    const options = { name: "customer", aliases: ["acme"], replace: true };
    return { id: saved.id, program: declare(vendor, "Acme", corrections[what], options) };
  }

  it.each(cases)("with %s (%s%s) keeps its account", async (what, vendor, _run, options) => {
    const { id, program } = await renamed(vendor, what);
    await outcomeOf(stack.upAll([program], options));
    expect(activeAt(stack.emulator, vendor)).toEqual([id]);
    await stack.upAll([{ ...program, replace: false }]);
    expect(activeAt(stack.emulator, vendor)).toEqual([id]);
    expect(idsIn(stack)).toEqual([id]);
  });

  it.each(Object.keys(corrections))(
    "with %s keeps its account at Bolna, or says that no resource has it",
    async (what) => {
      const { id, program } = await renamed("bolna", what);
      const outcome = await outcomeOf(stack.upAll([program]));
      expect(activeAt(stack.emulator, "bolna")).toContain(id);
      // Without a marker nothing says that an account of another name is the same customer.
      if (outcome === "done")
        expect(stack.printed.join("\n")).toMatch(new RegExp(`${id} was kept.*No resource has it now`));
      else expect(activeAt(stack.emulator, "bolna")).toEqual([id]);
    },
  );
});

describe("adopt with the id of another customer", () => {
  it.each(VENDORS)("at %s is refused, and changes nothing", async (vendor) => {
    const id = seed(vendor, "Beta");
    expect(await outcomeOf(stack.upAll([declare(vendor, "Acme", { adopt: id })]))).toMatch(
      /may be another customer's. Nothing was sent. .*adopt it as it is called at the vendor now/,
    );
    expect(stack.writes()).toEqual([]);
    expect(idsIn(stack)).toEqual([]);
  });

  it.each(VENDORS)("at %s adopts it as it is called, and renames it in the next up", async (vendor) => {
    const id = seed(vendor, "Beta");
    await stack.upAll([declare(vendor, "Beta", { adopt: id }, { name: "acme" })]);
    await stack.upAll([declare(vendor, "Acme", { adopt: id })]);
    expect(names(vendor)).toEqual([["Acme", subjectOf(vendor).isMarked ? "tenant-acme" : undefined]]);
    expect(idsIn(stack)).toEqual([id]);
  });

  it.each(MARKING)("at %s compares the names where one of the two has no externalId", async (vendor) => {
    const { id } = stack.emulator[vendor].seed({ name: "Beta" });
    expect(await outcomeOf(stack.upAll([declare(vendor, "Acme", { adopt: id })]))).toMatch(
      /has another name/,
    );
    await stack.upAll([declare(vendor, "Beta", { adopt: id })]);
    expect(idsIn(stack)).toEqual([id]);
  });
});

describe("adopt with an id that another resource of the program manages", () => {
  const acme = (vendor: VendorName, more: Values = {}) => declare(vendor, "Acme", more);
  const orders: Record<string, (list: Declaration[]) => Declaration[]> = {
    "before it": (list) => list,
    "after it": (list) => list.toReversed(),
  };
  const cases = VENDORS.flatMap((vendor) => Object.keys(orders).map((order) => [vendor, order] as const));

  it.each(cases)("is refused in the preview (%s, %s), and by the up", async (vendor, order) => {
    await stack.upAll([declare(vendor, "Beta")]);
    stack.pass(60_000);
    const [id = ""] = idsIn(stack);
    const program = orders[order]?.([acme(vendor, { adopt: id }), declare(vendor, "Beta")]) ?? [];
    stack.emulator.clearRequests();
    await expect(stack.previewAll(program)).rejects.toThrow(/adopt .*the resource "(beta|acme)"/);
    expect(stack.emulator.requests).toEqual([]);
    expect(await outcomeOf(stack.upAll(program, { continueOnError: true }))).toMatch(/adopt/);
    expect(names(vendor).map(([name]) => name)).toEqual(["Beta"]);
    expect(activeAt(stack.emulator, vendor)).toEqual([id]);
  });

  it.each(cases)("is refused where both adopt it (%s, %s)", async (vendor, order) => {
    const id = seed(vendor, "Beta");
    const program =
      orders[order]?.([acme(vendor, { adopt: id }), declare(vendor, "Beta", { adopt: id })]) ?? [];
    await expect(stack.previewAll(program)).rejects.toThrow(
      /adopt is the same as that of the resource "(beta|acme)"/,
    );
  });

  it.each(VENDORS)(
    "is refused where that resource leaves the program in the same up (%s): an alias is the way",
    async (vendor) => {
      await stack.upAll([declare(vendor, "Beta")]);
      stack.pass(60_000);
      const [id = ""] = idsIn(stack);
      await outcomeOf(
        stack.upAll([declare(vendor, "Beta", { adopt: id }, { name: "acme" })], { continueOnError: true }),
      );
      expect(activeAt(stack.emulator, vendor)).toEqual([id]);
    },
  );
});

describe("a corrected externalId of a customer whose resource is called by it", () => {
  const wrong = (vendor: VendorName, more: Values = {}) =>
    declare(vendor, "Acme", { externalId: "tenant-amce", ...more }, { name: "tenant-amce" });
  const right = (vendor: VendorName, options: Partial<Declaration> = {}) =>
    declare(vendor, "Acme", { externalId: "tenant-acme" }, { name: "tenant-acme", ...options });
  const cases = VENDORS.flatMap((vendor) =>
    [false, true].map((continueOnError) => [vendor, continueOnError] as const),
  );

  it.each(cases)(
    "(%s, --continue-on-error: %s) is refused before any delete: the account stays",
    async (vendor, continueOnError) => {
      await stack.upAll([wrong(vendor), declare(vendor, "Beta")]);
      stack.pass(60_000);
      stack.emulator.clearRequests();
      const failure = await outcomeOf(
        stack.upAll([right(vendor), declare(vendor, "Beta")], { continueOnError }),
      );
      expect(failure).toMatch(
        /already has an active sub-account of this customer|it is this stack's, as tenant-amce/,
      );
      if (continueOnError)
        expect(failure).toMatch(/was not deleted, because a create of this run that was refused names it/);
      expect(stack.writes()).toEqual([]);
      expect(activeAt(stack.emulator, vendor)).toEqual(idsIn(stack));
    },
  );

  it.each(VENDORS)("(%s) keeps account and key with an alias", async (vendor) => {
    await stack.upAll([wrong(vendor)]);
    const saved = stack.resource(`${vendor}.SubAccount`, "tenant-amce");
    stack.resources.clear();
    stack.resources.set(`${vendor}.SubAccount tenant-acme`, saved);
    await stack.upAll([right(vendor, { aliases: ["tenant-amce"] })]);
    const { id, outputs } = stack.resource(`${vendor}.SubAccount`, "tenant-acme");
    expect([id, outputs["apiKey"]]).toEqual([saved.id, saved.outputs["apiKey"]]);
    expect(names(vendor)).toEqual([["Acme", subjectOf(vendor).isMarked ? "tenant-acme" : undefined]]);
  });

  it.each(VENDORS)(
    "(%s) with another name, too, is another customer: the old one leaves as asked",
    async (vendor) => {
      await stack.upAll([wrong(vendor, { name: "Amce" })]);
      stack.pass(60_000);
      await stack.upAll([right(vendor)]);
      expect(activeAt(stack.emulator, vendor)).toEqual(idsIn(stack));
      expect(
        accountsAt(stack.emulator, vendor)
          .filter(({ isActive }) => isActive)
          .map(({ name }) => name),
      ).toEqual(["Acme"]);
    },
  );
});

describe("a cache that answers the read of one account with another's", () => {
  const operations: Record<string, (vendor: VendorName) => Promise<unknown>> = {
    "an up": (vendor) =>
      stack.upAll([declare(vendor, "Acme", { metadata: { tier: "gold" } }), declare(vendor, "Beta")]),
    "a destroy": () => stack.upAll([]),
    "an adoption": (vendor) => {
      const acme = stack.resource(`${vendor}.SubAccount`, "acme").id;
      stack.resources.delete(`${vendor}.SubAccount acme`);
      return stack.upAll([declare(vendor, "Acme", { adopt: acme }), declare(vendor, "Beta")]);
    },
  };
  const cases = MARKING.flatMap((vendor) => Object.keys(operations).map((what) => [what, vendor] as const));

  it.each(cases)("%s (%s) fails, and nothing is sent to either", async (what, vendor) => {
    await stack.upAll([declare(vendor, "Acme"), declare(vendor, "Beta")]);
    stack.pass(60_000);
    const [acme, beta] = idsIn(stack);
    const path = `${subjectOf(vendor).paths.list}/`;
    for (const [id, other] of [
      [acme, beta],
      [beta, acme],
    ]) {
      const times = Number.POSITIVE_INFINITY;
      stack.emulator.fault({
        vendor,
        method: "GET",
        path: path + id,
        times,
        fault: { kind: "instead", path: path + other },
      });
    }
    const before = stack.emulator[vendor].dump();
    stack.emulator.clearRequests();
    expect(await outcomeOf(operations[what]?.(vendor) ?? Promise.resolve())).toMatch(/is about another id/);
    expect(stack.writes()).toEqual([]);
    expect(stack.emulator[vendor].dump()).toEqual(before);
  });
});
