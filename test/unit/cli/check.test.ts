import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Command } from "commander";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkCommand } from "../../../cli/check/command";

let folder: string;
let before: string;
beforeEach(() => {
  before = process.cwd();
  folder = mkdtempSync(join(tmpdir(), "check-"));
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
const tenant = (id: string, more = "") => `externalId: ${id}\nname: ${id}\nvendors:\n  zavu: {}\n${more}`;

async function check(...args: string[]) {
  let output = "";
  let code = 0;
  const text = (part: string) => {
    output += part;
  };
  const fail = () => {
    code = 1;
  };
  const command = checkCommand({ write: text, fail }).exitOverride().configureOutput({ writeErr: text });
  await new Command("subaccounts")
    .addCommand(command)
    .parseAsync(["check", ...args], { from: "user" })
    .catch((error: { exitCode: number }) => {
      code = error.exitCode;
    });
  return { code, output };
}

describe("subaccounts check", () => {
  it("checks tenants/ with the tiers.yaml beside it", async () => {
    write("tiers.yaml", "gold: { zavu: { creditLimit: 5000 } }\n");
    write("tenants/a.yaml", tenant("a", "tier: gold\n"));
    write("tenants/b.json", JSON.stringify({ externalId: "b", name: "B", vendors: { zavu: {} } }));
    expect(await check()).toEqual({
      code: 0,
      output: "Nothing is wrong: 2 tenants in 2 files and tiers.yaml.\n",
    });
  });

  it("says what is wrong in any file, with its place, and ends with 1", async () => {
    write("tiers.yaml", "gold: { zavu: { creditLimit: 0 } }\n");
    write("tenants/a.yaml", tenant("a", "tier: golden\n"));
    write("tenants/b.yml", tenant("A"));
    write("tenants/eu/c.yaml", tenant("c"));
    const { code, output } = await check();
    expect(code).toBe(1);
    expect(output).toMatch(
      /^tiers\.yaml:1:17 gold\.zavu\.creditLimit must be .*; got zero\ntenants\/a\.yaml:5:1 tier "golden" is none of the tiers: gold; did you mean gold\?\ntenants\/b\.yml:1:1 externalId is that of another tenant.*\nnote: tenants\/eu\/c\.yaml is not checked, since no path names it\n3 problems: 2 tenants in 2 files and tiers\.yaml\.\n$/,
    );
  });

  it("prints the same as JSON, and as annotations that a file's name or text cannot break out of", async () => {
    write("tenants/a,b.yaml", tenant("a", 'tier: "x\\n::stop-commands::50%"\n'));
    write("tiers.yaml", "gold: {}\n");
    const json = JSON.parse((await check("--json")).output);
    expect(json).toMatchObject({ ok: false, tenants: 1, files: ["tenants/a,b.yaml"], tiers: "tiers.yaml" });
    expect(json).toMatchObject({ problems: [{ file: "tenants/a,b.yaml", line: 5, column: 1 }], unread: [] });
    const { output } = await check("--format", "github");
    expect(output).toMatch(
      /^::error file=tenants\/a%2Cb\.yaml,line=5,col=1::tier .*50%25.*\n1 problem: .*\n$/,
    );
  });

  it("fails where a path matches nothing, and where it is not clear which tiers are meant", async () => {
    expect(await check("nowhere")).toMatchObject({
      code: 1,
      output: expect.stringContaining("nowhere matches no"),
    });
    write("eu/tiers.yaml", "gold: {}\n");
    write("us/tiers.yaml", "gold: {}\n");
    write("eu/tenants/a.yaml", tenant("a"));
    write("us/tenants/a.yaml", tenant("a"));
    const { code, output } = await check("eu/tenants", "us/tenants");
    expect(code).toBe(1);
    expect(output).toContain("several files of tiers: eu/tiers.yaml, us/tiers.yaml. Name one with --tiers");
    expect((await check("us/tenants", "--tiers", "eu/tiers.yaml")).code).toBe(0);
  });

  it("tells of a mistake within a tier once, at the line of the tier", async () => {
    const two = "allowConcurrentCalls: 4, minConcurrency: 2";
    write("tiers.yaml", `gold:\n  bolna: { deletionPolicy: retain, ${two} }\n`);
    for (const id of ["a", "b"]) {
      write(`tenants/${id}.yaml`, tenant(id, "tier: gold\n").replace("zavu", "bolna"));
    }
    expect((await check()).output).toMatch(
      /^tiers\.yaml:2:61 gold\.bolna\.minConcurrency belongs to another set .*\n1 problem: 2 tenants/,
    );
  });

  it("tells of what is wrong in a tier beside a tenant's own at the line that names the tier", async () => {
    write("tiers.yaml", "gold:\n  bolna: { deletionPolicy: retain, maxConcurrency: 2 }\n");
    const own = tenant("a", "tier: gold\n").replace("zavu: {}", "bolna: { minConcurrency: 4 }");
    write("tenants/a.yaml", own);
    expect((await check()).output).toMatch(
      /^tenants\/a\.yaml:5:1 tiers\.gold\.bolna\.maxConcurrency must not be below minConcurrency/,
    );
  });

  it("notes that what a tier gives is not checked where there is no file of tiers", async () => {
    write("tenants/a.yaml", tenant("a", "tier: gold\n"));
    const { code, output } = await check();
    expect(code).toBe(0);
    expect(output).toMatch(
      /^note: no file of tiers was found, so what gold gives is not checked: .*--tiers\n/,
    );
    expect((await check("--format", "github")).output).toMatch(/^::notice::no file of tiers/);
    expect(JSON.parse((await check("--json")).output)).toMatchObject({ tiers: null, tierless: ["gold"] });
  });

  it("refuses the folder of a program, and two formats at once", async () => {
    write("Pulumi.yaml", "name: x\nruntime: nodejs\n");
    write("tenants/a.yaml", tenant("a"));
    expect(await check(".")).toEqual({
      code: 1,
      output: "error: . is the folder of a program: name that of its tenants, such as tenants\n",
    });
    expect((await check("--json", "--format", "github")).output).toMatch(/'--json' cannot be used with/);
  });

  it("looks for other files below a folder within bounds, and through no links", async () => {
    write("tenants/a.yaml", tenant("a"));
    for (let index = 0; index < 2100; index++) write(`tenants/deep/${index}.txt`, "");
    write("tenants/deep/z.yaml", tenant("z"));
    symlinkSync("/", "tenants/root");
    expect((await check()).output).toBe("Nothing is wrong: 1 tenant in 1 file.\n");
  });

  it("blames no tenant for tiers that cannot be read", async () => {
    write("tiers.yaml", "gold: [\n");
    write("tenants/a.yaml", tenant("a", "tier: gold\n"));
    const { code, output } = await check();
    expect(code).toBe(1);
    expect(output).toMatch(/^tiers\.yaml:2:1 .*\n1 problem/);
    expect(output).not.toContain("tenants/a.yaml");
  });
});
