import { afterEach, describe, expect, it } from "vitest";
import { type Bench, openBench } from "./programs";

const NO_UUID = "00000000-0000-4000-8000-000000000000";

/** A program that is a function: its outputs are what it returns. */
const waiting = (body: string) => `export default async () => {\n${body}\n};`;

describe("a program that looks accounts up", () => {
  let bench: Bench;
  afterEach(() => bench.close());
  const open = async (body: string) => {
    bench = await openBench(body);
  };
  const calls = () =>
    bench.emulator.requests.map(({ vendor, method, path }) => `${vendor} ${method} ${path}`);

  it("has the vendor's answers in preview and up, loads nothing before it asks, and ends", async () => {
    await open("");
    const { emulator, project } = bench;
    const metadata = { tier: "gold", "pulumi-subaccounts": { v: 1, owner: "o", urn: "u", nonce: "n" } };
    const acme = emulator.zavu.seed({ name: "Acme", externalId: "tenant-acme", totalSpent: 1_234, metadata });
    const worker = emulator.bctrl.seed({ name: "Acme", externalId: "tenant-acme" });
    emulator.bctrl.setUsage(worker.id, { usedCredits: 12.5 });
    const voice = emulator.bolna.seed({ name: "Acme" });
    emulator.bolna.setUsage(voice.id, { total_duration: 61.5, total_cost: 7.25 });
    bench.program(
      waiting(`
        const { cache } = process.getBuiltinModule("node:module").createRequire(import.meta.url);
        const loaded = () => Object.keys(cache).filter((file) => /node_modules.(zod|undici)./.test(file)).length;
        const before = loaded();
        const messaging = await zavu.getSubAccount({ externalId: "tenant-acme" });
        const [browser] = await bctrl.listSubAccounts();
        const voice = bolna.getSubAccountOutput({ name: pulumi.output("Acme") });
        const key = new zavu.ApiKey("reports", { subAccountId: messaging.id, name: "reports" });
        return {
          before, after: loaded() > 0, messaging, browser: browser?.id, voice,
          spent: zavu.getUsageOutput({ id: messaging.id }).totalSpentCents,
          credits: (await bctrl.getUsage({ id: browser?.id ?? "" })).usedCredits,
          seconds: bolna.getUsageOutput({ id: voice.id }).totalDurationSeconds,
          listed: zavu.listSubAccountsOutput().apply((all) => all.length),
          keyId: key.keyId,
        };
      `),
    );
    emulator.clearRequests();
    await project.preview();
    expect(calls().sort()).toEqual(
      [
        "bctrl GET /v1/subaccounts",
        `bctrl GET /v1/subaccounts/${worker.id}`,
        "bolna GET /sub-accounts/all",
        `bolna GET /sub-accounts/${voice.id}/usage`,
        "zavu GET /v1/sub-accounts",
        `zavu GET /v1/sub-accounts/${acme.id}/balance`,
      ].sort(),
    );
    await project.up();
    expect(await project.outputs()).toMatchObject({
      before: 0,
      after: true,
      messaging: {
        id: acme.id,
        name: "Acme",
        externalId: "tenant-acme",
        status: "active",
        metadata: { tier: "gold" },
      },
      browser: worker.id,
      voice: { id: voice.id, name: "Acme", allowConcurrentCalls: 1 },
      spent: 1_234,
      credits: 12.5,
      seconds: 61.5,
      listed: 1,
    });
    expect(project.stateText()).not.toContain(voice.api_key);
    expect(emulator.zavu.accounts()[0]?.keys.map(({ name }) => name)).toContain("reports");
  });

  it("asks nobody in a preview about what is not known yet, and finds it in the up that makes it", async () => {
    await open(`
      const acme = new zavu.SubAccount("acme", { name: "Acme", externalId: "tenant-acme" });
      const browser = new bctrl.SubAccount("acme", { name: "Acme", externalId: "tenant-acme" });
      const voice = new bolna.SubAccount("acme", { name: "Acme", allowConcurrentCalls: 1, deletionPolicy: "delete" });
      export const name = zavu.getSubAccountOutput({ id: acme.id }).name;
      export const spent = zavu.getUsageOutput({ id: acme.id }).totalSpentCents;
      export const byReference = bctrl.getSubAccountOutput({ externalId: browser.id.apply(() => "tenant-acme") }).id;
      export const calls = bolna.getSubAccountOutput({ id: voice.id }).allowConcurrentCalls;
    `);
    await bench.project.preview();
    expect(calls()).toEqual([]);
    await bench.project.up();
    const [account] = bench.emulator.bctrl.accounts();
    expect(await bench.project.outputs()).toEqual({
      name: "Acme",
      spent: 0,
      byReference: account?.id,
      calls: 1,
    });
    bench.emulator.clearRequests();
    await bench.project.up("--expect-no-changes");
    expect(bench.writes()).toEqual([]);
  });

  it("is told what is wrong without a stack and without a secret", async () => {
    await open("");
    const { emulator, project } = bench;
    const failed = async (body: string, env: Record<string, string> = {}) => {
      bench.program(body);
      const { output } = await project.preview({ expectFailure: true, env });
      expect(output).not.toMatch(/\n\s+at .*\.js:\d+/);
      expect(output).not.toContain("canary");
      expect(output).not.toContain("promises were still active");
      return output;
    };
    expect(await failed(waiting('return zavu.getSubAccount({ externalId: "tenant-acme" });'))).toContain(
      'error: Zavu has no sub-account with the externalId "tenant-acme"',
    );
    const later = await failed(
      `export const x = bolna.getUsageOutput({ id: "${NO_UUID}", from: pulumi.output("yesterday") });`,
    );
    expect(later).toMatch(/error: bolna.getUsage: from must be a time in UTC/);
    const secret = await failed(
      'export const x = zavu.getSubAccountOutput({ name: pulumi.secret("canary-name") });',
    );
    expect(secret).toContain('Zavu has no sub-account with the name "[secret]"');
    await project.config("subaccounts:zavuApiKey", "zv_live_canary", { secret: true });
    const body = { code: "unauthorized", message: "no such key: zv_live_canary" };
    emulator.fault({ vendor: "zavu", fault: { kind: "status", when: "before", status: 401, body } });
    const refused = await failed(waiting("return zavu.listSubAccounts();"), { SUBACCOUNTS_DEBUG: "1" });
    expect(refused).toMatch(
      /answered 401 unauthorized "no such key: \[secret\]".*config key subaccounts:zavuApiKey/,
    );
    expect(refused).toContain('"operation":"list the sub-accounts"');
  });
});
