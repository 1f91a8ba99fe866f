import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { vendors } from "../../../provider/vendors";
import { readTenants, readTiers } from "../../../tenant/files";

let folder: string;
let before: string;
beforeEach(() => {
  before = process.cwd();
  folder = mkdtempSync(join(tmpdir(), "tenants-"));
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

const write = (file: string, text: string) => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
};
const read = (tiers?: object) => readTenants(["tenants/*"], tiers as never);
const ids = () => read().tenants.map(({ externalId }) => externalId);

const ACME = "externalId: tenant-acme\nname: Acme Corp\nvendors:\n  zavu:\n    creditLimit: 5000\n";
const SOLO = '{ "externalId": "tenant-solo", "name": "Solo Ltd", "vendors": { "zavu": {} } }';

describe("tenants from files", () => {
  it("are one or many a file, in YAML or JSON", () => {
    write("tenants/acme.yaml", ACME);
    write("tenants/solo.json", SOLO.replaceAll(" ", "\n\t"));
    write(
      "tenants/list.yaml",
      "- { externalId: b, name: B, vendors: { zavu: {} } }\n- { externalId: a, name: A, vendors: { zavu: {} } }\n",
    );
    write(
      "tenants/documents.yaml",
      "externalId: c\nname: C\nvendors: { zavu: {} }\n---\nexternalId: d\nname: D\nvendors: { zavu: {} }\n",
    );
    expect(read().problems).toEqual([]);
    expect(ids()).toEqual(["a", "b", "c", "d", "tenant-acme", "tenant-solo"]);
    expect(read().tenants.at(-2)).toEqual({
      externalId: "tenant-acme",
      name: "Acme Corp",
      vendors: { zavu: { creditLimit: 5000 } },
    });
  });

  it("are suspended, leave and were called otherwise, with dates as YAML has them", () => {
    const lines =
      "suspended: [zavu]\nended: { keysAt: 2026-12-31, deleteAfter: '2027-12-31' }\nformerly: tenant-amce\n";
    write("tenants/acme.yaml", ACME + lines);
    expect(read()).toMatchObject({
      problems: [],
      tenants: [
        {
          suspended: ["zavu"],
          ended: { keysAt: "2026-12-31", deleteAfter: "2027-12-31" },
          formerly: "tenant-amce",
        },
      ],
    });
    write("tenants/acme.yaml", `${ACME}  bctrl: {}\nsuspended: true\nended: { keysAt: 2026-13-01 }\n`);
    write("tenants/other.yaml", `${ACME.replace("acme", "other")}formerly: tenant-acme\n`);
    expect(read().problems).toEqual([
      expect.stringMatching(
        /^tenants\/acme\.yaml:7:1 suspended cannot stop the bctrl account: there would be nothing to restore\. Declare limits\.monthlyCreditLimit first .*, or leave the vendor out: suspended: \[zavu\]/,
      ),
      expect.stringMatching(/^tenants\/acme\.yaml:8:10 ended\.keysAt must be the last day of the keys/),
      expect.stringMatching(
        /^tenants\/other\.yaml:6:1 formerly is the externalId of another tenant, .* \(tenants\/acme\.yaml:1:1\)$/,
      ),
    ]);
  });

  it("with control characters in their names or keys are told of in one line each", () => {
    const name = "new\n::warning::line\u001B[31m\u202E";
    write(`tenants/${name}.yaml`, "externalId: a\n");
    write(`tenants/${name}.json`, `{ "a\\n::error::b": 1, "tier": "x\\n::error::y" }`);
    write(`tenants/deep/${name}.yaml`, ACME);
    const { problems, unread } = read({ "gold\n::error::z": {} });
    expect(problems.length).toBeGreaterThan(4);
    expect(unread).toHaveLength(1);
    const shown = [...problems, ...unread, ...readTiers(`tenants/${name}.json`).problems];
    for (const line of shown) expect(line).toMatch(/^(?:[^\p{Cc}\p{Cf}])*$/u);
    expect(problems.filter((line) => line.startsWith("tenants/new ::warning::line\u{fffd}[31m"))).not.toEqual(
      [],
    );
  });

  it("are the same after a file is renamed and its entries are reordered", () => {
    write("tenants/list.json", `[${SOLO}, ${SOLO.replaceAll("solo", "duo")}]`);
    const first = read();
    renameSync("tenants/list.json", "tenants/renamed.json");
    write("tenants/renamed.json", `[${SOLO.replaceAll("solo", "duo")}, ${SOLO}]`);
    expect(read()).toEqual(first);
  });

  it("carry the tiers that they are loaded with, and keep their own", () => {
    write("tenants/acme.yaml", `${ACME}tier: gold\n`);
    const tiers = { gold: { zavu: { metadata: { tier: "gold" } } } };
    expect(read(tiers).tenants).toMatchObject([{ tier: "gold", tiers }]);
    write("tenants/acme.yaml", `${ACME}tier: own\ntiers: { own: {} }\n`);
    expect(read(tiers).tenants).toMatchObject([{ tier: "own", tiers: { own: {} } }]);
  });

  it("that are wrong are named with file, line, column, path and rule, all at once and in order", () => {
    write("tenants/a.yaml", ACME.replace("5000", "0"));
    write(
      "tenants/b.yaml",
      `# a comment\n- externalId: tenant-b\n  nam: B\n  vendors: { zavu: {} }\n- externalId: tenant-acme\n  name: C\n  vendors: {}\n- 5\n`,
    );
    write("tenants/c.json", '{\n  "externalId": "tenant-c",\n  "name": "C"\n  "vendors": {}\n}');
    write("tenants/d.yaml", "");
    write("tenants/e.yaml", "externalId: !!js/function 'x'\nname: E\nvendors: { zavu: {} }\n");
    expect(read().problems).toEqual([
      "tenants/a.yaml:5:5 vendors.zavu.creditLimit must be a whole number of cents greater than 0, or null for no cap (Zavu reads 0 as no cap, so 0 is refused); got zero",
      "tenants/b.yaml:2:3 [0].name is required: the customer's name, a string of 1 to 200 characters, not blank",
      "tenants/b.yaml:3:3 [0].nam is no argument: did you mean name? The arguments are externalId, name, tier, tiers, vendors, keys, moreKeys, suspended, ended, formerly, movedFrom",
      "tenants/b.yaml:5:3 [1].externalId is that of another tenant; each needs its own (tenants/a.yaml:1:1)",
      `tenants/b.yaml:7:3 [1].vendors is empty: list the vendors that the tenant uses, for example { zavu: {} }; there are ${Object.keys(vendors).join(", ")}`,
      "tenants/b.yaml:8:3 [2] is no tenant: it must be a mapping",
      expect.stringMatching(/^tenants\/c\.json:4:3 /),
      "tenants/d.yaml is empty",
      expect.stringMatching(/^tenants\/e\.yaml:1:13 begins with !, which makes it a tag/),
    ]);
  });

  it("have problems of their tiers told once", () => {
    write("tenants/a.yaml", `${ACME}tier: gold\n`);
    write("tenants/b.json", SOLO);
    expect(read({ gold: { zavu: { creditLimit: 0 } }, silver: {} }).problems).toEqual([
      expect.stringMatching(/^tiers gold\.zavu\.creditLimit must be .*; got zero$/),
    ]);
  });

  it("take a number for a number, and say how it becomes a string", () => {
    write("tenants/a.yaml", "externalId: 42\nname: A\nvendors: { zavu: {} }\n");
    expect(read().problems).toEqual([
      "tenants/a.yaml:1:1 externalId must be your own id of the customer, a string of 1 to 200 characters, not blank; got a number; put it in quotes",
    ]);
  });

  it("are told apart by more than case", () => {
    write("tenants/a.yaml", "externalId: Acme\nname: A\nvendors: { zavu: {} }\n");
    write("tenants/b.yaml", "externalId: acme\nname: B\nvendors: { zavu: {} }\n");
    expect(read().problems).toEqual([
      "tenants/b.yaml:1:1 externalId is that of another tenant; each needs its own (tenants/a.yaml:1:1)",
    ]);
  });

  it("hold no secrets", () => {
    write(
      "tenants/a.yaml",
      "externalId: a\nname: A\nvendors:\n  bolna:\n    allowConcurrentCalls: 1\n    deletionPolicy: retain\n    multiTenant: true\n    database: { host: h, password: canary }\n",
    );
    expect(read().problems).toEqual([
      "tenants/a.yaml:8:5 vendors.bolna.database is a secret, which does not belong in a file: add it in the program, from the stack's config",
    ]);
  });

  it("may not be none: a pattern that matches no file would delete every tenant", () => {
    expect(read().problems).toEqual([
      `tenants/* matches no file in ${process.cwd()}, and a program without tenants deletes every one: correct the pattern`,
    ]);
  });

  it("may not go on for ever", () => {
    write("tenants/a.yaml", "externalId: a\nname: A\nvendors: &all\n  zavu: { metadata: { all: *all } }\n");
    expect(read().problems).toEqual(["tenants/a.yaml:1:1 holds an alias of itself"]);
  });

  it.each([
    ["externalId: ' a'\nname: A\n", "1:1 externalId begins or ends with a blank; take it out"],
    [
      'externalId: "a\\u200b"\nname: A\n',
      "1:1 externalId holds the invisible character \\u{200b}; take it out",
    ],
    ['externalId: a\nname: "A\\0"\n', "2:1 name holds the control character \\u{0}; take it out"],
    [
      'externalId: a\nname: "A\\uD83D"\n',
      "2:1 name holds half of a character, such as an emoji that was cut; complete it",
    ],
    [
      "externalId: __proto__\nname: A\n",
      "1:1 externalId is a key that JavaScript does not carry, and outputs are by externalId; give the tenant another one",
    ],
  ])("have names and ids that can be used: %j", (text, problem) => {
    write("tenants/a.yaml", `${text}vendors: { zavu: {} }\n`);
    expect(read().problems).toEqual([`tenants/a.yaml:${problem}`]);
  });

  it.each([
    [
      "metadata: { a: 9007199254740993 }",
      /^3:32 vendors\.zavu\.metadata\.a is a whole number beyond .*quotes/,
    ],
    ["metadata: { __proto__: 1 }", /^3:32 vendors\.zavu\.metadata\.__proto__ is a key that/],
    [
      "metadata: { caf\u00e9: 1, cafe\u0301: 2 }",
      /^3:20 vendors\.zavu\.metadata has two keys that look alike/,
    ],
    ["metadata: { a: 04da6b54-80e4-46f7-96ec-b56ff0331ba9 }", /^3:35 is Pulumi's mark/],
    ["metadata: { a: 1c4a061d-8072-4f0a-a4cb-0ff528b18fe7 }", /^3:32 .*metadata\.a is Pulumi's mark/],
    [`metadata: { a: ${"[".repeat(100)}${"]".repeat(100)} }`, /nested deeper than 64 levels/],
    [`metadata: { a: ${"[".repeat(9_000)}${"]".repeat(9_000)} }`, /is nested too deeply: make it flatter$/],
  ])("hold what can be stored: %j", (argument, problem) => {
    write("tenants/a.yaml", `externalId: a\nname: A\nvendors: { zavu: { ${argument} } }\n`);
    const { problems } = read();
    expect(problems).toHaveLength(1);
    expect(problems[0]?.replace("tenants/a.yaml:", "")).toMatch(problem);
  });

  it("have limits that are exact", () => {
    write(
      "tenants/a.yaml",
      "externalId: a\nname: A\nvendors:\n  bctrl:\n    limits:\n      monthlyCreditLimit: 9007199254740993\n",
    );
    expect(read().problems).toEqual([
      expect.stringMatching(
        /^tenants\/a\.yaml:6:7 vendors\.bctrl\.limits\.monthlyCreditLimit is a whole number/,
      ),
    ]);
  });

  it("that no pattern matches are told, by their place and extension", () => {
    const others = ["B.YAML", "b.yml", "c.json", "eu/d.yaml", "eu/north/e.json"];
    for (const file of ["a.yaml", ...others, "notes.md", "eu/notes.md"]) write(`tenants/${file}`, ACME);
    expect(readTenants(["tenants/*.yaml"], undefined).unread).toEqual(
      others.map((file) => `tenants/${file}`),
    );
    expect(readTenants(["tenants/**/*.{yaml,yml,json,YAML}"], undefined).unread).toEqual([]);
    expect(readTenants(["tenants/a.yaml"], undefined).unread).toEqual([]);
  });

  it("of a pattern without a match are missing, though another pattern has some", () => {
    write("tenants/acme.yaml", ACME);
    expect(readTenants(["tenants/*.yaml", "more/*.yaml"], undefined).problems).toEqual([
      `more/*.yaml matches no file in ${process.cwd()}, and the tenants of the files that it was to match are deleted: correct the pattern`,
    ]);
  });

  it.each([
    ["to nothing", "gone.yaml", "it is a link to nothing"],
    ["to itself", "a.yaml", "it is a link to itself"],
  ])("cannot be a link %s", (_what, target, why) => {
    write("tenants/acme.yaml", ACME);
    symlinkSync(target, "tenants/a.yaml");
    expect(read().problems).toEqual([`tenants/a.yaml cannot be read: ${why}`]);
  });

  it.each([
    [
      "Latin-1",
      Buffer.from("externalId: m\nname: M\u00fcller\nvendors: { zavu: {} }\n", "latin1"),
      /^is not UTF-8/,
    ],
    ["UTF-16", Buffer.from(`\uFEFF${ACME}`, "utf16le"), /^is not UTF-8/],
    ["a byte order mark in the middle", Buffer.from(`${ACME}# \uFEFF\n`), /^holds a byte order mark/],
  ])("are UTF-8, and not %s", (_what, bytes, problem) => {
    mkdirSync("tenants");
    writeFileSync("tenants/a.yaml", bytes);
    expect(read().problems.map((text) => text.replace("tenants/a.yaml ", ""))).toEqual([
      expect.stringMatching(problem),
    ]);
  });

  it("may begin with a byte order mark", () => {
    write("tenants/a.yaml", `\uFEFF${ACME}`);
    expect(read()).toMatchObject({ problems: [], tenants: [{ externalId: "tenant-acme" }] });
  });

  const withMetadata = (lines: string) =>
    `externalId: a\nname: A\nvendors:\n  zavu:\n    metadata:\n${lines.replace(/^/gm, "      ")}\n`;

  it("may use an alias as often as they like", () => {
    const aliases = Array.from({ length: 300 }, (_, index) => `k${index}: *it`).join("\n");
    write("tenants/a.yaml", withMetadata(`k: &it { a: 1 }\n${aliases}`));
    const { tenants, problems } = read();
    expect(problems).toEqual([]);
    expect(tenants[0]).toMatchObject({ vendors: { zavu: { metadata: { k299: { a: 1 } } } } });
  });

  it.each([
    [
      "an alias without an anchor",
      withMetadata("a: *missing"),
      "6:10 *missing names no anchor that stands before it in this document",
    ],
    [
      "an alias of the document before",
      `a: &it 1\n---\n${withMetadata("a: *it")}`,
      "8:10 *it names no anchor that stands before it in this document",
    ],
    [
      "a merge key",
      withMetadata("a: &it { b: 1 }\n<<: *it"),
      "7:7 << is not merged here: use a tier, or repeat the lines",
    ],
    [
      "a document with nothing in it",
      `${ACME}---\n`,
      "6:1 is an empty document: take out one of the lines ---",
    ],
    [
      "more than anybody can mean",
      withMetadata(
        [
          "a0: &a0 [1, 1]",
          ...Array.from({ length: 40 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}]`),
        ].join("\n"),
      ),
      "1:1 comes to more than 1000000 values with its aliases",
    ],
  ])("hold no alias or key that would arrive as something else: %s", (_what, text, problem) => {
    write("tenants/a.yaml", text);
    expect(read().problems).toEqual([`tenants/a.yaml:${problem}`]);
  });

  it("have all problems told, those of the others too", () => {
    write("tenants/a.yaml", withMetadata("a: *missing"));
    write("tenants/b.yaml", "externalId: b\nname: B\nvendors: {}\n");
    expect(read().problems).toEqual([
      expect.stringContaining("tenants/a.yaml:6:10 *missing"),
      expect.stringContaining("tenants/b.yaml:3:1 vendors is empty"),
    ]);
  });

  it.each([
    [
      "aws: 012345678901",
      "aws is 012345678901, which is read as 12345678901: write 12345678901, or put it in quotes if it is a text",
    ],
    ["ver: 1.10", "ver is 1.10, which is read as 1.1: write 1.1, or put it in quotes if it is a text"],
    ["hex: 0x1F", "hex is 0x1F, which is read as 31: write 31, or put it in quotes if it is a text"],
    ["007: x", "7 is 007, which is read as 7: write 7, or put it in quotes if it is a text"],
  ])("hold numbers as they are written: %s", (line, problem) => {
    write("tenants/a.yaml", withMetadata(line));
    expect(read().problems.map((text) => text.replace(/^\S+ vendors\.zavu\.metadata\./, ""))).toEqual([
      problem,
    ]);
  });

  it.each([
    ["a comment as in JavaScript", '{\n  // Acme\n  "externalId": "a" }', "2:3 is no comment: in YAML"],
    ["one at the end of a line", '{ "externalId": "a" // Acme\n}', "1:21 is no comment: in YAML"],
    ["quotes of a text processor", "{ “externalId”: a }", "1:3 is in the quotes of a text processor"],
    ["a tab", "externalId: a\nvendors:\n\tzavu: {}\n", "3:1 is indented with a tab"],
    ["a key twice", "externalId: a\nexternalId: b\n", "2:1 externalId stands twice in one mapping"],
    ["a colon without a blank", "externalId: a\nname:A\n", "2:1 is no `key: value`"],
    ["a second colon", "externalId: a\nname: A: B\n", "2:7 has a second key within its value"],
    [
      "a column of its own",
      "vendors:\n  zavu: {}\n bctrl: {}\n",
      "3:1 is not in the column of the keys above",
    ],
    ["an open quote", 'externalId: a\nname: "A\n', "3:1 ends within a text: add the quote"],
    ["a reserved sign", "name: @acme\n", "1:7 begins with @, which means something else in YAML"],
    ["a backslash", 'name: "C:\\A"\n', "1:10 holds a \\ in double quotes"],
    ["a comma left out", '{ "externalId": "a"\n "name": "A" }', "2:2 has no comma before it: add one"],
    ["a bracket left out", '{ "externalId": "a"\n', "2:1 lacks a bracket, comma or colon"],
    ["an apostrophe", "name: 'A's'\n", "1:10 stands behind a value that is complete"],
    ["a conflict", "<<<<<<< HEAD\nname: A\n", "1:1 is a conflict marker of Git"],
    ["a template", "externalId: a\nname: {{ name }}\n", "2:8 has a mapping or a list as a key"],
    ["a variable", `externalId: a\nname: $${"{NAME}"}\n`, "2:7 is a placeholder, which nothing fills in"],
    ["a variable in a mapping", `vendors: { zavu: { creditLimit: $${"{MAX}"} } }`, "1:34 is a placeholder"],
    [
      "thousands",
      "vendors: { zavu: { creditLimit: 5,000 } }",
      "1:35 is what a comma cut off from the number",
    ],
  ])("say how to mend what is no YAML: %s", (_what, text, problem) => {
    write("tenants/a.yaml", text);
    const { problems } = read();
    expect(problems).toHaveLength(1);
    expect(problems[0]?.slice("tenants/a.yaml:".length)).toContain(problem);
  });

  it("say what an empty value may mean, and never take it for null", () => {
    write(
      "tenants/a.yaml",
      "externalId: a\nname:\nvendors:\n  zavu:\n    creditLimit:\n    metadata: { note: }\n",
    );
    write(
      "tenants/b.yaml",
      "- externalId: b\n  name: B\n  vendors:\n    zavu: { creditLimit: null }\n    bctrl:\n",
    );
    write("tiers.yaml", "gold:\n  zavu:\n    creditLimit:\n");
    const rule = "has no value: write one, or null if that is meant, or take the line out";
    expect([...read().problems, ...readTiers("tiers.yaml").problems]).toEqual([
      expect.stringMatching(/^tenants\/a\.yaml:2:1 name must be .*; got no value$/),
      `tenants/a.yaml:5:5 vendors.zavu.creditLimit ${rule}`,
      `tenants/a.yaml:6:17 vendors.zavu.metadata.note ${rule}`,
      expect.stringMatching(
        /^tenants\/b\.yaml:5:5 \[0\]\.vendors\.bctrl must be .*; got no value; write \{\}/,
      ),
      `tiers.yaml:3:5 gold.zavu.creditLimit ${rule}`,
    ]);
  });

  it("that have nothing of a tenant are told in one line each", () => {
    write("tenants/Pulumi.yaml", "name: x\nruntime: nodejs\n");
    expect(read().problems).toEqual([
      "tenants/Pulumi.yaml:1:1 is no tenant: it has neither externalId nor vendors",
    ]);
  });

  it("may not be named by their folder alone", () => {
    write("tenants/a.yaml", ACME);
    expect(readTenants(["tenants"], undefined).problems).toEqual([
      "tenants is a folder: write tenants/*.yaml",
    ]);
  });

  it("have amounts in the vendor's unit", () => {
    write("tenants/a.yaml", ACME.replace("5000", "50.00"));
    expect(read().problems).toEqual([
      "tenants/a.yaml:5:18 vendors.zavu.creditLimit is 50.00, and its unit is whole US cents, cumulative: write 5000",
    ]);
    write("tenants/a.yaml", ACME.replace("5000", ".inf"));
    expect(read().problems).toContain(
      "tenants/a.yaml:5:18 vendors.zavu.creditLimit is .inf, which no vendor takes: write a number, or name the field in `unlimited`",
    );
    write("tiers.yaml", "gold:\n  zavu: { creditLimit: 50.00 }\n");
    expect(readTiers("tiers.yaml").problems).toEqual([
      "tiers.yaml:2:24 gold.zavu.creditLimit is 50.00, and its unit is whole US cents, cumulative: write 5000",
    ]);
  });

  it("are counted once where two patterns match", () => {
    write("tenants/acme.yaml", ACME);
    expect(readTenants(["tenants/*.yaml", "tenants/a*"], undefined).tenants).toHaveLength(1);
  });

  it("cannot reach into the prototype of objects", () => {
    write("tenants/a.yaml", "__proto__: { polluted: true }\nexternalId: a\nname: A\nvendors: { zavu: {} }\n");
    expect(read().problems).toEqual([
      expect.stringMatching(/^tenants\/a\.yaml:1:1 __proto__ is no argument/),
    ]);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });
});

describe("tiers from a file", () => {
  it("are one mapping", () => {
    write("tiers.yaml", "gold:\n  zavu: { creditLimit: 5000 }\nsilver: {}\n");
    expect(readTiers("tiers.yaml")).toEqual({
      tiers: { gold: { zavu: { creditLimit: 5000 } }, silver: {} },
      problems: [],
    });
  });

  it.each([
    [
      "gold:\n  zavuu: {}\n",
      `tiers.yaml:2:3 gold.zavuu is no argument: did you mean zavu? The arguments are ${Object.keys(vendors).join(", ")}`,
    ],
    ["gold:\n  zavu: { name: Acme }\n", /^tiers\.yaml:2:11 gold\.zavu\.name is no argument/],
    [
      "gold:\n  zavu: { creditLimit: 1.5 }\n",
      /^tiers\.yaml:2:11 gold\.zavu\.creditLimit must be .*; got a fraction$/,
    ],
    ["- gold\n", "tiers.yaml:1:3 [0] must be one mapping of tiers by name, such as gold: { zavu: { … } }"],
    ["", "tiers.yaml is empty"],
    [
      "tiers:\n  gold: { zavu: {} }\n",
      "tiers.yaml:1:1 tiers is no tier: the file holds the tiers right away, so take this line out",
    ],
    [
      "gold:\n  vendors: { zavu: {} }\n",
      /^tiers\.yaml:2:3 gold\.vendors is no argument: what it holds belongs one level up\. /,
    ],
  ])("that are wrong are told where: %j", (text, problem) => {
    write("tiers.yaml", text);
    const expected = typeof problem === "string" ? problem : expect.stringMatching(problem);
    expect(readTiers("tiers.yaml").problems).toContainEqual(expected);
  });

  it("have to be there", () => {
    expect(readTiers("tiers.yaml").problems).toEqual([
      "tiers.yaml cannot be read (ENOENT): give a file that is there",
    ]);
  });
});
