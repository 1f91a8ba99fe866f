import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { startEmulator, vendorNames } from "../../../emulator";
import { Persistence } from "../../../emulator/files/persistence";
import { client, emulate, newest } from "./support";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "emulator-"));
  file = join(folder, "emulator.json");
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
});
const written = () => JSON.parse(readFileSync(file, "utf8"));

describe("A file of --persist", () => {
  it("brings accounts, keys and their secrets over a restart, of both organizations, in their order", async () => {
    const one = await startEmulator({ persist: file });
    one.zavu.addKey(one.zavu.seed({ name: "A", metadata: { plan: "gold" } }).id);
    one.zavu.deactivate(one.zavu.seed({ name: "B" }).id);
    one.bctrl.archive(one.bctrl.seed({ name: "C", limits: { maxSpaces: 2 }, spendingCap: 100 }).id);
    const { key } = one.bctrl.addKey(one.bctrl.seed({ name: "D" }).id, { expiresAt: "2099-01-01T00:00:00Z" });
    const organization = await newest(one.bctrl)("POST", "/v1/api-keys", { name: "whole" });
    const { api_key } = one.bolna.seed({ name: "E", multi_tenant: true, db_password: "hidden" });
    one.other.zavu.seed({ name: "F" });
    await one.close();

    const two = await emulate({ persist: file });
    for (const vendor of vendorNames) {
      expect(two[vendor].dump()).toEqual(one[vendor].dump());
      expect(two.other[vendor].dump()).toEqual(one.other[vendor].dump());
    }
    expect(organization.status).toBe(201);
    expect(two.bctrl.keys()).toHaveLength(2);
    expect([two.bctrl.keyWorks(key), two.bolna.keyWorks(api_key)]).toEqual([true, true]);
    expect(two.requests).toEqual([]);
  });

  it("has a change before its reply comes, also of a call whose reply is lost, and what is removed no more", async () => {
    const emulator = await emulate({ persist: file });
    const send = client(emulator.bolna);
    const { body } = await send("POST", "/sub-accounts/create", { name: "A", allow_concurrent_calls: 1 });
    expect(written().bolna.accounts).toMatchObject([{ name: "A", api_key: Object(body).api_key }]);
    await send("DELETE", `/sub-accounts/${Object(body).id}`);
    expect(written().bolna.accounts).toEqual([]);
    emulator.fault("zavu:lost-reply:1");
    await expect(client(emulator.zavu)("POST", "/v1/sub-accounts", { name: "B" })).rejects.toThrow();
    await expect.poll(() => written().zavu.accounts).toMatchObject([{ name: "B" }]);
  });

  it("has what a person changed by hand", async () => {
    const emulator = await emulate({ persist: file });
    const { id } = emulator.zavu.seed({ name: "A" });
    emulator.zavu.change(id, { creditLimit: 5 });
    await expect.poll(() => written().zavu.accounts).toMatchObject([{ creditLimit: 5 }]);
    emulator.reset();
    await expect.poll(() => written().zavu.accounts).toEqual([]);
  });

  it("is whole whenever it is read, and the only file in its folder", async () => {
    const emulator = await emulate({ persist: file });
    const send = client(emulator.zavu);
    const sent = Array.from({ length: 40 }, (_, index) =>
      send("POST", "/v1/sub-accounts", { name: `${index}` }),
    );
    let isDone = false;
    const all = Promise.all(sent).finally(() => {
      isDone = true;
    });
    while (!isDone) {
      expect(written().format).toBe("subaccounts emulator 1");
      await new Promise(setImmediate);
    }
    await all;
    expect(written().zavu.accounts).toHaveLength(40);
    expect(readdirSync(folder)).toEqual(["emulator.json"]);
  });

  it("can be read by its owner alone, also where it could be read by others before, and stays behind a link", async () => {
    await (await startEmulator({ persist: file })).close();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    chmodSync(file, 0o644);
    const link = join(folder, "link.json");
    symlinkSync(file, link);
    await emulate({ persist: link });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
  });

  it("wins over a seed once it is there", async () => {
    const seed = { zavu: { accounts: [{ name: "Seeded" }] } };
    const one = await startEmulator({ persist: file, seed });
    one.zavu.seed({ name: "Second" });
    await one.close();
    const two = await emulate({ persist: file, seed });
    expect(two.zavu.accounts().map(({ name }) => name)).toEqual(["Seeded", "Second"]);
  });

  it.each([
    ["a foreign one", '{ "name": "tenants", "version": "1.0.0" }', "was not written by --persist"],
    ["a seed by hand", "zavu:\n  accounts: []\n", "add --seed"],
    ["an empty one", "\n", "is empty. Remove it"],
    ["half of one", '{\n "format": "subaccounts emulator 1",\n "zavu": {', "is broken: "],
    [
      "one of a later version",
      '{"format":"subaccounts emulator 2"}',
      'this one reads "subaccounts emulator 1"',
    ],
    [
      "one that was changed by hand",
      '{"format":"subaccounts emulator 1","zavu":{"accounts":[{"name":"A","credit":1}]}}',
      'zavu.accounts[0]: "credit" is not a field',
    ],
  ])("is refused and left alone where it is %s", async (_, text, words) => {
    writeFileSync(file, text);
    await expect(startEmulator({ persist: file })).rejects.toThrow(words);
    expect(readFileSync(file, "utf8")).toBe(text);
  });

  it("is left alone by an emulator that does not listen yet, or cannot", async () => {
    const persistence = new Persistence(file, () => {});
    persistence.changed();
    await persistence.saved();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("needs a folder, which is said at the start", async () => {
    const persist = join(folder, "none", "emulator.json");
    await expect(startEmulator({ persist })).rejects.toThrow(`mkdir -p ${join(folder, "none")}`);
  });

  it("that cannot be written any more is warned of once, and written again as soon as it can be", async () => {
    const warnings: string[] = [];
    const emulator = await emulate({ persist: file, warn: (message) => warnings.push(message) });
    const send = client(emulator.zavu);
    renameSync(folder, `${folder}-away`);
    onTestFinished(() => rmSync(`${folder}-away`, { recursive: true, force: true }));
    for (const name of ["A", "B"])
      expect((await send("POST", "/v1/sub-accounts", { name })).status).toBe(201);
    expect(warnings).toEqual([expect.stringContaining("lost when the emulator stops")]);
    mkdirSync(folder);
    await send("POST", "/v1/sub-accounts", { name: "C" });
    expect(written().zavu.accounts).toHaveLength(3);
  });

  it("is not overwritten when another emulator has it", async () => {
    const warnings: string[] = [];
    const one = await emulate({ persist: file, warn: (message) => warnings.push(message) });
    const two = await emulate({ persist: file });
    two.zavu.seed({ name: "Two" });
    await client(two.zavu)("GET", "/v1/me");
    await client(one.zavu)("POST", "/v1/sub-accounts", { name: "One" });
    expect(warnings).toEqual([expect.stringContaining("was changed by another program")]);
    expect(written().zavu.accounts).toMatchObject([{ name: "Two" }]);
  });
});
