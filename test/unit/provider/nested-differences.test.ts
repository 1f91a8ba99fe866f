import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Fields } from "../../../provider/core/contract/description";
import type { Values } from "../../../provider/core/contract/resource";
import { argumentsOf, changeOf, refuseMismatch } from "../../../provider/core/nested/differences";

const shown = { schema: z.string().optional(), doc: "" };
const fields: Fields = { url: shown, note: shown, secret: { ...shown, readable: false } };
const compared = {
  title: "Zavu",
  noun: "webhook",
  fields,
  normal: { url: (url: unknown) => String(url).toLowerCase() },
};
const has = (values: Values) => ({ id: "wh", fields: values });

describe("the fields of an object within an account", () => {
  it.each<[string, Values, Values, Values, Values]>([
    ["as declared", { url: "a" }, { url: "a" }, { url: "a" }, {}],
    ["in another form", { url: "A" }, { url: "a" }, { url: "a" }, {}],
    ["changed in the code", { url: "a" }, { url: "a" }, { url: "b" }, { url: "b" }],
    ["changed outside", { url: "x" }, { url: "a" }, { url: "a" }, { url: "a" }],
    ["unset outside", { url: null }, { url: "a" }, { url: "a" }, { url: "a" }],
    ["taken out", { url: "a", note: "n" }, { url: "a", note: "n" }, { url: "a" }, { note: null }],
    ["taken out, and unset already", { url: "a" }, { url: "a", note: "n" }, { url: "a" }, {}],
    ["never declared", { url: "a", note: "n" }, { url: "a" }, { url: "a" }, {}],
    ["not shown, and the same", {}, { secret: "s" }, { secret: "s" }, {}],
    ["not shown, and changed", {}, { secret: "s" }, { secret: "t" }, { secret: "t" }],
    ["not shown, and taken out", {}, { secret: "s" }, {}, { secret: null }],
  ])("%s", (_what, values, before, wanted, change) => {
    expect(changeOf(compared, has(values), before, wanted)).toEqual(change);
  });

  it("are in the state as declared, but for what the vendor has otherwise, also where it was to be unset", () => {
    const before = { url: "a", note: "n", secret: "s" };
    const wanted = { url: "a", secret: "t" };
    expect(argumentsOf(compared, has({ url: "A", note: "n" }), before, wanted)).toEqual({
      url: "a",
      note: "n",
      secret: "t",
    });
    expect(argumentsOf(compared, has({ url: "b" }), before, wanted)).toEqual({ url: "b", secret: "t" });
  });

  it("that the vendor keeps otherwise are named, without a value; one that it does not show is believed", () => {
    const check = (values: Values) =>
      refuseMismatch(compared, has(values), { note: "n" }, { url: "a", secret: "t" });
    expect(() => check({ url: "A" })).not.toThrow();
    expect(() => check({ url: "b", note: "n" })).toThrow(
      "Zavu refused nothing, and has another value than the declared one in url and note of the webhook wh.",
    );
  });
});
