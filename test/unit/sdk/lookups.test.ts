import * as pulumi from "@pulumi/pulumi";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bctrl, bolna, zavu } from "../../../sdk";
import { windowProblem } from "../../../sdk/bolna/usage-window";

/** What the mocks were asked. */
let asked: { token: string; inputs: unknown }[] = [];
beforeAll(() =>
  pulumi.runtime.setMocks({
    call: ({ token, inputs }) => {
      asked.push({ token, inputs });
      return token.endsWith("listSubAccounts") ? { items: [{ id: "a" }] } : { id: "a", ...inputs };
    },
    newResource: ({ name, inputs }) => ({ id: `${name}-id`, state: inputs }),
  }),
);
beforeEach(() => {
  asked = [];
});

// Programs without types make mistakes, too.
const wrong = (args: unknown) => args as never;

describe("the arguments of a lookup", () => {
  it.each<[string, unknown, string]>([
    ["nothing", undefined, "pass exactly one of id, externalId, name; got none"],
    ["an empty object", {}, "pass exactly one of id, externalId, name; got none"],
    ["an undefined id", { id: undefined }, "pass exactly one of id, externalId, name; got none"],
    ["two at once", { id: "a", name: "b" }, "pass exactly one of id, externalId, name; got id and name"],
    ["no object", "a", "the arguments must be an object"],
    ["null", null, "the arguments must be an object"],
    [
      "a mistyped name",
      { exteralId: "a" },
      "exteralId is no argument. The arguments are id, externalId, name",
    ],
    ["a number", { id: 7 }, "id must be a string; got a number"],
    ["null for an id", { id: null }, "id must be a string; got null"],
    ["a list", { id: ["a"] }, "id must be a string; got a list"],
    ["a blank string", { name: " " }, "name must be a string that is not blank"],
    ["a blank connection", { id: "a", connection: "" }, "connection must be a string that is not blank"],
    ["an output in a template literal", { id: `${pulumi.output("a")}` }, "use pulumi.interpolate"],
  ])("are refused before anything is asked: %s", async (_what, args, message) => {
    const refused = zavu.getSubAccount(wrong(args));
    await expect(refused).rejects.toThrow(/^zavu.getSubAccount: .*Nothing was sent$/);
    await expect(refused).rejects.toThrow(message);
    // At once, and not in an output that nobody may look at.
    expect(() => zavu.getSubAccountOutput(wrong(args))).toThrow(message);
    expect(asked).toEqual([]);
  });

  it("are refused in the way that Pulumi shows without a stack", async () => {
    const error: unknown = await zavu.getUsage(wrong({})).catch((reason: unknown) => reason);
    expect(pulumi.RunError.isInstance(error)).toBe(true);
  });

  it("of Bolna are no externalId, and the message says why and what instead", async () => {
    await expect(bolna.getSubAccount(wrong({ externalId: "tenant-acme" }))).rejects.toThrow(
      "bolna.getSubAccount: externalId: Bolna has no such field to find an account by; pass id or name. Nothing was sent",
    );
  });

  it("may be outputs in the other form", async () => {
    const id = pulumi.output("acme-id");
    expect(() => zavu.getSubAccountOutput({ id, name: "Acme" })).toThrow("got id and name");
    expect(() => zavu.getUsageOutput({ id, connection: " " })).toThrow("connection must be a string");
    const found = zavu.getSubAccountOutput({ id, connection: undefined });
    await expect(promised(found.id)).resolves.toBe("acme-id");
  });
});

describe("the window of Bolna's usage", () => {
  const now = Date.parse("2026-03-10T12:00:00Z");
  it.each<[string, object, RegExp | undefined]>([
    ["none", {}, undefined],
    ["32 days", { from: "2026-01-01T00:00:00Z", to: "2026-02-02T00:00:00Z" }, undefined],
    ["longer", { from: "2026-01-01T00:00:00Z", to: "2026-02-02T00:00:00.001Z" }, /at most 32 days apart/],
    ["a month before today", { from: "2026-02-08T00:00:00Z" }, undefined],
    ["longer before today", { from: "2026-02-06T00:00:00Z" }, /at most 32 days apart/],
    ["an end in this month", { to: "2026-03-05T00:00:00Z" }, undefined],
    ["an end before this month", { to: "2026-02-05T00:00:00Z" }, /to must not be before from/],
    ["without a zone", { from: "2026-03-01T00:00:00" }, /from must be a time in UTC/],
    ["of another zone", { to: "2026-03-01T00:00:00+01:00" }, /to must be a time in UTC/],
    ["a date", { from: "2026-03-01" }, /from must be a time in UTC/],
    ["no such day", { from: "2026-13-01T00:00:00Z" }, /from must be a time in UTC/],
    ["an end that is not known yet", { from: pulumi.output("x"), to: "2020-01-01T00:00:00Z" }, undefined],
  ])("is checked at once: %s", (_what, args, expected) => {
    const problem = windowProblem({ id: "a", ...args }, now);
    if (expected === undefined) expect(problem).toBeUndefined();
    else expect(problem).toMatch(expected);
  });
});

describe("a program under Pulumi's mocks", () => {
  it("is answered by them, and no vendor is called", async () => {
    expect(await zavu.getSubAccount({ externalId: "a" })).toEqual({ id: "a", externalId: "a" });
    expect(await bctrl.listSubAccounts()).toEqual([{ id: "a" }]);
    expect(await promised(bctrl.listSubAccountsOutput({ connection: "eu" }))).toEqual([{ id: "a" }]);
    expect(await bolna.getUsage({ id: "b" })).toEqual({ id: "b" });
    expect(asked).toEqual([
      { token: "subaccounts:zavu:getSubAccount", inputs: { externalId: "a" } },
      { token: "subaccounts:bctrl:listSubAccounts", inputs: {} },
      { token: "subaccounts:bctrl:listSubAccounts", inputs: { connection: "eu" } },
      { token: "subaccounts:bolna:getUsage", inputs: { id: "b" } },
    ]);
  });

  it("keeps what is found by a secret secret", async () => {
    const found = zavu.getSubAccountOutput({ name: pulumi.secret("Acme") });
    expect(await pulumi.isSecret(found.name)).toBe(true);
  });
});

/** The value of an output, or why there is none. */
function promised<T>(output: pulumi.Output<T>): Promise<unknown> {
  return (output as unknown as { promise(): Promise<unknown> }).promise();
}
