import { afterEach, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../emulator";
import { type DynamicProvider, startDynamicProvider } from "../support/dynamic-provider.mts";
import { startShareForTests } from "../support/fleet-share.mts";
import { realTimeEnvironmentOf } from "../support/stack";

const SHARDS = [0, 1, 2];

describe("three provider processes of a fleet", () => {
  let emulator: Emulator;
  let share: Awaited<ReturnType<typeof startShareForTests>>;
  let providers: DynamicProvider[] = [];
  afterEach(async () => {
    for (const provider of providers.splice(0)) await provider.close();
    await share.close();
    await emulator.close();
  });

  const open = async (options: Parameters<typeof startEmulator>[0]) => {
    emulator = await startEmulator(options);
    share = await startShareForTests(SHARDS.length);
    const env = { ...realTimeEnvironmentOf(emulator), ...share.env };
    providers = await Promise.all(SHARDS.map(() => startDynamicProvider({ env })));
    for (const provider of providers) await provider.configure({});
  };
  const create = (shard: number, tenant: number) => {
    const urn = `urn:pulumi:prod-${shard}::test::pulumi-nodejs:dynamic/subaccounts/zavu:SubAccount::t${shard}-${tenant}`;
    return providers[shard]?.create({
      __provider: 'exports.handler=()=>require("pulumi-subaccounts/provider").zavuSubAccount;',
      __owner: `owner-${shard} ${urn}`,
      name: `Tenant ${shard}-${tenant}`,
      externalId: `tenant-${shard}-${tenant}`,
    });
  };
  const createAll = (each: number) =>
    Promise.all(
      SHARDS.flatMap((shard) => Array.from({ length: each }, (_, tenant) => create(shard, tenant))),
    );

  it("read the list of accounts once, and use up the vendor's rate without a refusal", async () => {
    await open({ zavu: { enforceRateLimit: true, requestsPerMinute: 60, rateWindowMs: 4_000 } });
    emulator.zavu.seedMany(1_000);
    await createAll(12);
    expect(emulator.zavu.accounts()).toHaveLength(1_036);
    const calls = emulator.requests.map(({ method, path }) => `${method} ${path}`);
    const before = calls.slice(0, calls.indexOf("POST /v1/sub-accounts"));
    expect(before.filter((call) => call === "GET /v1/sub-accounts")).toHaveLength(10);
    expect(emulator.requests.filter(({ status }) => status === 429)).toEqual([]);
    expect(providers.map((provider) => provider.stderr()).join("")).not.toContain("by itself");
  });
});
