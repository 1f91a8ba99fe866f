import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
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
      "tenants/b.yaml:3:3 [0].nam is no argument. The arguments are externalId, name, tier, tiers, vendors, keys, movedFrom",
      "tenants/b.yaml:5:3 [1].externalId is that of another tenant; each needs its own (tenants/a.yaml:1:1)",
      "tenants/b.yaml:7:3 [1].vendors is empty: list the vendors that the tenant uses, for example { zavu: {} }; there are bctrl, bolna, zavu",
      "tenants/b.yaml:8:3 [2] is no tenant: it must be a mapping",
      expect.stringMatching(/^tenants\/c\.json:4:3 /),
      "tenants/d.yaml is empty",
      expect.stringMatching(/^tenants\/e\.yaml:1:13 Unresolved tag: tag:yaml\.org,2002:js\/function/),
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
      "tenants/a.yaml:1:1 externalId must be your own id of the customer, a string of 1 to 200 characters, not blank; got a number: put it in quotes",
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
  ])("have names and ids that can be seen: %j", (text, problem) => {
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
    [`metadata: { a: ${"[".repeat(9_000)}${"]".repeat(9_000)} }`, /is nested too deeply$/],
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

  it("that a pattern passes over by their extension alone are told", () => {
    for (const file of ["a.yaml", "b.yml", "c.json", "notes.md"]) write(`tenants/${file}`, ACME);
    expect(readTenants(["tenants/*.yaml"], undefined).unread).toEqual(["tenants/b.yml", "tenants/c.json"]);
    expect(readTenants(["tenants/*.{yaml,yml}", "tenants/c*"], undefined).unread).toEqual([]);
    expect(readTenants(["tenants/a.yaml"], undefined).unread).toEqual([]);
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
      "tiers.yaml:2:3 gold.zavuu is no argument. The arguments are bctrl, bolna, zavu",
    ],
    ["gold:\n  zavu: { name: Acme }\n", /^tiers\.yaml:2:11 gold\.zavu\.name is no argument/],
    [
      "gold:\n  zavu: { creditLimit: 1.5 }\n",
      /^tiers\.yaml:2:11 gold\.zavu\.creditLimit must be .*; got a fraction$/,
    ],
    ["- gold\n", "tiers.yaml:1:3 [0] must be one mapping of tiers by name"],
    ["", "tiers.yaml is empty"],
  ])("that are wrong are told where: %j", (text, problem) => {
    write("tiers.yaml", text);
    const expected = typeof problem === "string" ? problem : expect.stringMatching(problem);
    expect(readTiers("tiers.yaml").problems).toContainEqual(expected);
  });

  it("have to be there", () => {
    expect(readTiers("tiers.yaml").problems).toEqual(["tiers.yaml cannot be read: ENOENT"]);
  });
});
