import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { VendorName } from "../../emulator";
import { accountsAt, activeAt, declare, idsIn, MARKING, outcomeOf, VENDORS } from "../support/customers";
import { type Declaration, Stack } from "../support/stack";
import { handleOf, subjectOf } from "../vendors/index.mts";

const NAMES = ["Acme", "Beta", "Corp"] as const;

let stack: Stack;
beforeEach(async () => {
  stack = await Stack.open();
});
afterEach(() => stack.close());

/** Accounts of which the code knows the name alone. */
const nameless = (vendor: VendorName, options: Partial<Declaration> = {}) =>
  NAMES.map((name) => declare(vendor, name, { externalId: undefined }, options));
/** The same accounts under other logical names. */
const renamed = (vendor: VendorName, options: (former: string) => Partial<Declaration> = () => ({})) =>
  NAMES.map((name) => {
    const former = name.toLowerCase();
    return declare(vendor, name, { externalId: undefined }, { name: `${former}-2`, ...options(former) });
  });
const replaced = { replace: true };

/** What an engine does to a state whose resources got other logical names by aliases. */
function follow(of: Stack, vendor: VendorName): void {
  for (const name of NAMES.map((each) => each.toLowerCase())) {
    const saved = of.resources.get(`${vendor}.SubAccount ${name}`);
    if (saved) of.resources.set(`${vendor}.SubAccount ${name}-2`, saved);
    of.resources.delete(`${vendor}.SubAccount ${name}`);
  }
}

/** Moves all resources to a stack beside, as `pulumi state move` does. */
function moved(): Stack {
  const other = stack.beside();
  for (const [key, resource] of stack.resources) other.resources.set(key, resource);
  stack.resources.clear();
  return other;
}

describe("accounts without an externalId", () => {
  const ways: Record<string, (vendor: VendorName) => Promise<unknown>> = {
    "up --replace '**'": (vendor) => stack.upAll(nameless(vendor, replaced)),
    "up --replace of every resource with the Owner": (vendor) => {
      stack.owner = "a-new-owner";
      return stack.upAll(nameless(vendor, replaced));
    },
    "an Owner deleted from the state, then other logical names": (vendor) => {
      stack.owner = "a-new-owner";
      return stack.upAll(renamed(vendor));
    },
    "an Owner deleted from the state, then other names at the vendor": (vendor) => {
      stack.owner = "a-new-owner";
      return stack.upAll(
        NAMES.map((name) => declare(vendor, name, { externalId: undefined, name: `${name} Limited` })),
      );
    },
    "protected, so that an up with other logical names fails; unprotected, and again": async (vendor) => {
      const kept = [...stack.resources];
      await outcomeOf(stack.upAll([...nameless(vendor), ...renamed(vendor)], { continueOnError: true }));
      for (const [key, resource] of kept) if (!stack.resources.has(key)) stack.resources.set(key, resource);
      await stack.upAll(renamed(vendor), { continueOnError: true });
    },
    "a destroy that failed half-way with the Owner gone, then up --replace": async (vendor) => {
      stack.emulator.fault({
        vendor,
        method: "GET",
        times: 50,
        fault: { kind: "status", when: "before", status: 403 },
      });
      await outcomeOf(stack.upAll([], { continueOnError: true }));
      stack.emulator.clearFaults();
      stack.owner = "a-new-owner";
      await stack.upAll(nameless(vendor, replaced));
    },
    "pulumi state move, then other logical names": (vendor) => moved().upAll(renamed(vendor)),
    "a --replace that hits the provider as well": (vendor) =>
      stack.upAll(nameless(vendor, replaced), { replacesProvider: true }),
    "other logical names, and those forced to be replaced": (vendor) =>
      stack.upAll(
        renamed(vendor, () => replaced),
        { continueOnError: true },
      ),
    "an alias, and a forced replacement by another process": (vendor) => {
      follow(stack, vendor);
      const aliases = (former: string) => ({ ...replaced, aliases: [former] });
      return stack.upAll(renamed(vendor, aliases), { replacesProvider: true });
    },
  };
  const cases = VENDORS.flatMap((vendor) => Object.keys(ways).map((way) => [way, vendor] as const));

  it.each(cases)(
    "%s (%s) end no account, make no second one, and the next up does neither",
    async (way, vendor) => {
      await stack.upAll(nameless(vendor));
      stack.pass(60_000);
      const before = accountsAt(stack.emulator, vendor).map(({ id }) => id);
      await outcomeOf(ways[way]?.(vendor) ?? Promise.resolve());
      expect(activeAt(stack.emulator, vendor)).toEqual(before);
      stack.pass(60_000);
      await outcomeOf(stack.upAll(nameless(vendor)));
      expect(activeAt(stack.emulator, vendor)).toEqual(before);
    },
  );

  it.each(MARKING)(
    "of %s that were replaced by force are the same to the next preview and refresh",
    async (vendor) => {
      await stack.upAll(nameless(vendor));
      await stack.upAll(nameless(vendor, replaced));
      expect(await stack.previewAll(nameless(vendor))).toEqual(["same", "same", "same"]);
      expect(await stack.refreshAll()).toEqual(["same", "same", "same"]);
      expect(idsIn(stack)).toEqual(activeAt(stack.emulator, vendor));
    },
  );

  it.each(MARKING)(
    "of %s whose provider was replaced are rid of the old halves by the next up",
    async (vendor) => {
      await stack.upAll(nameless(vendor));
      await outcomeOf(stack.upAll(nameless(vendor, replaced), { replacesProvider: true }));
      await stack.upAll(nameless(vendor));
      expect(stack.condemned).toEqual([]);
      expect(idsIn(stack)).toEqual(activeAt(stack.emulator, vendor));
    },
  );
});

describe("a stack whose accounts were moved to another one", () => {
  const program = (vendor: VendorName) => NAMES.map((name) => declare(vendor, name));
  let other: Stack;
  const move = async (vendor: VendorName) => {
    await stack.upAll(program(vendor));
    stack.pass(60_000);
    other = moved();
    stack.emulator.clearRequests();
  };
  const owners = (vendor: VendorName) =>
    handleOf(stack.emulator, vendor)
      .accounts()
      .map(({ metadata }) => JSON.stringify(metadata).includes(other.owner));

  it.each(MARKING)("(%s) are the other's from its first up on", async (vendor) => {
    await move(vendor);
    expect(await other.previewAll(program(vendor))).toEqual(["update", "update", "update"]);
    await other.upAll(program(vendor));
    expect(owners(vendor)).toEqual([true, true, true]);
    expect(await other.previewAll(program(vendor))).toEqual(["same", "same", "same"]);
  });

  it.each(MARKING)(
    "(%s) are refused to the old program, which is then taken out: nobody is ended",
    async (vendor) => {
      await move(vendor);
      await other.upAll(program(vendor));
      expect(await outcomeOf(stack.upAll(program(vendor)))).toMatch(
        /belongs to urn:pulumi:other\S+ of another stack/,
      );
      await stack.upAll([]);
      expect(activeAt(stack.emulator, vendor)).toEqual(idsIn(other));
      expect(owners(vendor)).toEqual([true, true, true]);
    },
  );

  it.each(MARKING)(
    "(%s) before the other's first up are not ended by the old program either",
    async (vendor) => {
      await move(vendor);
      await outcomeOf(stack.upAll(program(vendor)));
      await outcomeOf(stack.upAll([]));
      await outcomeOf(other.upAll(program(vendor)));
      await other.refreshAll();
      expect(activeAt(stack.emulator, vendor)).toEqual(idsIn(other));
    },
  );

  it.each(MARKING.flatMap((vendor) => [0, 1].map((kept) => [kept, vendor] as const)))(
    "and of which all but %i are renamed there (%s) are refused with the alias of this stack",
    async (kept, vendor) => {
      await move(vendor);
      const others = NAMES.map((name, index) =>
        declare(vendor, name, {}, index < kept ? {} : { name: `${name.toLowerCase()}-2` }),
      );
      const failure = await outcomeOf(other.upAll(others, { continueOnError: true }));
      expect(failure).toMatch(/aliases: \["urn:pulumi:other::\S+::corp"\]/);
      if (kept > 0) expect(failure).toMatch(/it is this stack's, as corp/);
      expect(activeAt(stack.emulator, vendor)).toEqual(idsIn(other));
    },
  );
});

describe("a state of another time", () => {
  const earlier = (vendor: VendorName) => [declare(vendor, "Acme")];
  const later = (vendor: VendorName) => [
    declare(vendor, "Acme", subjectOf(vendor).limit(7)),
    declare(vendor, "Beta"),
  ];
  const steps: Record<string, (vendor: VendorName) => Promise<unknown>> = {
    up: (vendor) => stack.upAll(later(vendor)),
    "up --refresh": async (vendor) => {
      await stack.refreshAll();
      await stack.upAll(later(vendor));
    },
    "an up of the program of that time": (vendor) => stack.upAll(earlier(vendor)),
    "a destroy": () => stack.upAll([]),
    "a forced replacement": (vendor) =>
      stack.upAll(later(vendor).map((each) => ({ ...each, replace: true }))),
  };
  const cases = VENDORS.flatMap((vendor) => Object.keys(steps).map((step) => [step, vendor] as const));

  it.each(cases)(
    "that was restored, then %s (%s): nobody twice, and no one that the state does not have ended",
    async (step, vendor) => {
      await stack.upAll(earlier(vendor));
      const backup = [...stack.resources];
      await stack.upAll(later(vendor));
      stack.pass(60_000);
      const [acme = "", beta = ""] = activeAt(stack.emulator, vendor);
      stack.resources.clear();
      for (const [key, resource] of backup) stack.resources.set(key, resource);
      await outcomeOf(steps[step]?.(vendor) ?? Promise.resolve());
      expect(
        accountsAt(stack.emulator, vendor)
          .filter(({ isActive }) => isActive)
          .map(({ name }) => name),
      ).toEqual(step === "a destroy" ? ["Beta"] : ["Acme", "Beta"]);
      expect(activeAt(stack.emulator, vendor)).toContain(beta);
      if (step !== "a destroy") expect(activeAt(stack.emulator, vendor)).toContain(acme);
    },
  );

  it.each(MARKING)("in which an account of %s was taken over since ends nobody", async (vendor) => {
    await stack.upAll(earlier(vendor));
    const backup = [...stack.resources];
    await stack.upAll(earlier(vendor).map((each) => ({ ...each, replace: true })));
    stack.resources.clear();
    for (const [key, resource] of backup) stack.resources.set(key, resource);
    expect(await outcomeOf(stack.upAll([]))).toMatch(/`pulumi refresh` takes it in/);
    expect(activeAt(stack.emulator, vendor)).toHaveLength(1);
    await stack.refreshAll();
    await stack.upAll([]);
    expect(activeAt(stack.emulator, vendor)).toHaveLength(0);
  });

  it.each(MARKING)(
    "with another Owner is healed by an up (%s): marked again, and then quiet",
    async (vendor) => {
      await stack.upAll(later(vendor));
      stack.owner = "a-new-owner";
      expect(await stack.previewAll(later(vendor))).toEqual(["update", "update"]);
      await stack.upAll(later(vendor));
      expect(await stack.previewAll(later(vendor))).toEqual(["same", "same"]);
      expect(await stack.refreshAll()).toEqual(["same", "same"]);
      await stack.upAll([]);
      expect(activeAt(stack.emulator, vendor)).toEqual([]);
    },
  );
});
