import { afterEach, describe, expect, it } from "vitest";
import { type Bench, openBench } from "./programs";

const FULL = `
const messaging = new zavu.SubAccount("acme", {
  name: "Acme Corp", externalId: "tenant-acme", creditLimit: 5000, metadata: { tier: "gold", seats: 3 }, status: "active",
});
const voice = new bolna.SubAccount("acme", {
  name: "Acme Corp", allowConcurrentCalls: 4, deletionPolicy: "delete", externalId: "tenant-acme", multiTenant: true,
  database: { host: "db.acme.test", port: 5432, name: "calls", user: "bolna", password: "pw-of-the-database" },
});
const backend = new zavu.ApiKey("backend", {
  subAccountId: messaging.id, name: "backend", environment: "test", permissions: ["messages:send"],
});
const voiceKeyAlone = new bolna.ApiKey("acme", { subAccountId: voice.id });
const browser = new bctrl.SubAccount("acme", {
  name: "Acme Corp", externalId: "tenant-acme", metadata: { tier: "gold", seats: 3 },
  limits: { maxActiveRuns: 5, maxSpaces: 2, monthlyCreditLimit: 20000.5 },
});
const worker = new bctrl.ApiKey("worker", { subAccountId: browser.id, name: "worker", expiresAt: "2199-01-31T00:00:00Z" });
export const ids = [messaging.id, voice.id, browser.id];
export const keys = [messaging.apiKey, backend.apiKey, voice.apiKey, voiceKeyAlone.apiKey, worker.apiKey];
export const times = [messaging.createdAt, voice.createdAt, backend.createdAt, browser.createdAt, worker.createdAt];
export const more = [browser.status, browser.defaultSpaceId, worker.keyId, worker.keyPrefix];
`;
const MINIMAL = `
const messaging = new zavu.SubAccount("acme", { name: "Acme Corp" });
const voice = new bolna.SubAccount("acme", { name: "Acme Corp", allowConcurrentCalls: 1, deletionPolicy: "delete" });
const backend = new zavu.ApiKey("backend", { subAccountId: messaging.id, name: "backend" });
const voiceKeyAlone = new bolna.ApiKey("acme", { subAccountId: voice.id });
const browser = new bctrl.SubAccount("acme", { name: "Acme Corp" });
const worker = new bctrl.ApiKey("worker", { subAccountId: browser.id });
`;

describe("through the real engine", () => {
  let bench: Bench;
  afterEach(() => bench?.close());
  const zavu = (index = 0) => {
    const account = bench.emulator.zavu.accounts()[index];
    if (account === undefined) throw new Error("no account at Zavu");
    return account;
  };
  const bolna = () => {
    const account = bench.emulator.bolna.accounts()[0];
    if (account === undefined) throw new Error("no account at Bolna");
    return account;
  };
  const bctrl = () => {
    const account = bench.emulator.bctrl.accounts()[0];
    if (account === undefined) throw new Error("no account at bctrl");
    return account;
  };
  const works = (key: string) =>
    [bench.emulator.zavu, bench.emulator.bolna, bench.emulator.bctrl].some((vendor) => vendor.keyWorks(key));
  /** No difference and no write: in a refresh, and in the up after it, which previews the same. */
  const expectSettled = async () => {
    bench.emulator.clearRequests();
    await bench.project.refresh("--expect-no-changes");
    await bench.project.up("--expect-no-changes");
    expect(bench.writes()).toEqual([]);
  };
  /** The same, and before it no difference and no call in a preview, and no write in a second up. */
  const expectQuiet = async () => {
    bench.emulator.clearRequests();
    await bench.project.preview("--expect-no-changes");
    expect(bench.emulator.requests).toEqual([]);
    await bench.project.up("--expect-no-changes");
    expect(bench.writes()).toEqual([]);
    await expectSettled();
  };

  it("a minimal program sends what it declares, and then nothing", async () => {
    bench = await openBench(MINIMAL);
    await bench.project.up();
    const owner = bench.project.state().resources?.find(({ type }) => type.endsWith(":Owner"))?.id;
    const stamped = (vendor: string) => {
      const urn = `urn:pulumi:dev::test::pulumi-nodejs:dynamic/subaccounts/${vendor}:SubAccount::acme`;
      const stamp = { v: 1, owner, urn, nonce: expect.any(String) };
      return { name: "Acme Corp", metadata: { "pulumi-subaccounts": stamp } };
    };
    expect(bench.writes().map(({ body }) => body)).toEqual(
      expect.arrayContaining([
        stamped("zavu"),
        stamped("bctrl"),
        { name: "Acme Corp", allow_concurrent_calls: 1 },
        { name: "backend" },
        { subaccountId: bctrl().id },
      ]),
    );
    expect(bench.writes()).toHaveLength(5);
    await expectQuiet();
    await bench.project.destroy();
    expect([zavu().status, zavu().keys.every(({ revokedAt }) => revokedAt !== null)]).toEqual([
      "inactive",
      true,
    ]);
    expect(bench.emulator.bolna.accounts()).toEqual([]);
    expect([bctrl().status, bctrl().keys.every(({ revokedAt }) => revokedAt !== null)]).toEqual([
      "archived",
      true,
    ]);
  });

  it("a destroy that refreshes first ends every account, and an up that does what was taken out", async () => {
    bench = await openBench(MINIMAL);
    await bench.project.up();
    bench.program(MINIMAL.replace(/const (voice|voiceKeyAlone) = .*/g, ""));
    await bench.project.up("--refresh");
    expect(bench.emulator.bolna.accounts()).toEqual([]);
    await bench.project.destroy("--refresh");
    expect([zavu().status, bctrl().status]).toEqual(["inactive", "archived"]);
    expect(bench.project.state().resources ?? []).toEqual([]);
  });

  it("a full program is created, settles, changes field by field, is repaired, cleared, and comes back after deletion", async () => {
    bench = await openBench(FULL);
    await bench.project.up();
    const { keys, times } = (await bench.project.outputs({ showSecrets: true })) as {
      keys: string[];
      times: string[];
    };
    expect(keys.map(works)).toEqual([true, true, true, true, true]);
    expect(keys[2]).toBe(keys[3]);
    expect(times.every((time) => /^\d{4}-\d\d-\d\dT/.test(time))).toBe(true);
    const database = bench.writes().find(({ call }) => call.endsWith("/create"));
    expect(database?.body).toMatchObject({
      db_port: "5432",
      db_password: "pw-of-the-database",
      multi_tenant: true,
    });
    await expectQuiet();

    // Changes.
    const [zavuId, bolnaId, bctrlId] = [zavu().id, bolna().id, bctrl().id];
    bench.program(
      FULL.replace('"Acme Corp", externalId', '"Acme Inc", externalId')
        .replace("creditLimit: 5000", "creditLimit: null")
        .replace("seats: 3", "plan: 1")
        .replace("allowConcurrentCalls: 4", "allowConcurrentCalls: 6")
        .replace("maxActiveRuns: 5, maxSpaces: 2", "maxActiveRuns: 6"),
    );
    await bench.project.up();
    const sent = bench.writes();
    expect(sent).toHaveLength(3);
    expect(sent).toContainEqual({
      call: `PATCH /v1/subaccounts/${bctrlId}`,
      body: { limits: { maxActiveRuns: 6, maxSpaces: null } },
    });
    expect(sent).toContainEqual({
      call: `PATCH /sub-accounts/${bolnaId}`,
      body: { allow_concurrent_calls: 6 },
    });
    const patch = sent.find(({ call }) => call === `PATCH /v1/sub-accounts/${zavuId}`)?.body as Record<
      string,
      unknown
    >;
    expect(patch).toMatchObject({ name: "Acme Inc", creditLimit: null, metadata: { tier: "gold", plan: 1 } });
    expect(patch["metadata"]).not.toHaveProperty("seats");
    expect(Object.keys(patch).sort()).toEqual(["creditLimit", "metadata", "name"]);
    await expectSettled();

    // Null and absent are different declarations, although nothing is to be sent.
    bench.program(
      FULL.replace("creditLimit: 5000, ", "").replace("Acme Corp", "Acme Inc").replace("seats: 3", "plan: 1"),
    );
    await bench.project.up();
    expect(bench.writes().filter(({ call }) => call.includes("/v1/sub-accounts"))).toEqual([]);
    expect(zavu().creditLimit).toBeNull();

    // Drift of each field.
    bench.program(FULL);
    await bench.project.up();
    bench.emulator.zavu.change(zavuId, {
      name: "x",
      externalId: "y",
      creditLimit: 1,
      status: "inactive",
      metadata: {},
    });
    bench.emulator.bolna.change(bolnaId, { name: "x", allow_concurrent_calls: 100 });
    bench.emulator.bctrl.change(bctrlId, {
      name: "x",
      externalId: "y",
      metadata: {},
      limits: { maxActiveRuns: 50, maxSpaces: null },
    });
    const refreshed = await bench.project.refresh("--diff");
    const drifted = ["name", "externalId", "creditLimit", "metadata", "status", "allowConcurrentCalls"];
    for (const field of [...drifted, "limits", "maxActiveRuns", "maxSpaces"]) {
      expect(refreshed.output).toMatch(new RegExp(`[~+-] ${field}`));
    }
    await bench.project.preview("--expect-no-changes", { expectFailure: true });
    await bench.project.up();
    expect(zavu()).toMatchObject({
      name: "Acme Corp",
      externalId: "tenant-acme",
      creditLimit: 5000,
      status: "active",
    });
    expect(zavu().metadata).toMatchObject({ tier: "gold", seats: 3, "pulumi-subaccounts": { v: 1 } });
    expect(bolna()).toMatchObject({ name: "Acme Corp", allow_concurrent_calls: 4 });
    expect(bctrl()).toMatchObject({
      name: "Acme Corp",
      externalId: "tenant-acme",
      limits: { maxActiveRuns: 5, maxSpaces: 2, monthlyCreditLimit: 20_000.5 },
      metadata: { tier: "gold", seats: 3, "pulumi-subaccounts": { v: 1 } },
    });
    await expectSettled();

    // Deleted or archived outside: the keys of a lost account do not crash anything.
    bench.emulator.zavu.remove(zavuId);
    bench.emulator.bolna.remove(bolnaId);
    bench.emulator.bctrl.archive(bctrlId);
    // An empty list of Bolna's does not say whose it is.
    await bench.project.run(["refresh", "--yes", "--skip-preview"], {
      env: { SUBACCOUNTS_CONFIRM_GONE: "1" },
    });
    await bench.project.up();
    expect([zavu().id === zavuId, bolna().id === bolnaId]).toEqual([false, false]);
    expect(bench.emulator.bctrl.accounts().map(({ status }) => status)).toEqual(["archived", "active"]);
    const again = (await bench.project.outputs({ showSecrets: true })) as { keys: string[] };
    expect(again.keys.every(works)).toBe(true);
    await expectSettled();
  });

  it("a lost reply to any mutating call ends, in the same up, with one object and a working key", async () => {
    bench = await openBench(MINIMAL);
    const lose = (...calls: [string, string][]) => {
      for (const [method, path] of calls) {
        bench.emulator.fault({ method, path, fault: { kind: "drop", when: "after" } });
      }
    };
    lose(
      ["POST", "/v1/sub-accounts"],
      ["POST", "/sub-accounts/create"],
      ["POST", "/v1/sub-accounts/{id}/api-keys"],
      ["POST", "/v1/subaccounts"],
      ["POST", "/v1/api-keys"],
    );
    await bench.project.up();
    expect([bench.emulator.zavu.accounts().length, bench.emulator.bolna.accounts().length]).toEqual([1, 1]);
    expect(bench.emulator.bctrl.accounts()).toHaveLength(1);
    expect(bctrl().keys.filter(({ revokedAt }) => revokedAt === null)).toHaveLength(1);
    expect(zavu().keys.filter(({ revokedAt }) => revokedAt === null)).toHaveLength(2);
    await expectSettled();

    lose(
      ["PATCH", `/v1/sub-accounts/${zavu().id}`],
      ["PATCH", `/sub-accounts/${bolna().id}`],
      ["PATCH", `/v1/subaccounts/${bctrl().id}`],
    );
    bench.program(
      MINIMAL.replace('{ name: "Acme Corp" }', '{ name: "Acme Corp", creditLimit: 9 }')
        .replace("Calls: 1", "Calls: 2")
        .replace(
          'bctrl.SubAccount("acme", { name: "Acme Corp" }',
          'bctrl.SubAccount("acme", { name: "Acme Corp", limits: { maxSpaces: 9 } }',
        ),
    );
    await bench.project.up();
    expect([zavu().creditLimit, bolna().allow_concurrent_calls, bctrl().limits.maxSpaces]).toEqual([9, 2, 9]);
    await expectSettled();

    lose(
      ["DELETE", `/v1/sub-accounts/${zavu().id}`],
      ["DELETE", `/sub-accounts/${bolna().id}`],
      ["DELETE", `/v1/sub-accounts/{id}/api-keys/{key}`],
      ["POST", `/v1/subaccounts/${bctrl().id}/archive`],
      ["DELETE", "/v1/api-keys/{key}"],
    );
    await bench.project.destroy();
    expect([zavu().status, bench.emulator.bolna.accounts().length]).toEqual(["inactive", 0]);
    expect(bctrl().status).toBe("archived");
    expect(bench.project.state().resources ?? []).toEqual([]);
  });

  it("a step that fails half-way is saved with reasons and with what the vendor has; the next up repairs it", async () => {
    const limited = MINIMAL.replace(
      '{ name: "Acme Corp" }',
      '{ name: "Acme Corp", creditLimit: 5000 }',
    ).replace(
      'bctrl.SubAccount("acme", { name: "Acme Corp" }',
      'bctrl.SubAccount("acme", { name: "Acme Corp", limits: { monthlyCreditLimit: 100 } }',
    );
    bench = await openBench(limited, {
      zavu: { clampCreditLimit: 10_000 },
      bolna: { clampConcurrentCalls: 9 },
      bctrl: { clampMonthlyCreditLimit: 50 },
    });
    const { output } = await bench.project.up({ expectFailure: true });
    expect(output).toContain("asked 5000, vendor has 10000");
    expect(output).toContain("asked 1, vendor has 9");
    const saved = bench.project.state().resources?.filter(({ type }) => type.endsWith(":SubAccount")) ?? [];
    expect(output).toContain("asked 100, vendor has 50");
    expect(saved.map(({ initErrors }) => initErrors?.length)).toEqual([1, 1, 1]);
    const has = (name: string) => saved.find(({ outputs }) => outputs?.[name] !== undefined)?.outputs?.[name];
    expect([has("creditLimit"), has("allowConcurrentCalls"), has("limits")]).toEqual([
      10_000,
      9,
      { monthlyCreditLimit: 50 },
    ]);
    expect(bench.project.stateText()).not.toMatch(/zv_live_sub_|sa-[0-9a-f]{32}/);

    delete bench.emulator.zavu.switches.clampCreditLimit;
    delete bench.emulator.bolna.switches.clampConcurrentCalls;
    delete bench.emulator.bctrl.switches.clampMonthlyCreditLimit;
    await bench.project.up();
    expect([zavu().creditLimit, bolna().allow_concurrent_calls]).toEqual([5000, 1]);
    expect(bctrl().limits.monthlyCreditLimit).toBe(100);
    await expectSettled();
    await bench.project.destroy();
    expect(bench.emulator.bolna.accounts()).toEqual([]);
  });

  it("a key that the vendor revoked is replaced in the end, although the vendor fails at first", async () => {
    const program = 'export const key = new zavu.SubAccount("acme", { name: "Acme Corp" }).apiKey;';
    bench = await openBench(program);
    await bench.project.up();
    bench.emulator.zavu.deactivate(zavu().id);
    await bench.project.refresh();
    const path = "/v1/sub-accounts/{id}/api-keys";
    bench.emulator.fault({
      method: "POST",
      path,
      times: 9,
      fault: { kind: "status", when: "before", status: 500 },
    });
    const { output } = await bench.project.up({ expectFailure: true });
    expect(output).toMatch(/could not create a key of the sub-account/);
    bench.emulator.clearFaults();
    bench.program(program.replace('"Acme Corp"', '"Acme Corp", deletionPolicy: "retain"'));
    await bench.project.up();
    const { key } = await bench.project.outputs({ showSecrets: true });
    expect(bench.emulator.zavu.keyWorks(String(key))).toBe(true);
    await expectSettled();
  });

  it("finds the difference again when a half-way failure is refreshed before the next up", async () => {
    const limited = MINIMAL.replace('{ name: "Acme Corp" }', '{ name: "Acme Corp", creditLimit: 5000 }');
    bench = await openBench(limited, { zavu: { clampCreditLimit: 10_000 } });
    await bench.project.up({ expectFailure: true });
    await bench.project.refresh();
    delete bench.emulator.zavu.switches.clampCreditLimit;
    await bench.project.up();
    expect(zavu().creditLimit).toBe(5000);
  });

  it("an account that another stack manages is not taken, and one of a component is known by its full URN", async () => {
    bench = await openBench(`
      const parent = new pulumi.ComponentResource("acme:index:Tenant", "acme");
      new zavu.SubAccount("acme", { name: "Acme Corp", externalId: "tenant-acme" }, { parent });
    `);
    await bench.project.up();
    expect(zavu().metadata).toMatchObject({
      "pulumi-subaccounts": {
        urn: "urn:pulumi:dev::test::acme:index:Tenant$pulumi-nodejs:dynamic/subaccounts/zavu:SubAccount::acme",
      },
    });
    await bench.project.run(["stack", "init", "other"]);
    const { output } = await bench.project.up({ expectFailure: true });
    expect(output).toMatch(/belongs to urn:pulumi:dev::.* of another stack/);
    expect(bench.emulator.zavu.accounts()).toHaveLength(1);
  });
});
