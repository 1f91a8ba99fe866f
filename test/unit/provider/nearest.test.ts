import { expect, it } from "vitest";
import { nearest } from "../../../provider/core/base/nearest";

const ARGUMENTS = ["name", "externalId", "creditLimit", "metadata", "maxActiveRuns", "maxSpaces"];

it.each([
  ["credit_limit", "creditLimit"],
  ["CreditLimit", "creditLimit"],
  ["exteralId", "externalId"],
  ["external-id", "externalId"],
  ["nam", "name"],
  ["maxRuns", "maxActiveRuns"],
  ["metadat", "metadata"],
  ["limit", undefined],
  ["color", undefined],
  ["_", undefined],
])("takes %s for %s", (name, meant) => {
  expect(nearest(name, ARGUMENTS)).toBe(meant);
});

it("knows nothing among nothing", () => {
  expect(nearest("name", [])).toBeUndefined();
});
