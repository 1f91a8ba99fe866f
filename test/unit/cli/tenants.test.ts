import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { EmulatorOptions } from "../../../emulator";
import type { Seed } from "../../../emulator/files/seed";
import { vendors } from "../../../provider/vendors";
import { readTenants } from "../../../tenant/files";
import { environmentOf } from "../../support/environment.mts";
import { emulate } from "../emulator/support";
import { tenants } from "./program";

const BOLNA_ID = "00000000-0000-4000-8000-000000000001";

/** A folder with these files, at vendors that have these accounts. */
async function openEstate(
  seed: Seed,
  files: Record<string, string | Buffer> = {},
  options: EmulatorOptions = {},
) {
  const emulator = await emulate({ seed, ...options });
  const env = environmentOf(emulator);
  const { root, run } = tenants({ env, files });
  const path = (file: string) => join(root, file);
  return {
    emulator,
    path,
    generate: (...args: string[]) => run(["generate", ...args]),
    tidy: (...args: string[]) => run(["tidy", ...args]),
    read: (file: string) => readFileSync(path(file), "utf8"),
    list: () => (existsSync(path("tenants")) ? readdirSync(path("tenants")).sort() : []),
    write: (file: string, text: string) => {
      mkdirSync(dirname(path(file)), { recursive: true });
      writeFileSync(path(file), text);
    },
    exists: (file: string) => existsSync(path(file)),
  };
}

/** The metadata of an account that a stack manages. */
const MARKED = {
  "pulumi-subaccounts": { v: 1, owner: "prod", urn: "urn:pulumi:a::b::c::d", nonce: "i.t.o" },
};

const acme: Seed = {
  zavu: {
    accounts: [
      { id: "zv1", name: "Acme Corp ", externalId: "tenant-acme", creditLimit: 5_000, metadata: { crm: 1 } },
    ],
  },
  bctrl: {
    accounts: [
      { id: "sub_1", name: "Acme", externalId: "Tenant-ACME", limits: { maxSpaces: 3, maxActiveRuns: 4 } },
    ],
  },
  bolna: { accounts: [{ id: BOLNA_ID, name: "Acme Corp", allow_concurrent_calls: 2 }] },
};

describe("subaccounts tenants generate", () => {
  it("writes a customer's accounts as they are, adopted, with limits of a tier by its name", async () => {
    const { generate, read, emulator } = await openEstate(acme, {
      "map.csv": `vendor;id;externalId;owner\nbolna;${BOLNA_ID};tenant-acme;Jo\n`,
      "tiers.yaml":
        "gold:\n  zavu: { creditLimit: 5000 }\n  bctrl: { limits: { maxSpaces: 3 } }\nsilver:\n  zavu: { creditLimit: 1000 }\n",
    });
    expect(await generate("--map", "map.csv", "--verify")).toEqual({
      code: 0,
      output:
        "Read 3 accounts: 1 of bctrl, 1 of Bolna, 1 of Zavu\n" +
        "1 file written\n" +
        "3 accounts: 3 adopted, 0 fields changed\n",
    });
    expect(
      read("tenants/Tenant-ACME.yaml"),
    ).toBe(`# yaml-language-server: $schema=../node_modules/pulumi-subaccounts/dist/schemas/tenants.schema.json

externalId: Tenant-ACME
name: Acme Corp
tier: gold
vendors:
  bctrl:
    name: Acme
    limits:
      maxActiveRuns: 4 # runs at once
    deletionPolicy: retain
    adopt: sub_1
  bolna:
    allowConcurrentCalls: 2 # calls at once, from the organization's pool
    deletionPolicy: retain
    adopt: ${BOLNA_ID}
  zavu:
    externalId: tenant-acme
    deletionPolicy: retain
    adopt: zv1
keys:
  bctrl: false
  bolna: false
  zavu: false
`);
    expect(emulator.requests.filter(({ method }) => method !== "GET")).toEqual([]);
  });

  it("adds what is new in a second run, and leaves every file as it is", async () => {
    const { generate, read, write, list, emulator } = await openEstate(acme, {
      "map.csv": `vendor,id,externalId\nbolna,${BOLNA_ID},-\n`,
    });
    await generate("--map", "map.csv");
    write("tenants/Tenant-ACME.yaml", `${read("tenants/Tenant-ACME.yaml")}# reviewed\n`);
    emulator.zavu.seed({ name: "Globex", externalId: "globex/../x" });
    emulator.bctrl.seed({ name: "Initech", externalId: "con" });
    emulator.zavu.seed({ name: "Initech 2", externalId: "CON." });
    const { code, output } = await generate("--map", "map.csv");
    expect(output).toBe(
      "Read 6 accounts: 2 of bctrl, 1 of Bolna, 3 of Zavu\n3 files written, 2 accounts in files already\n1 account of no tenant, by the mapping\n",
    );
    expect(code).toBe(0);
    expect(list()).toEqual(["Tenant-ACME.yaml", "globex-..-x.yaml", "tenant-CON-2.yaml", "tenant-con.yaml"]);
    expect(read("tenants/Tenant-ACME.yaml")).toMatch(/# reviewed\n$/);
  });

  it("takes a name only where it is asked to, and where the name fits one customer alone", async () => {
    const seed: Seed = {
      zavu: {
        accounts: [
          { id: "zv1", name: "ACME  corp" },
          { id: "zv2", name: "Twin" },
          { id: "zv3", name: "Nobody" },
        ],
      },
      bctrl: {
        accounts: [
          { id: "sub_1", name: "Acme Corp", externalId: "acme" },
          { id: "sub_2", name: "Twin", externalId: "twin-1" },
          { id: "sub_3", name: "twin", externalId: "twin-2" },
        ],
      },
    };
    const { generate, read, list } = await openEstate(seed);
    const careful = await generate("--check");
    expect(careful.code).toBe(7);
    expect(careful.output).toContain(
      "zavu zv1 has no externalId; by its name it is acme: run this with --match externalId,name, and without the file of acme if this run writes it\n",
    );
    const { code, output } = await generate("--match", "externalId,name");
    expect(code).toBe(7);
    expect(output).toContain("zavu zv2 has no externalId, and its name fits several: twin-1, twin-2\n");
    expect(output).toContain("zavu zv3 has no externalId, and no account that has one is called so\n");
    expect(list()).toEqual(["acme.yaml", "twin-1.yaml", "twin-2.yaml"]);
    expect(read("tenants/acme.yaml")).toContain("    name: ACME  corp\n    keepExternalId: true\n");
    expect(read("unmatched.csv")).toBe(
      "vendor,id,externalId,connection,has,name,reason\n" +
        'zavu,zv2,,,,Twin,"has no externalId, and its name fits several: twin-1, twin-2"\n' +
        'zavu,zv3,,,,Nobody,"has no externalId, and no account that has one is called so"\n',
    );
  });

  it("leaves a customer to a person who has two accounts at one vendor, or whose name there is another's", async () => {
    const seed: Seed = {
      zavu: {
        accounts: [
          { id: "zv1", name: "A", externalId: "acme" },
          { id: "zv2", name: "B", externalId: "ACME" },
        ],
      },
      bctrl: { accounts: [{ id: "sub_1", name: "A", externalId: "acme" }] },
      bolna: {
        accounts: [
          { id: BOLNA_ID, name: "Same" },
          { id: BOLNA_ID.replace("1", "2"), name: "same" },
        ],
      },
    };
    const mapping = `vendor,id,externalId\nbolna,${BOLNA_ID},x\nbolna,${BOLNA_ID.replace("1", "2")},y\n`;
    const { generate, list, write, exists } = await openEstate(seed, { "map.csv": mapping });
    const { code, output } = await generate("--map", "map.csv");
    expect(code).toBe(7);
    expect(list()).toEqual([]);
    expect(output).toContain("bctrl sub_1 belongs to acme, as Zavu zv1 may: decide that one first\n");
    expect(output).toContain(
      "zavu zv1, zv2: each is one of 2 accounts of this customer at Zavu: Zavu zv1, Zavu zv2. A tenant has one; change the externalId of the others at Zavu, or write - for them here\n",
    );
    expect(output).toContain(
      `has the name of Bolna ${BOLNA_ID.replace("1", "2")}, and Bolna tells accounts apart by it: rename one there,`,
    );
    write("decided.csv", `${mapping.replace(",x", ",-")}zavu,zv2,-\n`);
    expect(await generate("--map", "decided.csv")).toMatchObject({ code: 0 });
    expect(list()).toEqual(["acme.yaml", "y.yaml"]);
    expect(exists("unmatched.csv")).toBe(true);
  });

  it("reads nothing into a list that is not complete, and writes nothing", async () => {
    const { generate, list, emulator } = await openEstate(acme);
    emulator.fault({
      method: "GET",
      path: "/v1/subaccounts",
      fault: { kind: "status", when: "before", status: 500 },
      times: 100,
    });
    const { code, output } = await generate();
    expect(code).toBe(1);
    expect(output).toMatch(
      /^Read 2 accounts: 1 of Bolna, 1 of Zavu\nbctrl could not list the sub-accounts: .*500.*\nNothing was written\n$/,
    );
    expect(list()).toEqual([]);
  });

  it("leaves out an externalId by which no output can be, until the mapping gives another one", async () => {
    const { generate, list, read } = await openEstate(
      { zavu: { accounts: [{ id: "zv1", name: "Acme", externalId: "__proto__" }] } },
      { "map.csv": "vendor,id,externalId\nzavu,zv1,acme\n" },
    );
    const { output } = await generate("--check");
    expect(output).toMatch(/zavu zv1 externalId is a key that JavaScript does not carry/);
    expect((await generate("--map", "map.csv", "--verify")).output).toMatch(/1 adopted, 0 fields changed/);
    expect(list()).toEqual(["acme.yaml"]);
    expect(read("tenants/acme.yaml")).toContain("    externalId: __proto__\n");
  });

  it("does not take over what another stack manages, unless its owner is named", async () => {
    const urn = "urn:pulumi:prod::tenants::pulumi-nodejs:dynamic/subaccounts/zavu:SubAccount::acme";
    const marker = { v: 1, owner: "owner-of-prod", urn, nonce: "id.tag.owner" };
    const seed: Seed = {
      zavu: {
        accounts: [
          { id: "zv1", name: "Acme", externalId: "acme", metadata: { "pulumi-subaccounts": marker } },
          { id: "zv2", name: "Globex", externalId: "globex" },
        ],
      },
    };
    const { generate, list } = await openEstate(seed);
    const { output } = await generate("--check");
    expect(output).toContain(
      `zavu zv1 is of ${urn} of the owner owner-of-prod, and in no file: another stack's, or retained. If its state is lost, --from-owner owner-of-prod takes it over; - leaves it out`,
    );
    expect((await generate("--from-owner", "owner-of-prod")).output).toBe(
      "Read 2 accounts: 2 of Zavu\n1 file written\n",
    );
    expect(list()).toEqual(["acme.yaml"]);
  });

  it("does not take the stop of a suspended customer, whose file is lost, for limits", async () => {
    const urn = "urn:pulumi:prod::tenants::pulumi-nodejs:dynamic/subaccounts/bctrl:SubAccount::acme";
    const marker = { v: 1, owner: "lost", urn, nonce: "id.tag.owner", suspended: true };
    const account = { id: "sub_1", name: "Acme", externalId: "acme", limits: { monthlyCreditLimit: 0 } };
    const { generate, list } = await openEstate({
      bctrl: { accounts: [{ ...account, metadata: { "pulumi-subaccounts": marker } }] },
    });
    const { code, output } = await generate("--from-owner", "lost");
    expect(output).toContain(
      "bctrl sub_1 was suspended by its stack, so the limits that bctrl has may be those of the stop: write the tenant's file by hand, with `suspended: true` and the limits that it is to have again\n",
    );
    expect([code, list()]).toEqual([7, []]);
  });

  it("writes over no list that a person has filled in", async () => {
    const { generate, read, write, list } = await openEstate(acme);
    expect((await generate()).code).toBe(7);
    const filled = read("unmatched.csv").replace(`bolna,${BOLNA_ID},`, `bolna,${BOLNA_ID},tenant-voice`);
    write("unmatched.csv", filled);
    for (const args of [[], ["--map", "unmatched.csv"]]) {
      const { code, output } = await generate(...args);
      expect(code).toBe(1);
      expect(output).toMatch(
        /^error: .*unmatched\.csv (was filled in and )?would be written over.*: rename it, for example map\.csv, and /,
      );
    }
    expect(read("unmatched.csv")).toBe(filled);
    expect(list()).toEqual(["Tenant-ACME.yaml"]);
  });

  it.each([
    [
      "no column",
      "vendor,account,externalId\nzavu,x,y\n",
      /:1 has no column id: begin with the line vendor,id,externalId$/,
    ],
    [
      "a vendor that there is not",
      "vendor,id,externalId\nzavuu,x,y\n",
      new RegExp(`:2 vendor is none of ${Object.keys(vendors).join(", ")}$`),
    ],
    [
      "two opinions",
      "vendor,id,externalId\nzavu,x,y\nzavu,x,z\n",
      /:3 gives the account of line 2 another externalId: keep one of the two$/,
    ],
    [
      "an open quote",
      'vendor,id,externalId\nzavu,"x,y\n',
      /map\.csv.* is no row of a table: look for a quote/,
    ],
    [
      "a comma too much",
      "vendor;id;externalId\nzavu;zv1;Acme, Inc;x\n",
      /map\.csv:2 is no row of a table: .*put quotes around/,
    ],
  ])("refuses a mapping with %s", async (_, text, message) => {
    const { generate } = await openEstate(acme, { "map.csv": text });
    const { code, output } = await generate("--map", "map.csv");
    expect(code).toBe(1);
    expect(output.trim()).toMatch(message);
  });

  it.each(["latin1", "utf16le"] as const)(
    "refuses a mapping in %s, which would be misread",
    async (encoding) => {
      const { generate, list } = await openEstate(acme, {
        "map.csv": Buffer.from("vendor,id,externalId\nzavu,zv1,Müller\n", encoding),
      });
      const { code, output } = await generate("--map", "map.csv");
      expect(output).toMatch(/map\.csv is not UTF-8, and names would change: save it as UTF-8\n$/);
      expect([code, list()]).toEqual([1, []]);
    },
  );

  it("refuses a mapping with a character that another program lost, and reads one with a byte order mark", async () => {
    const { generate, write, list } = await openEstate(acme, {
      "map.csv": "vendor,id,externalId\nzavu,zv1,M\uFFFDller\n",
    });
    expect((await generate("--map", "map.csv")).output).toMatch(
      /map\.csv:2 holds U\+FFFD, the sign for a lost character: export the file again, as UTF-8\n$/,
    );
    write("map.csv", "\uFEFFvendor;id;externalId\nzavu;zv1;Müller\n");
    write("map.json", '\uFEFF[{ "vendor": "zavu", "id": "zv1", "externalId": "Müller" }]');
    for (const map of ["map.csv", "map.json"]) await generate("--map", map, "--vendor", "zavu");
    expect(list()).toEqual(["M-ller.yaml"]);
  });

  it("tells of rows of the mapping that name no account", async () => {
    const { generate } = await openEstate(acme, {
      "map.json": '[{ "vendor": "zavu", "id": "zv9", "externalId": "x" }]',
    });
    expect((await generate("--map", "map.json", "--check")).output).toContain(
      "the mapping names 1 account that no vendor shows: zavu zv9 (line 1)\n",
    );
  });

  it("says what the first up would change, and that it is not nothing", async () => {
    const { generate, emulator, write } = await openEstate(acme, {
      "map.csv": `vendor,id,externalId\nbolna,${BOLNA_ID},tenant-acme\n`,
    });
    await generate("--map", "map.csv");
    emulator.zavu.change("zv1", { creditLimit: 7_000 });
    write("tenants/new.yaml", "externalId: new\nname: New\nvendors: { zavu: {} }\n");
    const { code, output } = await generate("--check", "--verify", "--map", "map.csv");
    expect(output).toContain(
      "4 accounts: 3 adopted, 1 field changed, 1 created, 1 key made\n  Tenant-ACME zavu zv1: creditLimit would change\n  new zavu would be created\n  new zavu: key default would be made\n",
    );
    expect(code).toBe(7);
  });

  it("says which keys the first up would make, at accounts that no state has", async () => {
    const file = (id: string, more: string) =>
      `externalId: ${id}\nname: ${id}\nvendors: { zavu: { adopt: zv-${id} } }\n${more}`;
    const ids = ["own", "more", "none", "managed", "stopped", "over"];
    const accounts = ids.map((id) => ({
      id: `zv-${id}`,
      name: id,
      externalId: id,
      ...(id === "managed" ? { metadata: MARKED } : {}),
      ...(id === "stopped" ? { status: "inactive", keys: [{ name: "k" }] } : {}),
    }));
    const { generate } = await openEstate(
      { zavu: { accounts } },
      {
        "tenants/own.yaml": file("own", "keys: { zavu: { name: backend } }\n"),
        "tenants/more.yaml": file("more", "keys: { zavu: false }\nmoreKeys: { zavu: { a: {}, b: {} } }\n"),
        "tenants/none.yaml": file("none", "keys: { zavu: false }\n"),
        "tenants/managed.yaml": file("managed", ""),
        "tenants/stopped.yaml": file("stopped", "suspended: true\n"),
        "tenants/over.yaml": file("over", "ended: { keysAt: 2020-01-01 }\nsuspended: false\n"),
      },
    );
    expect(await generate("--check", "--verify")).toEqual({
      code: 7,
      output: `Read 6 accounts: 6 of Zavu
0 customers in no file, 6 accounts in files already
6 accounts: 6 adopted, 0 fields changed, 3 keys made
  more zavu zv-more: key a would be made
  more zavu zv-more: key b would be made
  own zavu zv-own: key backend would be made
`,
    });
  });

  it("shows three hundred accounts that need one decision in a line", async () => {
    const accounts = Array.from({ length: 300 }, (_, number) => ({
      id: BOLNA_ID.replace(/.{3}$/, String(number).padStart(3, "0")),
      name: "Twin",
      allow_concurrent_calls: 1,
    }));
    const rows = accounts.map(({ id }, index) => `bolna,${id},t${index}`).join("\n");
    const { generate, read } = await openEstate(
      { bolna: { accounts } },
      { "map.csv": `vendor,id,externalId\n${rows}\n` },
      { bolna: { concurrencyPool: 1_000 } },
    );
    const { output } = await generate("--map", "map.csv");
    const lines = output.split("\n").filter((line) => line.startsWith("  "));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(
      /^ {2}bolna \S+000, \S+001, \S+002 and 297 more: each is one of 300 accounts of its name: .* and 295 more, and Bolna tells accounts apart by it: rename all but one there, or /,
    );
    expect(read("unmatched.csv").trim().split("\n")).toHaveLength(301);
  });

  it("shows no key, and takes one for no name", async () => {
    const secret = "zv_live_sub_canary_0123456789";
    const { generate, read, list, emulator } = await openEstate({
      zavu: { accounts: [{ id: "zv1", name: "Acme", externalId: "acme", keys: [{ name: "k", secret }] }] },
    });
    emulator.zavu.seed({ name: emulator.zavu.apiKey, externalId: "leak" });
    const { output } = await generate();
    expect(output).toContain("has a key in its name or its externalId");
    const all = [output, read("unmatched.csv"), ...list().map((file) => read(`tenants/${file}`))].join("\n");
    expect(all).not.toContain(secret);
    expect(all).not.toContain(emulator.zavu.apiKey);
  });

  it("writes the adopt lines of tenants that have files, and whose state is lost", async () => {
    const marker = (owner: string) => ({
      "pulumi-subaccounts": { v: 1, owner, urn: "urn:pulumi:a::b::c::d", nonce: "i.t.o" },
    });
    const before = `# Acme
externalId: acme
name: Acme
vendors:
  zavu: {}
  bctrl:
    limits: { maxSpaces: 2 } # spaces
  bolna: { allowConcurrentCalls: 1, deletionPolicy: retain }
`;
    const globex = "externalId: globex\nname: Globex\nvendors:\n  zavu:\n    creditLimit: 5\n";
    const { generate, read } = await openEstate(
      {
        zavu: {
          accounts: [
            { id: "zv1", name: "Acme", externalId: "acme", metadata: marker("lost") },
            { id: "zv2", name: "Globex", externalId: "globex", creditLimit: 5, metadata: marker("alive") },
          ],
        },
        bctrl: { accounts: [{ id: "sub_1", name: "Acme", externalId: "acme", metadata: marker("lost") }] },
        bolna: { accounts: [{ id: BOLNA_ID, name: "Acme", allow_concurrent_calls: 1 }] },
      },
      { "tenants/acme.yaml": before, "tenants/globex.yaml": globex },
    );
    const { code, output } = await generate("--from-owner", "lost");
    expect(output).toContain("adopt added to 1 file, whose state is lost\n");
    expect(code).toBe(0);
    expect(read("tenants/acme.yaml")).toBe(`# Acme
externalId: acme
name: Acme
vendors:
  zavu: { adopt: "zv1" }
  bctrl:
    adopt: "sub_1"
    limits: { maxSpaces: 2 } # spaces
  bolna: { adopt: "${BOLNA_ID}", allowConcurrentCalls: 1, deletionPolicy: retain }
`);
    expect(read("tenants/globex.yaml")).toBe(globex);
  });

  it("leaves a name to a person that nobody can declare", async () => {
    const { generate, list } = await openEstate({
      zavu: { accounts: [{ externalId: "acme", name: "a\0b" }] },
    });
    expect((await generate()).output).toMatch(/name holds the control character \\u\{0\}; take it out\n/);
    expect(list()).toEqual([]);
  });

  it.each([
    "a\nb",
    ["$", "{x}"].join(""),
    "yes",
    "*a",
    "- x",
    "a: b",
    "# a",
    "1e3",
    "null",
    "~",
    "'",
    '"',
    "{a}",
    "👍 ok",
    "x".repeat(200),
  ])("writes the name %j so that a program takes it as it is", async (name) => {
    const { generate } = await openEstate({
      zavu: { accounts: [{ id: "zv1", name, externalId: name.slice(0, 99) }] },
    });
    const { code, output } = await generate("--verify");
    expect({ code, output }).toEqual({
      code: 0,
      output: "Read 1 account: 1 of Zavu\n1 file written\n1 account: 1 adopted, 0 fields changed\n",
    });
    // The loader reads every file first.
    expect((await generate("--check", "--verify")).output).toContain(
      "0 customers in no file, 1 account in files already\n",
    );
  });

  it("takes no account by a name that a customer with a file has, too, and no second one of a customer", async () => {
    const { generate, read, emulator } = await openEstate({
      zavu: { accounts: [{ id: "zv1", name: "Acme", externalId: "t-x" }] },
    });
    await generate();
    emulator.zavu.seed({ name: "Acme", externalId: "t-z" });
    emulator.bctrl.seed({ name: "Acme" });
    const { output } = await generate("--match", "externalId,name");
    expect(output).toMatch(/bctrl \S+ has no externalId, and its name fits several: t-z, t-x\n/);
    const file = read("tenants/t-x.yaml");
    emulator.zavu.seed({ name: "Acme again", externalId: "T-X" });
    expect((await generate("--check")).output).toMatch(
      /zavu \S+ is another account of t-x at Zavu than the one in its file: give it an externalId of its own here, or -\n/,
    );
    expect(read("tenants/t-x.yaml")).toBe(file);
  });

  it("says what to add to the file of a customer that has one without the vendor, and it is right", async () => {
    const { generate, read, write } = await openEstate(
      {
        zavu: { accounts: [{ id: "zv1", name: "Acme", externalId: "acme" }] },
        bolna: { accounts: [{ id: BOLNA_ID, name: "Acme Voice", allow_concurrent_calls: 3 }] },
      },
      { "map.csv": `vendor,id,externalId\nbolna,${BOLNA_ID},acme\n` },
    );
    await generate("--vendor", "zavu");
    const { output } = await generate("--map", "map.csv");
    const [, entry = ""] =
      /add to its vendors {2}(.*?) {2}and to its keys {2}bolna: false\n/.exec(output) ?? [];
    const file = read("tenants/acme.yaml");
    write(
      "tenants/acme.yaml",
      file.replace("vendors:\n", `vendors:\n  ${entry}\n`).replace("keys:\n", "keys:\n  bolna: false\n"),
    );
    expect(await generate("--check", "--verify", "--map", "map.csv")).toMatchObject({
      code: 0,
      output: expect.stringContaining("2 accounts: 2 adopted, 0 fields changed\n"),
    });
  });

  it("fails where a vendor of the files has no key, and says which others are not read", async () => {
    const emulator = await emulate();
    const { run: withZavu } = tenants({
      env: Object.fromEntries(
        Object.entries(environmentOf(emulator)).filter(([name]) => name.startsWith("ZAVU")),
      ),
      files: {
        "tenants/a.yaml":
          "externalId: a\nname: A\nvendors: { bolna: { allowConcurrentCalls: 1, deletionPolicy: retain } }\n",
      },
    });
    const { code, output } = await withZavu(["generate", "--check"]);
    expect(code).toBe(1);
    expect(output).toContain(
      "Bolna is not read, and files have accounts there: set its key, or name the others with --vendor\n",
    );
  });

  it("says what the first up would refuse or make at a vendor that shows no account", async () => {
    const { generate } = await openEstate(
      { zavu: { accounts: [{ id: "zv1", name: "Acme", externalId: "acme" }] } },
      {
        "tenants/acme.yaml":
          "externalId: acme\nname: Acme\nvendors: { zavu: {}, bolna: { allowConcurrentCalls: 1, deletionPolicy: retain } }\n",
      },
    );
    expect((await generate("--check", "--verify")).output).toContain(
      "2 accounts: 0 adopted, 0 fields changed, 1 refused, 1 created\n" +
        "  acme zavu zv1: is there, and the file has no adopt: zv1\n  acme bolna would be created\n",
    );
  });

  it("reads the account itself where a list leaves out who manages it", async () => {
    const metadata = {
      "pulumi-subaccounts": { v: 1, owner: "prod", urn: "urn:pulumi:a::b::c::d", nonce: "i.t.o" },
    };
    const { generate, list } = await openEstate(
      { zavu: { accounts: [{ name: "Acme", externalId: "acme", metadata }] } },
      {},
      { zavu: { metadataShownIn: "single reads" } },
    );
    expect((await generate()).output).toContain("of the owner prod, and in no file");
    expect(list()).toEqual([]);
  });

  it("gives the same files where two run at once", async () => {
    const { generate, list } = await openEstate({
      zavu: { accounts: ["a", "b", "c"].map((each) => ({ id: `zv${each}`, name: each, externalId: each })) },
    });
    const runs = await Promise.all([generate(), generate()]);
    expect(runs.map(({ code }) => code)).toEqual([0, 0]);
    expect(list()).toEqual(["a.yaml", "b.yaml", "c.yaml"]);
  });

  it("takes an account that the mapping leaves out for no second one of a customer with a file", async () => {
    const { generate } = await openEstate(
      {
        zavu: {
          accounts: [
            { id: "zv1", name: "Acme", externalId: "acme", metadata: MARKED },
            { id: "zv2", name: "Acme 2", externalId: "ACME" },
            { id: "zv3", name: "Acme 3", externalId: "Acme" },
          ],
        },
      },
      {
        "map.csv": "vendor,id,externalId\nzavu,zv2,-\nzavu,zv3,-\n",
        "tenants/acme.yaml": "externalId: acme\nname: Acme\nvendors: { zavu: {} }\nkeys: { zavu: false }\n",
      },
    );
    expect(await generate("--check", "--verify", "--map", "map.csv")).toEqual({
      code: 0,
      output:
        "Read 3 accounts: 3 of Zavu\n0 customers in no file, 1 account in files already\n" +
        "2 accounts of no tenant, by the mapping\n1 account: 1 adopted, 0 fields changed\n",
    });
    expect((await generate("--check")).code).toBe(7);
  });

  it("takes an account without an externalId for no customer, whatever the ids of customers with files are", async () => {
    const { generate } = await openEstate(
      {
        zavu: {
          accounts: [
            { id: "zv1", name: "Null", externalId: "null", metadata: MARKED },
            { id: "zv2", name: "No Id", metadata: MARKED },
          ],
        },
      },
      {
        "tenants/null.yaml":
          'externalId: "null"\nname: "Null"\nvendors: { zavu: {} }\nkeys: { zavu: false }\n',
        "tenants/no-id.yaml":
          "externalId: no-id\nname: No Id\nvendors: { zavu: { keepExternalId: true } }\nkeys: { zavu: false }\n",
      },
    );
    const { output } = await generate("--check", "--vendor", "zavu");
    expect(output).toContain("0 customers in no file, 2 accounts in files already\n");
    expect(output).not.toContain("nobody can tell");
  });

  it("names each account that is still there after the deleteAfter of its tenant", async () => {
    const account = (id: string, more: object = {}) => ({
      id,
      name: id,
      externalId: id,
      metadata: MARKED,
      ...more,
    });
    const accounts = [
      account("kept"),
      account("mapped"),
      account("later"),
      account("gone", { status: "inactive", keys: [] }),
    ];
    const file = (id: string, day: string) =>
      `externalId: ${id}\nname: ${id}\nvendors: { zavu: { deletionPolicy: retain } }\nkeys: { zavu: false }\nended: { deleteAfter: ${day} }\n`;
    const { generate } = await openEstate(
      { zavu: { accounts } },
      {
        "map.csv": "vendor,id,externalId\nzavu,mapped,-\n",
        "tenants/kept.yaml": file("kept", "2020-01-01").replace("{ deletion", "{ adopt: kept, deletion"),
        "tenants/mapped.yaml": file("mapped", "2020-01-01"),
        "tenants/later.yaml": file("later", "2999-01-01"),
        "tenants/gone.yaml": file("gone", "2020-01-01"),
      },
    );
    const { code, output } = await generate("--check", "--map", "map.csv");
    expect(code).toBe(7);
    expect(output).toContain(
      "0 customers in no file, 1 account in files already\n1 account still there after deleteAfter\n" +
        "  zavu kept is of kept, whose deleteAfter 2020-01-01 is over, and is still there: `pulumi up` deletes it if the state has it",
    );
    expect(output).toContain("1 account ended\n1 account of no tenant, by the mapping\n");
  });

  it("offers to adopt none of two accounts that look like the customer of a file", async () => {
    const account = (id: string) => ({ id, name: "Acme", externalId: "acme" });
    const { generate } = await openEstate(
      { zavu: { accounts: [account("zv1"), account("zv2")] } },
      { "tenants/acme.yaml": "externalId: acme\nname: Acme\nvendors: { zavu: {} }\nkeys: { zavu: false }\n" },
    );
    const { output } = await generate("--check", "--verify");
    expect(output).toMatch(/acme zavu: zv[12], zv[12] are there, and the file adopts none of them\n/);
    expect(output).not.toContain("no adopt:");
  });

  it("says of a file that names a connection which does not show the account", async () => {
    const { generate } = await openEstate(
      { zavu: { accounts: [{ id: "zv1", name: "Acme", externalId: "acme" }] } },
      {
        "tenants/acme.yaml":
          "externalId: acme\nname: Acme\nvendors: { zavu: { adopt: zv1, connection: eu } }\nkeys: { zavu: false }\n",
      },
    );
    expect((await generate("--check", "--verify")).output).toContain(
      "acme zavu zv1: the connection eu does not show it\n",
    );
  });

  it("keeps a key of an account that is its name out of every file", async () => {
    const { generate, read, emulator } = await openEstate({});
    const { apiKey } = emulator.zavu.seed({ name: "Acme", externalId: "acme" });
    emulator.zavu.seed({ name: apiKey, externalId: "leak" });
    const { output } = await generate();
    expect(output).toContain("has a key in its name or its externalId");
    expect(`${output}${read("unmatched.csv")}`).not.toContain(apiKey);
  });

  it("writes over no file of somebody else, and keeps a report with notes", async () => {
    const { generate, read, write } = await openEstate({ zavu: { accounts: [{ name: "Nobody" }] } });
    await generate();
    const noted = read("unmatched.csv").replace("has no", "Jo asks; has no");
    write("unmatched.csv", noted);
    await generate();
    expect(read("unmatched.csv.bak")).toBe(noted);
    write("ended.csv", "mine\n");
    expect(await generate()).toMatchObject({
      code: 1,
      output: expect.stringMatching(
        /ended\.csv is no report of this command and would be written over: rename it/,
      ),
    });
    expect(read("ended.csv")).toBe("mine\n");
  });

  it("writes an id as it is, and a formula so that a spreadsheet takes it for a text", async () => {
    const { generate, read } = await openEstate({ bctrl: { accounts: [{ id: "-x", name: "=1+1" }] } });
    await generate();
    expect(read("unmatched.csv")).toContain("bctrl,-x,,,,'=1+1,");
  });
});

describe("subaccounts tenants tidy", () => {
  const state = (...ids: [vendor: string, id: string][]) =>
    JSON.stringify({
      deployment: {
        resources: ids.map(([vendor, id]) => {
          const type = `pulumi-nodejs:dynamic/subaccounts/${vendor}:SubAccount`;
          return { type, urn: `urn:pulumi:dev::tenants::${type}::acme`, id, outputs: { name: "Acme" } };
        }),
      },
    });

  it("takes adopt lines out of accounts that the state has, and leaves every other sign as it is", async () => {
    const before = `# Acme, reviewed by Jo
externalId:   tenant-acme
name: 'Acme'
vendors:
  zavu:
    creditLimit: 5000   # cents
    adopt: zv1 # of 2024
    deletionPolicy: retain
  bctrl: { adopt: sub_1, deletionPolicy: retain }
  bolna:
    adopt: ${BOLNA_ID}
`;
    const files = { "tenants/acme.yaml": before, "state.json": state(["zavu", "zv1"]) };
    const { tidy, read, write } = await openEstate({}, files);
    expect(await tidy("--state", "state.json")).toEqual({
      code: 0,
      output: "1 file changed: adopt taken out of 1 account\n2 accounts not in the state yet: adopt stays\n",
    });
    expect(read("tenants/acme.yaml")).toBe(before.replace("    adopt: zv1 # of 2024\n", ""));
    write("state.json", state(["bctrl", "sub_1"], ["bolna", BOLNA_ID]));
    expect((await tidy("--state", "state.json", "--deletion-policy", "default")).output).toBe(
      "1 file changed: adopt taken out of 2 accounts, deletionPolicy taken out of 1 account\n",
    );
    expect(parse(read("tenants/acme.yaml"))).toMatchObject({
      vendors: { zavu: { creditLimit: 5000, deletionPolicy: "retain" }, bctrl: {}, bolna: {} },
    });
    expect(read("tenants/acme.yaml")).toContain("# Acme, reviewed by Jo\n");
  });

  it("leaves a line without which the file would not load, and says which and why", async () => {
    const files = {
      "tiers.yaml": "gold: { bolna: { allowConcurrentCalls: 2, deletionPolicy: delete } }\n",
      "state.json": state(["bctrl", "sub_1"], ["bolna", "b1"], ["bolna", "b2"]),
      "tenants/old.yaml":
        "externalId: old\nname: acme_corp\nvendors:\n  bctrl:\n    adopt: sub_1\n    deletionPolicy: retain\n",
      "tenants/free.yaml":
        "externalId: free\nname: Free\nvendors:\n  bolna:\n    allowConcurrentCalls: 1\n    adopt: b1\n    deletionPolicy: retain\n",
      "tenants/gold.yaml":
        "externalId: gold\nname: Gold\ntier: gold\nvendors:\n  bolna:\n    adopt: b2\n    deletionPolicy: retain\n",
    };
    const { tidy, read, path } = await openEstate({}, files);
    const { code, output } = await tidy("--state", "state.json", "--deletion-policy", "default");
    expect(code).toBe(0);
    expect(output).toContain(
      "3 files changed: adopt taken out of 2 accounts, deletionPolicy taken out of 2 accounts\n2 lines left, since the file would not load without it:\n",
    );
    expect(output).toContain(
      "  tenants/free.yaml bolna deletionPolicy: vendors.bolna.deletionPolicy is required: ",
    );
    expect(output).toContain("  tenants/old.yaml bctrl adopt: name looks like an id, which bctrl refuses");
    expect(parse(read("tenants/old.yaml"))).toMatchObject({ vendors: { bctrl: { adopt: "sub_1" } } });
    expect(readTenants([path("tenants/*.yaml")], parse(files["tiers.yaml"])).problems).toEqual([]);
  });

  it("says what is wrong with a state or a folder, and changes nothing", async () => {
    const { tidy } = await openEstate({}, { "state.json": "{}" });
    expect(await tidy("--state", "state.json")).toMatchObject({
      code: 1,
      output: expect.stringMatching(
        /^error: \S+state\.json is not what pulumi stack export prints: it has no deployment with resources\n$/,
      ),
    });
    const { tidy: without } = await openEstate({}, { "state.json": state() });
    expect((await without("--state", "state.json")).output).toMatch(
      /tenants cannot be read \(ENOENT\): name the folder/,
    );
  });
});
