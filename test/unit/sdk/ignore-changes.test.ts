import type * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { zavu } from "../../../sdk";
import { ignoredPaths } from "../../../sdk/core/ignored";
import { registrationsOf } from "./registrations";

const accountWith = async (opts: pulumi.CustomResourceOptions) => {
  const args = { name: "Acme", creditLimit: 5000 };
  const [account] = await registrationsOf(() => new zavu.SubAccount("acme", args, opts).urn);
  return { ignore: account?.inputs["__ignore"], ignoreChanges: account?.ignoreChanges };
};

describe("what ignoreChanges names", () => {
  it("reaches the provider, sorted, each path once", async () => {
    const ignoreChanges = ["metadata.team", '["creditLimit"]', "creditLimit"];
    expect(await accountWith({ ignoreChanges })).toEqual({
      ignore: ["creditLimit", "metadata.team"],
      ignoreChanges,
    });
  });

  it("is no input where it names nothing", async () => {
    expect(await accountWith({})).toEqual({ ignore: undefined, ignoreChanges: [] });
    expect(await accountWith({ ignoreChanges: [] })).toEqual({ ignore: undefined, ignoreChanges: [] });
  });

  it.each(["*", "[*]", '["*"]'])("is every argument for %s, and no hidden input", async (all) => {
    const { ignore, ignoreChanges } = await accountWith({ ignoreChanges: [all] });
    expect(ignore).toEqual(["*"]);
    expect(ignoreChanges).toEqual(
      expect.arrayContaining([
        "connection",
        "creditLimit",
        "deletionPolicy",
        "externalId",
        "metadata",
        "name",
      ]),
    );
    expect(ignoreChanges?.filter((path) => path.startsWith("__") || path === all)).toEqual([]);
  });
});

describe("a path of ignoreChanges", () => {
  it.each([
    ["creditLimit", "creditLimit"],
    ["limits.maxSpaces", "limits.maxSpaces"],
    ['["creditLimit"]', "creditLimit"],
    ['limits["maxSpaces"]', "limits.maxSpaces"],
    ['["limits"]["maxSpaces"]', "limits.maxSpaces"],
    ['["limits"].maxSpaces', "limits.maxSpaces"],
    ['metadata["a.b"]', 'metadata["a.b"]'],
    ['metadata["a \\"b\\""].c', 'metadata["a \\"b\\""].c'],
    ["permissions[0]", "permissions[0]"],
    ["permissions[*]", "permissions.*"],
    ["limits.*", "limits.*"],
    ["metadata[", "metadata["],
    ["", ""],
  ])("%s is written %s", (path, expected) => {
    expect(ignoredPaths([path])).toEqual([expected]);
  });
});
