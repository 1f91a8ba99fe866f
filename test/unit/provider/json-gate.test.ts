import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bctrlSubAccount } from "../../../provider/bctrl/sub-account";
import { storable } from "../../../provider/core/base/json";
import { hasUnknown, problemsOf, UNKNOWN } from "../../../provider/core/contract/check";
import { problemsOfJson } from "../../../provider/core/contract/json-gate";
import { zavuApiKey } from "../../../provider/zavu/api-key";
import { zavuSubAccount } from "../../../provider/zavu/sub-account";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const texts = (problems: { path: string; rule: string }[]) =>
  problems.map(({ path, rule }) => `${path} ${rule}`);
const ofMetadata = (metadata: unknown) => texts(problemsOf(zavuSubAccount, { name: "Acme", metadata }));
const nestedIn = (levels: number): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
};

describe("values of arguments", () => {
  it.each([
    ["sums of fractions", 0.1 + 0.2],
    ["small and large fractions", [5e-324, 1e-7, 9007199254740991, -9007199254740991, 0.1]],
    ["properties that every object has", { toString: "a", constructor: "b", valueOf: { hasOwnProperty: 1 } }],
    ["texts with line ends and emoji", "one\ntwo\t👩‍💻"],
    ["what is not known yet", { a: UNKNOWN }],
    ["an empty key and a key with a dot", { "": 1, "a.b": 2 }],
    ["60 levels", nestedIn(60)],
  ])("may be %s", (_what, value) => expect(ofMetadata({ value })).toEqual([]));

  it.each([
    [
      "whole numbers that are not exact",
      { a: [1, 2 ** 53] },
      /^metadata\.a\.1 is a whole number beyond 9007199254740991 .*quotes/,
    ],
    ["whole numbers with an exponent", { a: 1e21 }, /^metadata\.a is a whole number beyond/],
    ["negative ones", { a: -(2 ** 60) }, /^metadata\.a is a whole number beyond/],
    ["half of an emoji", { a: "x\uD83D" }, /^metadata\.a holds half of a character/],
    ["half of an emoji in a key", { "a\uDE00": 1 }, /^metadata\.a\\u\{de00\} holds half of a character/],
    ["NUL", { a: { b: "x\0" } }, /^metadata\.a\.b holds the character NUL/],
    ["NUL in a key", { "a\0": 1 }, /^metadata\.a\\u\{0\} holds the character NUL/],
    ["__proto__", JSON.parse('{ "a": { "__proto__": 1 } }'), /^metadata\.a\.__proto__ is a key that/],
    [
      "keys that look alike",
      { a: { "caf\u00e9": 1, "cafe\u0301": 2 } },
      /^metadata\.a has two keys that look alike, ".+" \(caf\\u\{e9\}\) and ".+" \(cafe\\u\{301\}\); keep one$/,
    ],
    ["an asset", { a: { [SIGNATURE]: "c44067f5952c0a294b673a41bacd8c17" } }, /^metadata\.a is an asset/],
    [
      "a secret's mark",
      { [SIGNATURE]: "1b47061264138c4ac30d75fd1eb44270", value: 1 },
      /^metadata is an asset/,
    ],

    ["a mark", { a: "dd056dcd-154b-4c76-9bd3-c8f88648b5ff" }, /^metadata\.a is Pulumi's mark/],
    [
      "65 levels",
      { a: nestedIn(65) },
      /^metadata\.a\.[0a]\.[0a] is nested deeper than 64 levels; make it flatter$/,
    ],
    [
      "3,000 levels",
      { a: nestedIn(3_000) },
      /^metadata\.a\.[0a]\.[0a] is nested deeper than 64 levels; make it flatter$/,
    ],
  ])("are refused when they hold %s", (_what, metadata, message) => {
    const problems = ofMetadata(metadata);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(message);
  });

  it("are judged wherever they stand", () => {
    const key = { subAccountId: "sub_1", name: "backend", keepers: { build: 2 ** 53 } };
    expect(texts(problemsOf(zavuApiKey, key))).toEqual([
      expect.stringMatching(/^keepers\.build is a whole number beyond/),
    ]);
    const limits = { monthlyCreditLimit: 2 ** 53 + 2 };
    expect(texts(problemsOf(bctrlSubAccount, { name: "Acme", limits }))).toEqual([
      expect.stringMatching(/^limits\.monthlyCreditLimit is a whole number beyond/),
    ]);
    expect(texts(problemsOf(bctrlSubAccount, { name: "Acme", limits: { spend: { max: 1e30 } } }))).toEqual([
      expect.stringMatching(/^limits\.spend\.max is a whole number beyond/),
    ]);
  });

  it("never end in an exception, whatever JSON they are, and what passes comes back equal from JSON", () => {
    fc.assert(
      fc.property(fc.jsonValue({ depthSize: "large", stringUnit: "binary" }), (value) => {
        if (problemsOfJson({ value }).length > 0) return;
        const stored = storable(value);
        expect(JSON.parse(JSON.stringify(stored))).toEqual(stored);
      }),
      { numRuns: 50 },
    );
    expect(hasUnknown(nestedIn(200_000))).toBe(false);
  });

  it("have one zero", () => {
    expect(Object.is((storable({ a: [-0] }) as { a: number[] }).a[0], 0)).toBe(true);
  });
});

describe("names and ids", () => {
  const wrong = [
    [" Acme", "begins or ends with a blank; take it out"],
    ["Acme\u00A0", "begins or ends with a blank; take it out"],
    ["Ac\tme", "holds the control character \\u{9}; take it out"],
    ["Acme\u0085", "holds the control character \\u{85}; take it out"],
    ["Ac\u200Bme", "holds the invisible character \\u{200b}; take it out"],
    ["\uFEFFAcme", "holds the invisible character \\u{feff}; take it out"],
    ["Ac\u2060me", "holds the invisible character \\u{2060}; take it out"],
    ["Ac\u00ADme", "holds the invisible character \\u{ad}; take it out"],
    ["Acme\u200E", "holds the invisible character \\u{200e}; take it out"],
    ["\u202EAcme", "holds the invisible character \\u{202e}; take it out"],
    ["Ac\u034Fme", "holds the invisible character \\u{34f}; take it out"],
    ["Acme\uFE0F", "holds the invisible character \\u{fe0f}; take it out"],
    ["Acme\u3164", "holds the invisible character \\u{3164}; take it out"],
    ["Acme\u2800", "holds the invisible character \\u{2800}; take it out"],
    ["Ac\u2028me", "holds the invisible character \\u{2028}; take it out"],
    ["Acme\u{E0041}", "holds the invisible character \\u{e0041}; take it out"],
    ["Acme \uD83D", "holds half of a character, such as an emoji that was cut; complete it"],
  ] as const;

  it.each(wrong)("%j are refused, with what to take out", (text, rule) => {
    for (const path of ["name", "externalId", "adopt"]) {
      expect(texts(problemsOf(zavuSubAccount, { name: "Acme", [path]: text }))).toEqual([`${path} ${rule}`]);
      expect(texts(problemsOf(bctrlSubAccount, { name: "Acme", [path]: text }))).toEqual([`${path} ${rule}`]);
    }
    const key = { subAccountId: "sub_1", name: "backend" };
    for (const path of ["name", "subAccountId"]) {
      expect(texts(problemsOf(zavuApiKey, { ...key, [path]: text }))).toEqual([`${path} ${rule}`]);
    }
  });

  it("may have blanks inside, and any script", () => {
    for (const name of ["Acme Corp", "Ünïcode & Söhne", "株式会社アクメ", "👍🏽 Acme"]) {
      expect(texts(problemsOf(zavuSubAccount, { name, externalId: name }))).toEqual([]);
    }
  });
});
