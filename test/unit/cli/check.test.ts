import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
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

  it("blames no tenant for tiers that cannot be read", async () => {
    write("tiers.yaml", "gold: [\n");
    write("tenants/a.yaml", tenant("a", "tier: gold\n"));
    const { code, output } = await check();
    expect(code).toBe(1);
    expect(output).toMatch(/^tiers\.yaml:2:1 .*\n1 problem/);
    expect(output).not.toContain("tenants/a.yaml");
  });
});
