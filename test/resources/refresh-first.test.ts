import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { activeAt, declare, idsIn, MARKING, outcomeOf, VENDORS } from "../support/customers";
import { Stack } from "../support/stack";
import { inWords, subjectOf } from "../vendors/index.mts";

let stack: Stack;
beforeEach(async () => {
  stack = await Stack.open();
});
afterEach(() => stack.close());

describe("an operation that refreshes first", () => {
  it.each(VENDORS)("ends at %s what the program does not declare any more", async (vendor) => {
    await stack.upAll([declare(vendor, "Acme"), declare(vendor, "Beta")]);
    stack.pass(60_000);
    await stack.upAllRefreshed([declare(vendor, "Beta")]);
    expect(activeAt(stack.emulator, vendor)).toEqual(idsIn(stack));
    expect(idsIn(stack)).toHaveLength(1);
    await stack.upAllRefreshed([]);
    expect(stack.printed.join("\n")).not.toContain("left alone");
    expect([...idsIn(stack), ...activeAt(stack.emulator, vendor)]).toEqual([]);
  });

  it.each(VENDORS)("ends at %s an account whose drift an earlier refresh took in", async (vendor) => {
    await stack.upAll([declare(vendor, "Acme"), declare(vendor, "Beta")]);
    const acme = stack.resource(`${vendor}.SubAccount`);
    await stack.emulator[vendor].change(
      acme.id,
      subjectOf(vendor).isMarked ? { name: "Acme II" } : inWords(vendor, subjectOf(vendor).limit(7)),
    );
    stack.pass(60_000);
    expect(await stack.refresh(`${vendor}.SubAccount`)).toBe("changed");
    await stack.upAllRefreshed([declare(vendor, "Beta")]);
    expect(activeAt(stack.emulator, vendor)).toEqual(idsIn(stack));
    expect(idsIn(stack)).toHaveLength(1);
  });

  it.each(VENDORS)("ends nothing at %s that two resources have, one of which had drifted", async (vendor) => {
    await stack.upAll([declare(vendor, "Acme"), declare(vendor, "Beta")]);
    const type = `${vendor}.SubAccount` as const;
    const { id } = stack.resource(type);
    await stack.emulator[vendor].change(
      id,
      subjectOf(vendor).isMarked ? { name: "Acme II" } : inWords(vendor, subjectOf(vendor).limit(7)),
    );
    await stack.refresh(type);
    // A state that was edited by hand: both resources have one account.
    stack.resources.set(`${type} beta`, { ...stack.resource(type, "beta"), id });
    const before = activeAt(stack.emulator, vendor);
    stack.pass(60_000);
    expect(await outcomeOf(stack.upAllRefreshed([]))).toMatch(/was not deleted|belongs to/);
    expect(activeAt(stack.emulator, vendor)).toEqual(before);
  });

  it.each(VENDORS)(
    "writes at %s what has changed of a resource that was renamed with an alias",
    async (vendor) => {
      const { type, name } = declare(vendor, "Acme");
      await stack.upAll([declare(vendor, "Acme")]);
      stack.pass(60_000);
      const before = stack.resource(type, name);
      stack.resources.set(`${type} renamed`, before);
      stack.resources.delete(`${type} ${name}`);
      const renamed = {
        ...declare(vendor, "Acme", subjectOf(vendor).limit(7)),
        name: "renamed",
        aliases: [name],
      };
      await stack.upAllRefreshed([renamed]);
      expect(activeAt(stack.emulator, vendor)).toHaveLength(1);
      expect(stack.writes().at(-1)?.call).toMatch(/^PATCH /);
    },
  );
});

describe("an up in which a renamed resource could not be created for want of a look", () => {
  it.each(MARKING)("does not end the account of its customer at %s", async (vendor) => {
    const { type, args } = declare(vendor, "Acme");
    await stack.upAll([declare(vendor, "Acme")]);
    stack.pass(60_000);
    stack.emulator.fault({
      vendor,
      method: "GET",
      path: subjectOf(vendor).paths.list,
      fault: { kind: "foreign", as: "html" },
    });
    const outcome = await outcomeOf(
      stack.upAll([{ type, name: "renamed", args }], { continueOnError: true }),
    );
    expect(outcome).toContain('the program declares its customer (by the externalId) as "renamed"');
    expect(activeAt(stack.emulator, vendor)).toHaveLength(1);
    expect(idsIn(stack)).toHaveLength(1);
  });
});
