import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isSame, normalized } from "../../../provider/core/contract/identity";

const strange = fc.constantFrom(
  ..." \t\n\u00A0\u3000\u2028\u200B\u200C\u200D\u2060\uFEFF",
  ..."eEéÉ\u0301\u0308\u0327\u0345ßẞİıŉǰΐΣσςſKÅᾼῼﬁ\u{10400}\u{1F600}",
  "\uD83D",
  "\u0000",
);
const texts = fc.oneof(
  fc.string({ unit: strange, maxLength: 12 }),
  fc.string({ unit: "binary", maxLength: 12 }),
);

describe("the normal form of a name", () => {
  it.each([
    ["Acme Corp", "acme corp"],
    ["  Acme \t\u00A0 Corp\n", "acme corp"],
    ["A\u200Bc\u200Dme\uFEFF\u2060", "acme"],
    ["Ac\u00ADme\u200E\uFE0F\u3164\u2800", "acme"],
    ["Cafe\u0301", "café"],
    ["STRASSE", "strasse"],
    ["Straße", "strasse"],
    ["ΟΔΟΣ", "οδος"],
    ["", ""],
    ["Ａcme", "ａcme"],
  ])("of %j is %j", (name, form) => expect(normalized(name)).toBe(form));

  it("is its own normal form, whatever the text", () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(normalized(normalized(text))).toBe(normalized(text));
      }),
      { numRuns: 5_000 },
    );
  });

  it("is the same for composed and decomposed text, upper and lower case", () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(normalized(text.normalize("NFD"))).toBe(normalized(text));
        expect(normalized(text.normalize("NFC"))).toBe(normalized(text));
      }),
    );
    expect(normalized("ÉCOLE ΣΑΣ")).toBe(normalized("école σας"));
  });
});

describe("two values are the same", () => {
  it("as texts of one normal form", () => {
    expect(isSame("Acme", "acme ")).toBe(true);
    expect(isSame("Acme", "Acme 2")).toBe(false);
  });

  it("else as equal values", () => {
    expect(isSame(null, null)).toBe(true);
    expect(isSame(null, undefined)).toBe(false);
    expect(isSame(5, "5")).toBe(false);
    expect(isSame({ a: ["X"] }, { a: ["X"] })).toBe(true);
    expect(isSame({ a: ["X"] }, { a: ["x"] })).toBe(false);
  });
});
