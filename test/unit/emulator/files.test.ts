import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { readSeed, readSwitches, vendorNames } from "../../../emulator";
import { client, emulate } from "./support";

let file: string;
beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), "emulator-"));
  file = join(folder, "given.yaml");
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
});

/** What reading a text says, without the file's name. */
function saidOf(read: (file: string) => unknown, text: string): string[] {
  writeFileSync(file, text);
  try {
    read(file);
    return [];
  } catch (error) {
    return (error instanceof Error ? error.message : "").replaceAll(file, "F").split("\n");
  }
}

describe("A seed file", () => {
  it("has accounts and keys in the vendors' words; what is left out is as in a new one", async () => {
    writeFileSync(
      file,
      `
zavu:
  accounts:
    - { name: Acme, externalId: tenant-acme, creditLimit: 5000 }
    - name: Suspended
      status: inactive
      keys: [{ name: backend, secret: zv_live_sub_0123456789 }, { name: old, revokedAt: 1760000000000 }]
bctrl:
  accounts:
    - name: Acme
      limits: { maxActiveRuns: 5 }
      keys: [{ name: backend, secret: bctrl_0123456789abcdef }]
  keys: [{ name: ci }]
bolna:
  accounts: [{ name: Acme, allow_concurrent_calls: 4, api_key: sa-0123456789abcdef0123 }]
`,
    );
    const { zavu, bctrl, bolna } = await emulate({ seed: readSeed(file) });
    expect(zavu.accounts()).toMatchObject([
      { id: expect.stringMatching(/^jx7/), name: "Acme", creditLimit: 5000, keys: [{ name: "Default" }] },
      {
        status: "inactive",
        keys: [{ keyPrefix: "zv_live_sub_01234567" }, { name: "old", revokedAt: 1760000000000 }],
      },
    ]);
    expect(bctrl.accounts()).toMatchObject([
      {
        limits: { maxActiveRuns: 5, maxSpaces: null },
        keys: [{ name: "backend", keyPrefix: "bctrl_0123456789" }],
      },
    ]);
    expect(bctrl.keys()).toMatchObject([{ name: "ci", type: "organization" }, { type: "subaccount" }]);
    expect(bctrl.accountOfKey("bctrl_0123456789abcdef")).toBe(bctrl.accounts()[0]?.id);
    expect(bolna.keyWorks("sa-0123456789abcdef0123")).toBe(true);
    expect((await client(bolna)("GET", "/sub-accounts/all")).body).toMatchObject([
      { allow_concurrent_calls: 4 },
    ]);
  });

  it.each([
    [
      "zavu: { accounts: [{ name: A, creditlimit: 5 }] }",
      'zavu.accounts[0]: "creditlimit" is not a field; did you mean creditLimit?',
    ],
    [
      "zavu: { accounts: [{ name: A, creditLimit: 5.5 }] }",
      "zavu.accounts[0].creditLimit: must be a whole number",
    ],
    [
      "bctrl: { accounts: [{ limits: { maxSpaces: two } }] }",
      "bctrl.accounts[0].limits.maxSpaces: must be a number",
    ],
    ["zavu: { accounts: [{ name: A, id: x }, { name: B, id: x }] }", "zavu.accounts[1].id: is there twice"],
    ["bolna: { accounts: { name: A } }", "bolna.accounts: must be a list"],
    ["zavvu: {}", '"zavvu" is not a field; did you mean zavu?'],
    ["- zavu", "must be a mapping"],
  ])("is refused with the path of what is wrong: %s", (text, words) => {
    expect(saidOf(readSeed, text)).toContain(`F: ${words}`);
  });

  it.each([
    ["zavu: {", /^F is neither YAML nor JSON: .* line 1/],
    ["zavu: {}\nzavu: {}", /^F is neither YAML nor JSON: .*unique/],
    ["", /^F is empty$/],
  ])("is refused where it is no file of that kind: %j", (text, words) => {
    expect(saidOf(readSeed, text)).toEqual([expect.stringMatching(words)]);
  });

  it("has no more than three lines of mistakes, and says how many there are", () => {
    const text = `zavu: { accounts: [${"{ nam: A }, ".repeat(9)}] }`;
    expect(saidOf(readSeed, text)).toEqual([
      expect.any(String),
      expect.any(String),
      "and 16 more like these",
    ]);
  });
});

describe("A switches file", () => {
  it("sets how the vendors behave", async () => {
    writeFileSync(
      file,
      '{ "zavu": { "errorEnvelope": "nested" }, "bctrl": { "refuses": { "GET /v1/usage": "capability.not_available" } } }',
    );
    const { zavu, bctrl } = await emulate(readSwitches(file));
    expect((await client(zavu)("GET", "/v1/none")).body).toEqual({ error: expect.anything() });
    expect((await client(bctrl)("GET", "/v1/usage")).status).toBe(403);
  });

  it.each([
    ['{ "zavu": { "secondDelet": 404 } }', 'zavu: "secondDelet" is not a switch; did you mean secondDelete?'],
    ['{ "zavu": { "secondDelete": 500 } }', "zavu.secondDelete: must be 200 or 404"],
    ['{ "bolna": { "pageSize": 0 } }', "bolna.pageSize: must be 1 or more"],
    [
      '{ "bctrl": { "refuses": { "GET /v1/usage": "no" } } }',
      /^F: bctrl\.refuses\.GET \/v1\/usage: must be "billing/,
    ],
    [
      '{ "zavu": { "echo": true } }',
      /^F: zavu: "echo" is not a switch\. There are: .*\(all \d+ are in the types of pulumi-subaccounts\/emulator\)$/,
    ],
  ])("is refused with the path of what is wrong: %s", (text, words) => {
    const expected = typeof words === "string" ? `F: ${words}` : expect.stringMatching(words);
    expect(saidOf(readSwitches, text)).toEqual([expected]);
  });

  it.each(vendorNames)(
    "may have every switch as it is at the start, but for a function: %s",
    async (name) => {
      const emulator = await emulate();
      writeFileSync(file, JSON.stringify({ [name]: emulator[name].switches }));
      expect(readSwitches(file)).toEqual({ [name]: emulator[name].switches });
    },
  );
});
