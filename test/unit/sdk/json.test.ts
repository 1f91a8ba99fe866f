import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { bctrl, zavu } from "../../../sdk";
import { inspected } from "../../../sdk/core/json";
import { registrationsOf } from "./registrations";

class Money {
  cents = 5;
}
const half = "Acme 😀".slice(0, 6);

describe("an argument with what JSON does not have", () => {
  it.each<[string, unknown, string]>([
    ["a Date", new Date(0), "is a Date; pass a string such as date.toISOString()"],
    ["a Map", new Map(), "is a Map; pass a plain object such as Object.fromEntries(map)"],
    ["a Set", new Set(), "is a Set; pass a list such as [...set]"],
    ["a class instance", new Money(), "is a Money; pass plain data: objects, lists, strings, numbers"],
    ["a regular expression", /x/, "is a RegExp; pass plain data"],
    ["an asset", new pulumi.asset.StringAsset("x"), "is a StringAsset; pass plain data"],
    ["a function", () => "x", "is a function; pass plain data"],
    ["a symbol", Symbol("x"), "is a symbol; pass plain data"],
    ["a bigint", 5n, "is a bigint; pass plain data"],
    [
      "half a character",
      half,
      "holds half a character (a lone surrogate), as of a text that was cut within an emoji",
    ],
    ["half a character in a key", { [half]: 1 }, "has a key with half a character"],
    ["a key __proto__", JSON.parse('{"__proto__": {"a": 1}}'), 'has a key "__proto__"'],
  ])("is refused at construction, at any depth, with the path: %s", (_what, value, rule) => {
    const refusal = (args: object) => () => new zavu.ApiKey("acme", args as never);
    const args = { subAccountId: "a", name: "backend" };
    expect(refusal({ ...args, keepers: { at: value } })).toThrow(`zavu.ApiKey "acme": keepers.at ${rule}`);
    expect(refusal({ ...args, keepers: { list: ["x", { "a b": value }] } })).toThrow(
      `zavu.ApiKey "acme": keepers.list[1]["a b"] ${rule}`,
    );
    expect(refusal({ ...args, permissions: value })).toThrow(`zavu.ApiKey "acme": permissions ${rule}`);
  });

  it("is told everything at once, and never a value", () => {
    const args = { name: half, metadata: { at: new Date(0) }, limits: { maxSpaces: 5n } };
    const refusal = () => new bctrl.SubAccount("acme", args as never);
    expect(refusal).toThrow(/: name holds .*; metadata\.at is a Date.*; limits\.maxSpaces is a bigint/);
    expect(refusal).not.toThrow(/Acme \ud83d|1970/);
  });

  it("is refused where it refers to itself", () => {
    const keepers: Record<string, unknown> = {};
    keepers["self"] = keepers;
    expect(() => new zavu.ApiKey("acme", { subAccountId: "a", name: "b", keepers })).toThrow(
      /keepers\.self\.self.* is nested more than 100 levels deep, or in itself/,
    );
  });

  it("is no key called toString, which Pulumi would call", async () => {
    const metadata = { toString: "a", valueOf: 1 };
    const [account] = await registrationsOf(() => new zavu.SubAccount("acme", { name: "Acme", metadata }).id);
    expect(account?.inputs["metadata"]).toEqual(metadata);
  });

  it("is a resource where its id is meant", () => {
    const account = new zavu.SubAccount("acme", { name: "Acme" });
    expect(() => new zavu.ApiKey("acme", { subAccountId: account as never, name: "b" })).toThrow(
      "subAccountId is a resource; pass one of its outputs, such as its id",
    );
  });
});

describe("an output with what JSON does not have", () => {
  const inside = (value: unknown) => inspected("zavu.ApiKey", { keepers: value })["keepers"];
  const date = pulumi.output("x").apply(() => new Date(0));

  it.each<[string, unknown, string]>([
    ["the argument", date, "keepers is a Date"],
    ["a value in the argument", date.apply((at) => ({ at })), "keepers.at is a Date"],
    ["a value beside others", { at: date, by: "me" }, "keepers.at is a Date"],
    ["a value in a list", { all: ["x", pulumi.output(5n)] }, "keepers.all[1] is a bigint"],
    ["a promise", { at: Promise.resolve(new Date(0)) }, "keepers.at is a Date"],
  ])("is refused once it is known: %s", async (_what, value, message) => {
    expect(await rejectionsOf(() => inside(value))).toEqual([
      expect.stringContaining(`zavu.ApiKey: ${message}`),
    ]);
  });

  it("stays secret", async () => {
    expect(await pulumi.isSecret(pulumi.output(inside(pulumi.secret({ a: 1 }))))).toBe(true);
  });
});

describe("an argument with plain data", () => {
  it("stays the very value", () => {
    const args = {
      keepers: { list: [1, null, undefined, { a: true }], text: "😀", none: Object.create(null) },
    };
    expect(inspected("zavu.ApiKey", args)["keepers"]).toBe(args.keepers);
  });

  it("reaches the provider with its outputs", async () => {
    const metadata = {
      team: pulumi.output("a"),
      tags: [Promise.resolve("b")],
      deep: { c: pulumi.output({ d: 1 }) },
    };
    const [account] = await registrationsOf(
      () => new zavu.SubAccount("acme", { name: pulumi.output("Acme"), metadata }).urn,
    );
    expect(account?.inputs).toMatchObject({
      name: "Acme",
      metadata: { team: "a", tags: ["b"], deep: { c: { d: 1 } } },
    });
  });
});

describe("a resource without a name", () => {
  it.each<[string, unknown]>([
    ["an empty string", ""],
    ["an object", { name: "Acme" }],
    ["nothing", undefined],
    ["half a character", half],
  ])("is refused in one line: %s", (_what, name) => {
    const refusal = () => new zavu.SubAccount(name as never, { name: "Acme" });
    expect(refusal).toThrow(pulumi.RunError);
    expect(refusal).toThrow(
      /^zavu\.SubAccount: the first argument is the resource's name, such as "acme"; got .+$/,
    );
  });
});

describe("arguments as a whole", () => {
  it.each<[string, unknown]>([
    ["nothing", undefined],
    ["a string", "Acme"],
    ["a list", []],
    ["an output", pulumi.output({ name: "Acme" })],
    ["a promise", Promise.resolve({ name: "Acme" })],
  ])("must be an object: %s", (_what, args) => {
    expect(() => new zavu.SubAccount("acme", args as never)).toThrow(
      /^zavu\.SubAccount "acme": the arguments must be an object such as \{ name: "Acme Corp" \}; got /,
    );
  });
});

/** The errors that a program leaves unhandled, each once, as Pulumi's runner shows them. */
async function rejectionsOf(program: () => unknown): Promise<string[]> {
  const listeners = process.listeners("unhandledRejection");
  const errors = new Set<unknown>();
  process.removeAllListeners("unhandledRejection").on("unhandledRejection", (error) => errors.add(error));
  program();
  await expect.poll(() => errors.size).toBeGreaterThan(0);
  process.removeAllListeners("unhandledRejection");
  for (const listener of listeners) process.on("unhandledRejection", listener);
  return [...errors].map((error) => (pulumi.RunError.isInstance(error) ? error.message : "no RunError"));
}
