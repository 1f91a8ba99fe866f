import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { KeysReport } from "../../../cli/keys/report";
import { environmentOf } from "../../support/environment.mts";
import { emulate } from "../emulator/support";
import { type Around, keys } from "./program";

const SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";
const secret = (value: string) => ({
  "4dabf18193072939515e22adb298388d": SIGNATURE,
  plaintext: JSON.stringify(value),
});
const encrypted = { "4dabf18193072939515e22adb298388d": SIGNATURE, ciphertext: "v1:abc" };

/** An exported state with these resources. */
const exported = (resources: object[], pending: object[] = []) => ({
  version: 3,
  deployment: { resources, pending_operations: pending },
});
function resource(type: string, id: string, outputs: object, more: object = {}) {
  const full = `pulumi-nodejs:dynamic/subaccounts/${type}`;
  return { type: full, urn: `urn:pulumi:dev::tenants::${full}::acme`, id, inputs: {}, outputs, ...more };
}

/** An emulator with an account at Zavu whose key is in the state, and one more key of the same name that is not. */
async function onboarded() {
  const emulator = await emulate();
  const env = environmentOf(emulator);
  const { zavu } = emulator;
  const { id, apiKey } = zavu.seed({ name: "Acme" });
  const held = zavu.addKey(id, { name: "default" });
  const lost = zavu.addKey(id, { name: "default" });
  const account = resource("zavu:SubAccount", id, { name: "Acme", apiKey: secret(apiKey) });
  const key = resource("zavu:ApiKey", held.id, {
    subAccountId: id,
    name: "default",
    keyId: held.id,
    apiKey: secret(held.key),
  });
  return { emulator, env, id, apiKey, held, lost, account, key, state: exported([account, key]) };
}

/** What the command says, as data. */
async function report(args: string[], around: Around & { stdin?: string }) {
  const { code, output } = await keys([...args, "--json"], around);
  const parsed: KeysReport = JSON.parse(output);
  return { code, output, ...parsed, ids: parsed.unknown.map(({ keyId }) => keyId) };
}

describe("subaccounts keys --unknown", () => {
  it("names a key of our name that the state does not have, and never a secret", async () => {
    const { env, id, apiKey, held, lost, state } = await onboarded();
    const { code, output } = await keys(["--unknown"], { env, state });
    expect(output).toBe(
      `unknown  Zavu account ${id} "Acme": key ${lost.id} "default", created 2026-03-10T12:00:00.000Z, never used, as far as Zavu shows\n` +
        "1 unknown key at 1 account. The state of another stack may have one. To end one: subaccounts keys --revoke <key id>\n",
    );
    for (const each of [apiKey, held.key, lost.key, env["ZAVUDEV_API_KEY"]])
      expect(output).not.toContain(each);
    expect(code).toBe(7);
  });

  it("exits with 0 where the state has every key of our names", async () => {
    const { emulator, env, id, lost, state } = await onboarded();
    emulator.zavu.revokeKey(id, lost.id);
    expect(await keys(["--unknown"], { env, state })).toEqual({
      code: 0,
      output: "No unknown key is left at 1 account.\n",
    });
  });

  it("knows keys that a rotation replaced, the account's own key, and those that wait for their deletion", async () => {
    const { emulator, env, id, held, lost, account } = await onboarded();
    const { zavu } = emulator;
    const [one, two, three, own] = ["default", "default", "default", "pulumi-subaccounts"].map((name) =>
      zavu.addKey(id, { name }),
    );
    const outputs = {
      subAccountId: id,
      name: "default",
      keyId: lost.id,
      previousKeyId: one?.id,
      earlierKeys: [{ keyId: two?.id }],
    };
    const resources = [
      { ...account, outputs: { name: "Acme", apiKey: secret(own?.key ?? "") } },
      resource("zavu:ApiKey", held.id, outputs),
      resource("zavu:ApiKey", three?.id ?? "", { subAccountId: id, name: "default" }, { delete: true }),
    ];
    const { ids } = await report(["--unknown"], { env, state: exported(resources) });
    // After a rotation the resource's id is that of its first key, which the state no longer has.
    expect(ids).toEqual([held.id]);
  });

  it("looks for the names of this account's keys and the reserved one alone", async () => {
    const { emulator, env, id, lost, state } = await onboarded();
    const standIn = emulator.zavu.addKey(id, { name: "pulumi-subaccounts" });
    emulator.zavu.addKey(id, { name: "of another tool" });
    expect((await report(["--unknown"], { env, state })).ids.sort()).toEqual([lost.id, standIn.id].sort());
  });

  it("takes the name of a key whose create never ended from the pending operations", async () => {
    const { env, lost, held, account, id } = await onboarded();
    const inputs = { subAccountId: id, name: "default" };
    const creating = { type: "creating", resource: { ...resource("zavu:ApiKey", "", {}), inputs } };
    const { ids, notes } = await report(["--unknown"], { env, state: exported([account], [creating]) });
    expect(ids.sort()).toEqual([lost.id, held.id].sort());
    expect(notes).toEqual([expect.stringContaining("pending operations")]);
  });

  it("says what the vendor shows of a key's use", async () => {
    const { emulator, env, lost, state } = await onboarded();
    emulator.zavu.useKey(lost.key);
    const { unknown } = await report(["--unknown"], { env, state });
    expect(unknown).toMatchObject([{ use: "used", lastUsedAt: "2026-03-10T12:00:00.000Z" }]);
    expect((await keys(["--unknown"], { env, state })).output).toContain(
      "last used 2026-03-10T12:00:00.000Z",
    );
  });

  it("looks at bctrl's keys too, and says that Bolna has none", async () => {
    const emulator = await emulate();
    const { bctrl, bolna } = emulator;
    const account = bctrl.seed({ name: "Acme" });
    const held = bctrl.addKey(account.id, { name: "backend" });
    const lost = bctrl.addKey(account.id, { name: "backend" });
    const state = exported([
      resource("bctrl:SubAccount", account.id, { name: "Acme" }),
      resource("bctrl:ApiKey", held.id, { subAccountId: account.id, name: "backend", keyId: held.id }),
      resource("bolna:SubAccount", bolna.seed().id, { name: "Acme", apiKey: secret("sa-0123456789") }),
    ]);
    const found = await report(["--unknown"], { env: environmentOf(emulator), state });
    expect(found.ids).toEqual([lost.id]);
    expect(found.notes).toEqual([expect.stringMatching(/^Bolna has no key objects/)]);
    expect(found.code).toBe(7);
  });

  it("takes the state from a file or from standard input, and the keys from named connections", async () => {
    const { emulator, env, lost, state } = await onboarded();
    const folder = mkdtempSync(join(tmpdir(), "subaccounts-state-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, "state.json");
    writeFileSync(file, JSON.stringify(state));
    const without = { yaml: undefined, env };
    expect((await report(["--unknown", "--state", file], without)).ids).toEqual([lost.id]);
    expect(
      (await report(["--unknown", "--state", "-"], { ...without, stdin: JSON.stringify(state) })).ids,
    ).toEqual([lost.id]);
    const { apiKey, url: baseUrl } = emulator.zavu;
    const config = { "subaccounts:connections": { eu: { vendor: "zavu", apiKey, baseUrl } } };
    const named = JSON.stringify(state).replaceAll('"name":"', '"connection":"eu","name":"');
    const stdin = { env: {}, config, stdin: named };
    expect((await report(["--unknown", "--state", "-"], stdin)).unknown).toMatchObject([
      { keyId: lost.id, connection: "eu" },
    ]);
  });
});

describe("subaccounts keys --revoke", () => {
  it("ends the keys that are named, with a line for each", async () => {
    const { emulator, env, held, lost, id, apiKey, state } = await onboarded();
    const other = emulator.zavu.addKey(id, { name: "default" });
    const first = await keys(["--revoke", lost.id], { env, state });
    expect(first.output).toContain(`revoked  Zavu account ${id} "Acme": key ${lost.id} "default"`);
    expect(first.output).toContain(`unknown  Zavu account ${id} "Acme": key ${other.id} "default"`);
    expect(first.code).toBe(7);
    expect((await keys(["--revoke", other.id], { env, state })).code).toBe(0);
    const { zavu } = emulator;
    expect([lost, other].map(({ key }) => zavu.keyWorks(key))).toEqual([false, false]);
    expect([held.key, apiKey].map((each) => zavu.keyWorks(each))).toEqual([true, true]);
  });

  it("ends none where one of them is not unknown", async () => {
    const { emulator, env, held, lost, state } = await onboarded();
    for (const id of [held.id, "no-such-key"]) {
      const { code, problems } = await report(["--revoke", lost.id, "--revoke", id], { env, state });
      expect(problems).toEqual([`the key ${id} is not among the unknown keys, so nothing is revoked`]);
      expect(code).toBe(1);
    }
    expect([lost, held].map(({ key }) => emulator.zavu.keyWorks(key))).toEqual([true, true]);
  });

  it("ends no key that may be the account's own, since the state has that encrypted", async () => {
    const { emulator, env, id, key, account } = await onboarded();
    const { zavu } = emulator;
    const own = zavu.addKey(id, { name: "pulumi-subaccounts" });
    const hidden = exported([{ ...account, outputs: { name: "Acme", apiKey: encrypted } }, key]);
    const { code, problems, unknown } = await report(["--revoke", own.id], { env, state: hidden });
    expect(problems).toEqual([
      expect.stringMatching(/may be the account's own key, .*--show-secrets\. Nothing is revoked/),
    ]);
    expect(unknown).toContainEqual(expect.objectContaining({ keyId: own.id, doubt: expect.any(String) }));
    expect(code).toBe(1);
    expect(zavu.keyWorks(own.key)).toBe(true);
  });

  it("ends no key of a suspended customer for whom the state has no new one yet", async () => {
    const { emulator, env, id, held, lost, account } = await onboarded();
    emulator.zavu.change(id, { status: "inactive" });
    const waiting = resource("zavu:ApiKey", `no-key-yet-${id}`, { subAccountId: id, name: "default" });
    const { code, problems } = await report(["--revoke", held.id, "--revoke", lost.id], {
      env,
      state: exported([account, waiting]),
    });
    expect(problems).toHaveLength(2);
    expect(problems[0]).toMatch(
      /is what its customer goes on with: the account is suspended.*Nothing is revoked/,
    );
    expect(code).toBe(1);
    emulator.zavu.change(id, { status: "active" });
    expect([held.key, lost.key].map((key) => emulator.zavu.keyWorks(key))).toEqual([true, true]);
  });
});

describe("what cannot be told", () => {
  it("is an account that the vendor does not show, and exits with 1", async () => {
    const { env, lost, account, key } = await onboarded();
    const gone = resource("zavu:SubAccount", "no-such-account", { name: "Gone" });
    const { code, problems, ids } = await report(["--unknown"], {
      env,
      state: exported([account, key, gone]),
    });
    expect(problems).toEqual([
      expect.stringMatching(/^Zavu account no-such-account: the vendor shows no such/),
    ]);
    expect(ids).toEqual([lost.id]);
    expect(code).toBe(1);
  });

  it("is everything behind a key that is refused: one call, one line", async () => {
    const { emulator, env, account, key } = await onboarded();
    const more = Array.from({ length: 20 }, (_, index) => resource("zavu:SubAccount", `a${index}`, {}));
    const canary = `zv_live_${"c".repeat(32)}`;
    emulator.clearRequests();
    const { code, problems, output } = await report(["--unknown"], {
      env: { ...env, ZAVUDEV_API_KEY: canary },
      state: exported([account, key, ...more]),
    });
    expect(problems).toEqual([
      expect.stringMatching(/answered 401 .* 21 accounts of Zavu are not looked at/),
    ]);
    expect(output).not.toContain(canary);
    expect(emulator.requests.length).toBeLessThan(3);
    expect(code).toBe(1);
  });

  it("is a listing that fails", async () => {
    const { emulator, env, id, state } = await onboarded();
    emulator.fault({
      vendor: "zavu",
      path: /\/api-keys$/,
      times: 99,
      fault: { kind: "status", when: "before", status: 403 },
    });
    const { code, problems } = await report(["--unknown"], { env, state });
    expect(problems).toEqual([expect.stringContaining(`Zavu account ${id}: `)]);
    expect(code).toBe(1);
  });

  it.each<[string, string[], Around & { stdin?: string }, RegExp]>([
    ["no project", [], { yaml: undefined }, /there is no Pulumi\.yaml/],
    ["no stack", [], { stack: "echo 'error: no stack selected' >&2; exit 1" }, /no stack is selected/],
    ["no CLI", [], { cli: undefined }, /there is no Pulumi CLI on PATH/],
    [
      "a state that Pulumi does not give",
      [],
      { stateFails: "echo canary >&2; exit 1" },
      /the state cannot be read/,
    ],
    ["a passphrase", [], { stateFails: "echo 'incorrect passphrase' >&2; exit 1" }, /passphrase is wrong/],
    ["no state", ["--state", "-"], { stdin: "canary" }, /is not what pulumi stack export prints/],
    [
      "the state of another stack",
      ["--state", "-"],
      {
        stack: "echo acme/prod",
        stdin: JSON.stringify(exported([resource("zavu:SubAccount", "a", {})])),
      },
      /the state is of stack dev, and the config is of acme\/prod/,
    ],
    [
      "a secret name",
      ["--state", "-"],
      {
        stdin: JSON.stringify(
          exported([
            resource("bolna:SubAccount", "a", {}),
            resource("zavu:ApiKey", "k", { subAccountId: "a", name: encrypted }),
          ]),
        ),
      },
      /the name of the key acme is encrypted in this state/,
    ],
  ])("is %s", async (_what, args, around, message) => {
    const { code, output } = await keys(["--unknown", ...args], around);
    expect(output).toMatch(message);
    expect(output).not.toContain("canary");
    expect(code).toBe(1);
  });

  it("is what to do, and a file that is not there", async () => {
    expect(await keys([])).toMatchObject({
      code: 1,
      output: expect.stringContaining("say what to do: --unknown"),
    });
    expect(await keys(["--unknown", "--state", "none.json"])).toMatchObject({
      code: 1,
      output: expect.stringContaining("cannot be read (ENOENT)"),
    });
  });
});
