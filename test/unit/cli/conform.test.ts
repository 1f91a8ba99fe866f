import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { ScratchNames } from "../../../cli/conform/core/scratch-name";
import { exitCode, readable } from "../../../cli/conform/report";
import type { VendorName } from "../../../emulator";
import { vendors as registry } from "../../../provider/vendors";
import { environmentOf } from "../../support/environment.mts";
import { changes, conformWorld, YES } from "./conform-world";
import { conform } from "./program";

const vendors = ["bctrl", "bolna", "zavu"] as const;
type World = Awaited<ReturnType<typeof conformWorld>>;

/** The accounts of this command that are active at a vendor, and its keys that work. */
function alive({ emulator }: World, vendor: VendorName): string[] {
  const records = emulator[vendor].dump().map((record) => record as unknown as Record<string, unknown>);
  const isOurs = ({ name }: Record<string, unknown>) => String(name).startsWith("subaccounts-conform-");
  const accounts = records.filter((each) => isOurs(each) && !("secret" in each));
  const active = accounts.filter(({ status }) => status === undefined || status === "active");
  const secrets = records.filter((each) => isOurs(each)).flatMap(secretsOf);
  return [
    ...active.map(({ id }) => `account ${String(id)}`),
    ...secrets.filter((secret) => emulator[vendor].keyWorks(secret)).map(() => "a key"),
    ...records.filter((each) => isOurs(each)).flatMap(unrevoked),
  ];
}

function secretsOf(record: Record<string, unknown>): string[] {
  const keys = Array.isArray(record["keys"]) ? record["keys"] : [record];
  return keys
    .flatMap((key: Record<string, unknown>) => [key["secret"], key["api_key"]])
    .filter((each) => typeof each === "string");
}

/** Keys of an inactive Zavu account that are not revoked, and would work once it is active again. */
function unrevoked({ keys }: Record<string, unknown>): string[] {
  return Array.isArray(keys) && keys.some(({ revokedAt }) => revokedAt === null)
    ? ["a key that is not revoked"]
    : [];
}

describe("subaccounts conform", () => {
  it.each(vendors)("changes nothing without consent, and says what takes it: %s", async (vendor) => {
    const world = await conformWorld();
    world.seed(vendor, 2);
    const { of, code, file } = await world.run(["--vendor", vendor]);
    expect(changes(world.emulator, vendor)).toEqual([]);
    expect(code).toBe(0);
    const states = of(vendor).switches.map(({ state }) => state);
    expect(states).toContain("told");
    expect(states).toContain("not asked");
    expect(of(vendor).facts.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["identity", "response headers"]),
    );
    const told = of(vendor).switches.filter(({ state }) => state === "told");
    expect(file).toEqual({ [vendor]: Object.fromEntries(told.map(({ name, value }) => [name, value])) });
  });

  it.each(vendors)("makes at most two accounts, ends them, and shows no key: %s", async (vendor) => {
    const world = await conformWorld();
    const { of, code, output } = await world.run(["--vendor", vendor, YES]);
    const { accounts } = of(vendor);
    expect(code).toBe(0);
    expect(accounts.map(({ state }) => state)).toEqual(["ended", "ended"]);
    for (const { name } of accounts) expect(name).toMatch(/^subaccounts-conform-[0-9a-f]{32}$/);
    expect(alive(world, vendor)).toEqual([]);
    for (const record of world.emulator[vendor].dump())
      for (const secret of secretsOf(record as unknown as Record<string, unknown>))
        expect(output).not.toContain(secret);
    expect(output).not.toContain(world.emulator[vendor].apiKey);
  });

  it.each(vendors)("writes switches with which an emulator answers the same: %s", async (vendor) => {
    const turned = {
      bctrl: { secondArchive: 404, metadata: "merge", clampSpendingCap: 150, unsetReadsAs: "absent" },
      bolna: { generation: "minimum", badKeyStatus: 401, listEnvelope: "items" },
      zavu: { secondDelete: 404, errorEnvelope: "nested", zeroLimitReadsAs: null },
    } as const;
    const first = await conformWorld({ [vendor]: turned[vendor] });
    const { file } = await first.run(["--vendor", vendor, YES]);
    expect(file).toMatchObject({ [vendor]: turned[vendor] });
    const second = await conformWorld(file as object);
    expect((await second.run(["--vendor", vendor, YES])).file).toEqual(file);
  });

  it("asks nothing from a folder that is not there", async () => {
    for (const more of [[], ["--dry-run"]]) {
      const { output, code } = await conform(["--cwd", "/nowhere/at/all", ...more]);
      expect({ output, code }).toEqual({
        output: expect.stringMatching(/^error: --cwd: there is no folder \/nowhere\/at\/all\n/),
        code: 1,
      });
    }
  });

  it("asks every vendor that has a key, in words and as a file", async () => {
    const { emulator, surroundings } = await conformWorld();
    const around = { env: environmentOf(emulator), surroundings };
    const { output, code } = await conform([YES], around);
    expect(code).toBe(0);
    for (const title of ["bctrl", "Bolna", "Zavu"])
      expect(output).toMatch(new RegExp(`^${title} \\(http://127`, "m"));
    expect(output).toMatch(/told {5} {2}secondDelete +200: a second DELETE was answered 200/);
    expect(output).toMatch(/\d+ switches told, \d+ not told\.\n$/);
  });
});

/** For some forty runs on a machine that others use, too. */
const LONG = { timeout: 60_000 };

describe("a run that is ended in the middle", () => {
  it.each(vendors)("by Ctrl-C ends what it made, after whichever call: %s", LONG, async (vendor) => {
    for (let calls = 3; calls < 46; calls += 3) {
      const world = await conformWorld();
      const { signal } = new AbortController();
      Object.defineProperty(signal, "aborted", { get: () => world.emulator.requests.length >= calls });
      const { code, of } = await world.run(["--vendor", vendor, YES], { signal });
      expect({ calls, alive: alive(world, vendor) }).toEqual({ calls, alive: [] });
      expect(of(vendor).accounts.filter(({ state }) => state === "live")).toEqual([]);
      expect(code).toBe(signal.aborted ? 130 : 0);
      await world.emulator.close();
    }
  });

  it.each(vendors)("by a kill is ended by the next run, after whichever call: %s", LONG, async (vendor) => {
    for (let calls = 4 + vendors.indexOf(vendor); calls < 46; calls += 3) {
      const world = await conformWorld({
        zavu: { keyCreateOnInactive: "ok" },
        bctrl: { keyCreateOnArchived: "ok", archivedKeysWork: true },
      });
      const { emulator } = world;
      world.seed(vendor, 1);
      const foreign = emulator[vendor].dump();
      // The call takes effect, its reply is lost, and nothing is sent any more.
      emulator.fault({ skip: calls, fault: { kind: "drop", when: "after" } });
      emulator.fault({
        skip: calls,
        times: Number.POSITIVE_INFINITY,
        fault: { kind: "drop", when: "before" },
      });
      const killed = await world.run(["--vendor", vendor, YES]);
      emulator.clearFaults();
      const left = alive(world, vendor);
      if (left.length > 0) expect(killed.code).toBe(7);
      const { of, code } = await world.run(["--vendor", vendor, YES]);
      expect({ calls, code, problems: of(vendor).problems, alive: alive(world, vendor) }).toEqual({
        calls,
        code: 0,
        problems: [],
        alive: [],
      });
      const ids = foreign.map(({ id }) => id);
      expect(emulator[vendor].dump().filter(({ id }) => ids.includes(id))).toEqual(foreign);
      await emulator.close();
    }
  });

  it("is named by a run without consent, which ends nothing", async () => {
    const world = await conformWorld();
    const { emulator } = world;
    emulator.fault({ skip: 8, times: Number.POSITIVE_INFINITY, fault: { kind: "drop", when: "before" } });
    await world.run(["--vendor", "bolna", YES]);
    emulator.clearFaults();
    emulator.clearRequests();
    const { of, code } = await world.run(["--vendor", "bolna"]);
    expect(changes(emulator, "bolna")).toEqual([]);
    expect(of("bolna").accounts).toMatchObject([
      { state: "live", text: expect.stringContaining("left by a run") },
    ]);
    expect(code).toBe(7);
  });
});

describe("accounts of others", () => {
  /** A name that this command made with another key. */
  async function nameOfAnother(vendor: VendorName): Promise<string> {
    const { emulator, run } = await conformWorld();
    const env = environmentOf(emulator);
    const key =
      Object.entries(env).find(
        ([name, value]) => /KEY/.test(name) && value === emulator[vendor].apiKey,
      )?.[0] ?? "";
    const { of } = await run(["--vendor", vendor, YES], {
      env: { ...env, [key]: emulator.other[vendor].apiKey },
    });
    return of(vendor).accounts[0]?.name ?? "";
  }

  it.each(vendors)("stay untouched, whatever they are called: %s", async (vendor) => {
    const world = await conformWorld();
    const { emulator } = world;
    const names = ["Acme", "subaccounts-conform-customer", await nameOfAnother(vendor)];
    for (const name of names) emulator[vendor].seed({ name });
    const foreign = emulator[vendor].dump();
    const { of, code } = await world.run(["--vendor", vendor, YES]);
    const ids = foreign.map(({ id }) => id);
    expect(emulator[vendor].dump().filter(({ id }) => ids.includes(id))).toEqual(foreign);
    for (const { path, body } of changes(emulator, vendor))
      for (const id of ids) expect(path + JSON.stringify(body ?? "")).not.toContain(id);
    const live = of(vendor).accounts.filter(({ state }) => state === "live");
    expect(live.map(({ name }) => name).sort()).toEqual(names.slice(1).sort());
    expect(live[0]?.text).toContain("not touched");
    expect(code).toBe(7);
  });

  it.each(vendors)("stay untouched where the reply to a create shows one of them: %s", async (vendor) => {
    const world = await conformWorld();
    const { emulator } = world;
    const { id, name } = emulator[vendor].seed({ name: "Acme" });
    const foreign = emulator[vendor].dump();
    const account = { id, name, status: "active" };
    const body = vendor === "zavu" ? { subAccount: account } : account;
    emulator.fault({ method: "POST", fault: { kind: "status", when: "before", status: 200, body } });
    const { code } = await world.run(["--vendor", vendor, YES]);
    expect(emulator[vendor].dump()).toEqual(foreign);
    expect(changes(emulator, vendor).map(({ method }) => method)).toEqual(["POST"]);
    expect(code).toBe(7);
  });

  it.each([
    ["an external id of others", { externalId: "cust-1" }],
    ["metadata of others", { metadata: { plan: "gold" } }],
    ["keys of others", {}],
  ])("with a name of this command, and %s, are not touched", async (what, fields) => {
    const world = await conformWorld();
    const { zavu } = world.emulator;
    const name = new ScratchNames("zavu", zavu.apiKey).fresh();
    const { id } = zavu.seed({ name, ...fields });
    if (what.startsWith("keys")) for (const key of ["prod", "prod2"]) zavu.addKey(id, { name: key });
    const { code } = await world.run(["--vendor", "zavu", YES]);
    expect(zavu.accounts().find((account) => account.id === id)).toMatchObject({
      name,
      status: "active",
      ...fields,
    });
    expect(changes(world.emulator, "zavu").filter(({ path }) => path.includes(id))).toEqual([]);
    expect(code).toBe(7);
  });

  it("that Bolna shows as used are not deleted, though the name is of this command", async () => {
    const world = await conformWorld();
    const { emulator } = world;
    emulator.fault({ skip: 8, times: Number.POSITIVE_INFINITY, fault: { kind: "drop", when: "before" } });
    await world.run(["--vendor", "bolna", YES]);
    emulator.clearFaults();
    const [{ id } = { id: "" }] = emulator.bolna.accounts();
    emulator.bolna.setUsage(id, { total_records: 1 });
    const { of, code } = await world.run(["--vendor", "bolna", YES]);
    expect(emulator.bolna.accounts().map((account) => account.id)).toEqual([id]);
    expect(of("bolna").accounts).toContainEqual(
      expect.objectContaining({ id, state: "live", text: expect.stringContaining("has been used") }),
    );
    expect(code).toBe(7);
  });
});

describe("the calls of a run", () => {
  it("are never more than sixty, and no account is made where a leftover could not be found", async () => {
    const world = await conformWorld({ zavu: { pageSize: 2 } });
    world.seed("zavu", 30);
    const { of, code } = await world.run(["--vendor", "zavu", YES]);
    expect(changes(world.emulator, "zavu")).toEqual([]);
    expect(of("zavu").problems).toEqual([
      expect.stringMatching(/^no scratch account is made: the listing is too long/),
    ]);
    expect(code).toBe(1);
  });

  it.each(vendors)(
    "are never more than sixty where every call is answered by a server error: %s",
    async (vendor) => {
      const world = await conformWorld();
      const { emulator } = world;
      emulator.fault({
        skip: 12,
        times: Number.POSITIVE_INFINITY,
        fault: { kind: "status", when: "after", status: 500 },
      });
      const { of, code } = await world.run(["--vendor", vendor, YES]);
      expect(emulator.requests.length).toBeLessThanOrEqual(60);
      expect(of(vendor).calls).toBe(emulator.requests.length);
      expect(code).toBe(7);
      const told = of(vendor).switches.filter(({ state }) => state === "told");
      const wrong = told.filter(
        ({ name, value }) =>
          JSON.stringify(value) !== JSON.stringify(Reflect.get(emulator[vendor].switches, name)),
      );
      expect(wrong).toEqual([]);
    },
  );

  it("wait for the rate limit, and count what it refused", async () => {
    const world = await conformWorld({ zavu: { requestsPerMinute: 5, enforceRateLimit: true } });
    const { of, code } = await world.run(["--vendor", "zavu", YES]);
    expect(code).toBe(0);
    expect(of("zavu").calls).toBe(world.emulator.requests.length);
    expect(alive(world, "zavu")).toEqual([]);
  });

  it("are printed by --dry-run, which sends none and needs no key", async () => {
    const { emulator } = await conformWorld();
    const env = environmentOf(emulator);
    const { output, code } = await conform(["--dry-run", YES, "--vendor", "bolna"], { env });
    expect(output).toMatch(/^Bolna\n {2}GET \/user\/me\n/);
    expect(output).toMatch(/^ {2}POST \/sub-accounts\/create \{"name":"subaccounts-conform-[0-9a-f]{32}"/m);
    expect(output).toMatch(/^ {2}DELETE \/sub-accounts\//m);
    const reading = await conform(["--dry-run"], {});
    expect(reading.output).toMatch(/^ {2}GET \/v1\/auth\/whoami \(bctrl-version: 2026-10-03\)$/m);
    expect(reading.output).toMatch(/^ {2}GET \/v1\/me \(with another key\)$/m);
    expect(reading.output).not.toMatch(/POST|PATCH|DELETE/);
    expect(reading.output).toMatch(/Nothing was sent to a vendor/);
    expect({ sent: emulator.requests, code }).toEqual({ sent: [], code: 0 });
    const wrong = await conform(["--dry-run", "--vendor", "acme"], {});
    expect(wrong).toMatchObject({
      code: 1,
      output: expect.stringContaining('there is no vendor "acme"; there are '),
    });
  });
});

it("asks nothing where the switches could not be written", async () => {
  const world = await conformWorld();
  const around = { env: environmentOf(world.emulator), yaml: undefined, surroundings: world.surroundings };
  const { code, output } = await conform([YES, "--switches", "/nowhere/switches.json"], around);
  expect(output).toMatch(/the switches cannot be written to \/nowhere\/switches\.json \(ENOENT\)/);
  expect(code).toBe(1);
  expect(world.emulator.requests).toEqual([]);
});

it("overwrites no file of something else", async () => {
  const world = await conformWorld();
  const folder = mkdtempSync(join(tmpdir(), "conform-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "emulator.json");
  const around = { env: environmentOf(world.emulator), yaml: undefined, surroundings: world.surroundings };
  for (const text of ['{"zavu":{"accounts":[]}}', '{"name":"x"}', "no JSON"]) {
    writeFileSync(file, text);
    const { code, output } = await conform(["--switches", file], around);
    expect([code, output]).toEqual([
      1,
      expect.stringMatching(/holds something else than switches, and is not overwritten/),
    ]);
    expect(readFileSync(file, "utf8")).toBe(text);
  }
  expect(world.emulator.requests).toEqual([]);
});

it.each(vendors)("says of a vendor that fails to ask it later: %s", async (vendor) => {
  const world = await conformWorld();
  world.emulator.fault({ vendor, times: 9, fault: { kind: "status", when: "before", status: 500 } });
  const { of } = await world.run(["--vendor", vendor]);
  expect(of(vendor).problems.join()).toMatch(/answered 500\. Run this again later/);
});

describe("a vendor without questions", () => {
  it("is told of as not examined", async () => {
    const report = { vendors: [], notExamined: ["Acmecall"], problems: [], wasInterrupted: false };
    expect(readable(report, (_colour, text) => text)).toBe(
      "not examined  Acmecall: this version has no questions for it, so its switches keep their defaults\n" +
        "0 switches told, 0 not told.\n",
    );
    expect(exitCode(report)).toBe(0);
  });
});

describe("a key that may not", () => {
  it.each(vendors)("be used, or is an account's, tells nothing and changes nothing: %s", async (vendor) => {
    const world = await conformWorld();
    const { emulator } = world;
    const env = environmentOf(emulator);
    const keys = { bctrl: "BCTRL_API_KEY", bolna: "BOLNA_API_KEY", zavu: "ZAVUDEV_API_KEY" };
    const account = emulator[vendor].seed({ name: "Acme" });
    const own =
      vendor === "bctrl"
        ? emulator.bctrl.addKey(account.id).key
        : secretsOf(emulator[vendor].dump()[0] as never)[0];
    for (const key of ["not-a-key-at-all", ...(vendor === "bolna" ? [] : [own ?? ""])]) {
      const { of, code } = await world.run(["--vendor", vendor, YES], {
        env: { ...env, [keys[vendor]]: key },
      });
      expect(of(vendor).problems).toEqual([expect.stringMatching(/takes no question with this key/)]);
      expect(of(vendor).switches.filter(({ state }) => state === "told")).toEqual([]);
      expect(code).toBe(1);
    }
    expect(changes(emulator, vendor)).toEqual([]);
  });

  it("list accounts at Bolna tells what the rest shows, and which feature is missing", async () => {
    const world = await conformWorld({ bolna: { enterprise: false } });
    const { of, code } = await world.run(["--vendor", "bolna", YES]);
    expect(changes(world.emulator, "bolna")).toEqual([]);
    expect(of("bolna").switches).toContainEqual(
      expect.objectContaining({ name: "enterprise", state: "told", value: false }),
    );
    expect(code).toBe(1);
  });

  it("create, for the plan, is told with the vendor's status", async () => {
    const world = await conformWorld({
      zavu: { refuses: { "POST /v1/sub-accounts": "paid_plan_required" } },
    });
    const { of, code } = await world.run(["--vendor", "zavu", YES]);
    expect(of("zavu").problems).toEqual([
      expect.stringContaining("answered the create of a scratch account with 402"),
    ]);
    expect(code).toBe(1);
  });

  it("be found is told, and so is a vendor that there is not", async () => {
    const { run } = await conformWorld();
    expect((await run([], { env: {} })).report.problems).toEqual([
      expect.stringMatching(/^there is no key of any vendor/),
    ]);
    expect((await run(["--vendor", "zavu"], { env: {} })).report.problems).toEqual([
      expect.stringMatching(/^Zavu: there is no API key/),
    ]);
    const { report, code } = await run(["--vendor", "acme"]);
    expect(report.problems).toEqual([
      `there is no vendor "acme"; there are ${Object.keys(registry).join(", ")}`,
    ]);
    expect(code).toBe(1);
  });

  it("comes from the stack's config and its named connections, as in a program", async () => {
    const { emulator, surroundings } = await conformWorld();
    const { url: baseUrl, apiKey } = emulator.other.zavu;
    const config = { "subaccounts:connections": { staging: { vendor: "zavu", apiKey, baseUrl } } };
    const args = ["--vendor", "zavu", "--connection", "staging"];
    const { output, code } = await conform(args, { config, surroundings });
    expect(output).toContain("team jt7emulator0002");
    expect(code).toBe(0);
  });
});
