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
export const ids = [messaging.id, voice.id];
export const keys = [messaging.apiKey, backend.apiKey, voice.apiKey, voiceKeyAlone.apiKey];
export const times = [messaging.createdAt, voice.createdAt, backend.createdAt];
`;
const MINIMAL = `
const messaging = new zavu.SubAccount("acme", { name: "Acme Corp" });
const voice = new bolna.SubAccount("acme", { name: "Acme Corp", allowConcurrentCalls: 1, deletionPolicy: "delete" });
const backend = new zavu.ApiKey("backend", { subAccountId: messaging.id, name: "backend" });
const voiceKeyAlone = new bolna.ApiKey("acme", { subAccountId: voice.id });
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
  /** No difference and no write: in a preview, a second up, after a refresh. */
  const expectSettled = async () => {
    bench.emulator.clearRequests();
    await bench.project.preview("--expect-no-changes");
    expect(bench.emulator.requests).toEqual([]);
    await bench.project.up("--expect-no-changes");
    await bench.project.refresh("--expect-no-changes");
    await bench.project.preview("--expect-no-changes");
    expect(bench.writes()).toEqual([]);
  };

  it("a minimal program sends what it declares, and then nothing", async () => {
    bench = await openBench(MINIMAL);
    await bench.project.up();
    expect(bench.writes().map(({ body }) => body)).toEqual(
      expect.arrayContaining([
        {
          name: "Acme Corp",
          metadata: {
            "pulumi-subaccounts": {
              v: 1,
              owner: bench.project.state().resources?.find(({ type }) => type.endsWith(":Owner"))?.id,
              urn: "urn:pulumi:dev::test::pulumi-nodejs:dynamic/subaccounts/zavu:SubAccount::acme",
              nonce: expect.any(String),
            },
          },
        },
        { name: "Acme Corp", allow_concurrent_calls: 1 },
        { name: "backend" },
      ]),
    );
    expect(bench.writes()).toHaveLength(3);
    await expectSettled();
    await bench.project.destroy();
    expect([zavu().status, zavu().keys.every(({ revokedAt }) => revokedAt !== null)]).toEqual([
      "inactive",
      true,
    ]);
    expect(bench.emulator.bolna.accounts()).toEqual([]);
  });

  it("a full program is created, settles, changes field by field, is repaired, cleared, and comes back after deletion", async () => {
    bench = await openBench(FULL);
    await bench.project.up();
    const { keys, times } = (await bench.project.outputs({ showSecrets: true })) as {
      keys: string[];
      times: string[];
    };
    expect(
      keys.map((key) => bench.emulator.zavu.keyWorks(key) || bench.emulator.bolna.keyWorks(key)),
    ).toEqual([true, true, true, true]);
    expect(keys[2]).toBe(keys[3]);
    expect(times.every((time) => /^\d{4}-\d\d-\d\dT/.test(time))).toBe(true);
    const database = bench.writes().find(({ call }) => call.endsWith("/create"));
    expect(database?.body).toMatchObject({
      db_port: "5432",
      db_password: "pw-of-the-database",
      multi_tenant: true,
    });
    await expectSettled();

    // Changes.
    const [zavuId, bolnaId] = [zavu().id, bolna().id];
    bench.program(
      FULL.replace('"Acme Corp", externalId', '"Acme Inc", externalId')
        .replace("creditLimit: 5000", "creditLimit: null")
        .replace("seats: 3", "plan: 1")
        .replace("allowConcurrentCalls: 4", "allowConcurrentCalls: 6"),
    );
    await bench.project.up();
    const sent = bench.writes();
    expect(sent).toHaveLength(2);
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
    expect(bench.writes().filter(({ call }) => call.includes("/v1/"))).toEqual([]);
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
    const refreshed = await bench.project.refresh("--diff");
    for (const field of ["name", "externalId", "creditLimit", "metadata", "status", "allowConcurrentCalls"]) {
      expect(refreshed.output).toMatch(new RegExp(`~ ${field}`));
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
    await expectSettled();

    // Deleted outside: the keys of a lost account do not crash anything.
    bench.emulator.zavu.remove(zavuId);
    bench.emulator.bolna.remove(bolnaId);
    await bench.project.refresh();
    await bench.project.up();
    expect([zavu().id === zavuId, bolna().id === bolnaId]).toEqual([false, false]);
    const again = (await bench.project.outputs({ showSecrets: true })) as { keys: string[] };
    expect(
      again.keys.every((key) => bench.emulator.zavu.keyWorks(key) || bench.emulator.bolna.keyWorks(key)),
    ).toBe(true);
    await expectSettled();
  });

  it("a forced replacement, a rename and an adoption leave the live accounts alive", async () => {
    bench = await openBench(MINIMAL);
    await bench.project.up();
    const [zavuId, bolnaId] = [zavu().id, bolna().id];
    const replace = (vendor: string) =>
      `--replace=urn:pulumi:dev::test::pulumi-nodejs:dynamic/subaccounts/${vendor}:SubAccount::acme`;
    await bench.project.up(replace("zavu"));
    const { output } = await bench.project.up(replace("bolna"), { expectFailure: true });
    expect(output).toMatch(/no place for a stamp.*run `pulumi up` without it/);
    expect(bench.emulator.zavu.accounts().map(({ id, status }) => [id, status])).toEqual([
      [zavuId, "active"],
    ]);
    expect(bench.emulator.bolna.accounts().map(({ id }) => id)).toEqual([bolnaId]);
    await expectSettled();
    const backend = bench.project.state().resources?.find(({ urn }) => urn.endsWith("zavu:ApiKey::backend"));
    expect(zavu().keys.find(({ id }) => id === backend?.id)?.revokedAt).toBeNull();

    const renamed = MINIMAL.replaceAll('SubAccount("acme"', 'SubAccount("renamed"');
    bench.program(renamed);
    const refused = await bench.project.up({ expectFailure: true });
    for (const existing of [zavuId, bolnaId]) expect(refused.output).toContain(`adopt: "${existing}"`);
    bench.program(
      renamed
        .replace('{ name: "Acme Corp" }', `{ name: "Acme Corp", adopt: "${zavuId}" }`)
        .replace("allowConcurrentCalls: 1", `allowConcurrentCalls: 1, adopt: "${bolnaId}"`),
    );
    await bench.project.up();
    expect(bench.emulator.zavu.accounts().find(({ id }) => id === zavuId)?.status).toBe("active");
    expect(bench.emulator.bolna.accounts().map(({ id }) => id)).toEqual([bolnaId]);
    bench.program(renamed);
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
    );
    await bench.project.up();
    expect([bench.emulator.zavu.accounts().length, bench.emulator.bolna.accounts().length]).toEqual([1, 1]);
    expect(zavu().keys.filter(({ revokedAt }) => revokedAt === null)).toHaveLength(2);
    await expectSettled();

    lose(["PATCH", `/v1/sub-accounts/${zavu().id}`], ["PATCH", `/sub-accounts/${bolna().id}`]);
    bench.program(
      MINIMAL.replace('{ name: "Acme Corp" }', '{ name: "Acme Corp", creditLimit: 9 }').replace(
        "Calls: 1",
        "Calls: 2",
      ),
    );
    await bench.project.up();
    expect([zavu().creditLimit, bolna().allow_concurrent_calls]).toEqual([9, 2]);
    await expectSettled();

    lose(
      ["DELETE", `/v1/sub-accounts/${zavu().id}`],
      ["DELETE", `/sub-accounts/${bolna().id}`],
      ["DELETE", `/v1/sub-accounts/{id}/api-keys/{key}`],
    );
    await bench.project.destroy();
    expect([zavu().status, bench.emulator.bolna.accounts().length]).toEqual(["inactive", 0]);
    expect(bench.project.state().resources ?? []).toEqual([]);
  });

  it("a step that fails half-way is saved with reasons and with what the vendor has; the next up repairs it", async () => {
    const limited = MINIMAL.replace('{ name: "Acme Corp" }', '{ name: "Acme Corp", creditLimit: 5000 }');
    bench = await openBench(limited, {
      zavu: { clampCreditLimit: 10_000 },
      bolna: { clampConcurrentCalls: 9 },
    });
    const { output } = await bench.project.up({ expectFailure: true });
    expect(output).toContain("asked 5000, vendor has 10000");
    expect(output).toContain("asked 1, vendor has 9");
    const saved = bench.project.state().resources?.filter(({ type }) => type.endsWith(":SubAccount")) ?? [];
    expect(saved.map(({ initErrors }) => initErrors?.length)).toEqual([1, 1]);
    expect(
      saved.map(({ outputs }) => outputs?.["creditLimit"] ?? outputs?.["allowConcurrentCalls"]).sort(),
    ).toEqual([10_000, 9]);
    expect(bench.project.stateText()).not.toMatch(/zv_live_sub_|sa-[0-9a-f]{32}/);

    delete bench.emulator.zavu.switches.clampCreditLimit;
    delete bench.emulator.bolna.switches.clampConcurrentCalls;
    await bench.project.up();
    expect([zavu().creditLimit, bolna().allow_concurrent_calls]).toEqual([5000, 1]);
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
