import { describe, expect, it } from "vitest";
import { withoutIgnored } from "../../../provider/core/contract/ignored";

const VALUES = {
  name: "Acme",
  creditLimit: 5,
  limits: { runs: 1, spaces: 2 },
  metadata: { "a.b": 1, c: 2 },
  permissions: ["x"],
};

describe("what ignoreChanges names is left out", () => {
  it.each([
    [[], VALUES],
    [["creditLimit"], { ...VALUES, creditLimit: undefined }],
    [["limits.spaces"], { ...VALUES, limits: { runs: 1 } }],
    [["limits"], { ...VALUES, limits: undefined }],
    [["limits.*"], { ...VALUES, limits: undefined }],
    [['metadata["a.b"]'], { ...VALUES, metadata: { c: 2 } }],
    [["metadata.c.deeper"], { ...VALUES, metadata: { "a.b": 1 } }],
    [["permissions[0]"], { ...VALUES, permissions: undefined }],
    [["limit", "nameless"], VALUES],
    [["*"], {}],
  ])("%j", (paths, expected) => {
    expect(withoutIgnored(VALUES, paths)).toEqual(expected);
  });
});
