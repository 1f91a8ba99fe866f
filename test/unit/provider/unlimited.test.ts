import { describe, expect, it } from "vitest";
import { ruleOf, UNKNOWN } from "../../../provider/core/contract/check";
import type { FieldFacts } from "../../../provider/core/contract/manifest";
import { unlimitedProblems, withUnlimited } from "../../../provider/core/contract/unlimited";
import { vendors } from "../../../provider/vendors";

describe("unlimited", () => {
  it("puts null into the fields that it names, and is gone then", () => {
    expect(withUnlimited({ name: "Acme", unlimited: ["creditLimit"] })).toEqual({
      name: "Acme",
      creditLimit: null,
    });
    const limits = { maxSpaces: 2 };
    expect(withUnlimited({ limits, unlimited: ["limits.maxActiveRuns", "spendingCap"] })).toEqual({
      limits: { maxSpaces: 2, maxActiveRuns: null },
      spendingCap: null,
    });
    expect(withUnlimited({ unlimited: ["limits.maxSpaces"] })).toEqual({ limits: { maxSpaces: null } });
    expect(limits).toEqual({ maxSpaces: 2 });
  });

  it("may name a field that is null, and none at all", () => {
    const twice = { creditLimit: null, unlimited: ["creditLimit", "creditLimit"] };
    expect(unlimitedProblems(twice)).toEqual([]);
    expect(withUnlimited(twice)).toEqual({ creditLimit: null });
    expect(withUnlimited({ unlimited: [] })).toEqual({});
  });

  it.each([
    [{ creditLimit: 5, unlimited: ["creditLimit"] }, "creditLimit"],
    [{ limits: { maxSpaces: 0 }, unlimited: ["limits.maxSpaces"] }, "limits.maxSpaces"],
    [{ creditLimit: UNKNOWN, unlimited: ["creditLimit"] }, "creditLimit"],
  ])("is refused beside a value: %j", (args, path) => {
    expect(unlimitedProblems(args)).toEqual([
      { path: "unlimited", rule: `names ${path}, which has a value as well; take one of the two out` },
    ]);
    expect(withUnlimited(args)).toBe(args);
  });

  it("leaves a field alone that ignoreChanges names: its value is the state's", () => {
    const args = { creditLimit: 5, unlimited: ["creditLimit"] };
    expect(unlimitedProblems(args, ["creditLimit"])).toEqual([]);
    expect(withUnlimited(args, ["creditLimit"])).toEqual({ creditLimit: 5 });
  });

  it.each([
    { unlimited: UNKNOWN },
    { unlimited: [UNKNOWN] },
    { unlimited: "creditLimit" },
    { unlimited: ["limits.maxSpaces"], limits: UNKNOWN },
  ])("waits for what is not known yet, and leaves what is wrong to the schema: %j", (args) => {
    expect(withUnlimited(args)).toBe(args);
  });

  it.each(Object.entries(vendors))(
    "names the fields of %s that have a null, and no others",
    (_, { SubAccount }) => {
      const fields: Readonly<Record<string, FieldFacts>> = SubAccount.fields;
      // Of what bctrl's v2 does not define nothing is known: any JSON is passed on.
      const nullable = Object.keys(fields).filter(
        (name) => fields[name]?.null !== undefined && fields[name]?.unit,
      );
      expect(ruleOf(SubAccount.args, ["unlimited"])).toBe(
        `a list of names of fields that have no limit: ${nullable.join(", ")}`,
      );
    },
  );
});
