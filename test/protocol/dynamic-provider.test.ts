import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../emulator";
import * as exported from "../../provider";
import { type DynamicProvider, startDynamicProvider } from "../support/dynamic-provider.mts";
import {
  type Props,
  ProviderCallError,
  secretKey,
  secretSignature,
  unknownValue,
} from "../support/provider-messages.mts";
import { realTimeEnvironmentOf } from "../support/stack";

const line = (handler: string) => `exports.handler=()=>require("pulumi-subaccounts/provider").${handler};`;
const OWNER = "owner-1 urn:pulumi:dev::test::pulumi-nodejs:dynamic/subaccounts/zavu:SubAccount::acme";

const account = (more: Props = {}): Props => ({
  __provider: line("zavuSubAccount"),
  __owner: OWNER,
  name: "Acme Corp",
  externalId: "tenant-acme",
  creditLimit: 5000,
  metadata: { tier: "gold" },
  ...more,
});

/** Outputs as the engine hands them back to a provider that does not take secrets. */
const plain = (props: Props): Props =>
  JSON.parse(
    JSON.stringify(props, (_key, value) => (value?.[secretKey] === secretSignature ? value.value : value)),
  );

describe("the built package in Pulumi's dynamic-provider process", () => {
  let emulator: Emulator;
  let provider: DynamicProvider;
  const start = async (): Promise<void> => {
    const { ZAVUDEV_API_KEY = "", ...env } = realTimeEnvironmentOf(emulator);
    provider = await startDynamicProvider({ env });
    await provider.configure({ "subaccounts:zavuApiKey": ZAVUDEV_API_KEY });
  };
  /** Each CLI operation has a process of its own. */
  const restart = async (): Promise<void> => {
    await provider.close();
    await start();
  };
  beforeEach(async () => {
    emulator = await startEmulator();
    await start();
  });
  afterEach(async () => {
    await provider.close();
    await emulator.close();
  });

  it("answers to every handler name that state files hold", async () => {
    for (const handler of Object.keys(exported)) {
      const { inputs } = await provider.check({}, { __provider: line(handler), __owner: OWNER });
      expect(inputs).toMatchObject({ __provider: line(handler) });
    }
    expect(emulator.requests).toEqual([]);
  });

  it("creates, reads, updates and deletes, with the configured key", async () => {
    const { inputs, failures } = await provider.check({}, account());
    expect(failures).toEqual([]);
    const { id, outs } = await provider.create(inputs);
    expect(outs["apiKey"]).toEqual({
      [secretKey]: secretSignature,
      value: expect.stringMatching(/^zv_live_/),
    });
    const olds = plain(outs);
    expect(await provider.diff(id, olds, inputs)).toMatchObject({ changes: false });
    const read = await provider.read(id, olds);
    expect(read).toMatchObject({ id, inputs: undefined });
    expect(plain(read.props)).toEqual(olds);
    const { outs: after } = await provider.update(id, olds, account({ creditLimit: null }));
    expect(after).toMatchObject({ creditLimit: null });
    await restart();
    await provider.delete(id, plain(after));
    expect(emulator.zavu.accounts()[0]).toMatchObject({ status: "inactive" });
  });

  it("reports what is wrong without naming a property, whose value Pulumi would print", async () => {
    const wrong = account({ creditLimit: "canary-1", status: "canary-2", nmae: "canary-3" });
    const { failures } = await provider.check({}, wrong);
    expect(failures).toHaveLength(3);
    expect(failures.every(({ property }) => property === "")).toBe(true);
    expect(JSON.stringify(failures)).not.toContain("canary");
  });

  it("takes unknown values for right, at any depth, and calls nobody", async () => {
    const news = account({
      name: unknownValue,
      creditLimit: unknownValue,
      metadata: { a: { b: [unknownValue] } },
    });
    expect((await provider.check({}, news)).failures).toEqual([]);
    expect(await provider.diff("id", plain(account()), news)).toMatchObject({ changes: true });
    expect(emulator.requests).toEqual([]);
  });

  it("saves a create that ended half-way, with reasons, secrets and the line that runs it", async () => {
    emulator.zavu.switches.clampCreditLimit = 10_000;
    const error = await provider.create(account()).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ProviderCallError);
    const { initFailure } = error as ProviderCallError;
    expect(initFailure?.reasons.join()).toContain("asked 5000, vendor has 10000");
    expect(initFailure?.properties).toMatchObject({
      __provider: line("zavuSubAccount"),
      __nonce: expect.any(String),
      creditLimit: 10_000,
      apiKey: { [secretKey]: secretSignature },
    });
  });

  it("answers without an id when the account is gone", async () => {
    const { id, outs } = await provider.create(account());
    emulator.zavu.remove(id);
    await restart();
    expect(await provider.read(id, plain(outs))).toMatchObject({ id: "" });
  });

  it("makes the owner once, and never changes it", async () => {
    const { id } = await provider.create({ __provider: line("owner") });
    expect(id).toMatch(/^[\w-]{16}$/);
    expect(await provider.read(id, { __provider: line("owner") })).toMatchObject({ id });
    await provider.delete(id, { __provider: line("owner") });
  });

  it("refuses to create without an owner, and says what to do", async () => {
    const error = await provider.create(account({ __owner: " urn:x" })).catch(String);
    expect(error).toMatch(/owner is not made yet.*run `pulumi up` once without it/);
    expect(emulator.requests).toEqual([]);
  });

  it("survives anything in check, diff and read", async () => {
    const handlers = fc.constantFrom("zavuSubAccount", "zavuApiKey", "bolnaSubAccount", "bolnaApiKey");
    const names = fc.constantFrom(
      "name",
      "creditLimit",
      "metadata",
      "database",
      "subAccountId",
      "adopt",
      "apiKey",
      "x",
    );
    const anything = fc.dictionary(names, fc.jsonValue());
    await fc.assert(
      fc.asyncProperty(handlers, anything, anything, async (handler, olds, news) => {
        const protocol = { __provider: line(handler), __owner: OWNER };
        await provider.check({ ...olds, ...protocol }, { ...news, ...protocol });
        await provider.diff("some-id", { ...olds, ...protocol }, { ...news, ...protocol }).catch(expected);
        await provider.read("some-id", { ...olds, ...protocol }).catch(expected);
      }),
      { numRuns: 150 },
    );
    expect(provider.stderr()).not.toMatch(/TypeError|RangeError|ReferenceError/);
  });

  it("ends at once when it is interrupted with nothing under way", async () => {
    await provider.check({}, account());
    provider.kill("SIGINT");
    expect(await provider.process.exited).toEqual({ code: 130, signal: null });
  });

  it("finishes the create under way when it is interrupted, and answers it", async () => {
    let arrived: (() => void) | undefined;
    const onTheWay = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    emulator.fault({ vendor: "zavu", method: "POST", fault: { kind: "delay", ms: 500 } });
    const creating = provider.create(account());
    const look = setInterval(() => {
      if (emulator.requests.some(({ method }) => method === "POST")) arrived?.();
    }, 5);
    await onTheWay;
    clearInterval(look);
    provider.kill("SIGINT");
    const { outs } = await creating;
    expect(emulator.zavu.keyWorks(String(plain(outs)["apiKey"]))).toBe(true);
    expect(await provider.process.exited).toMatchObject({ code: 130 });
  });

  it("ends at once and sends nothing more when the engine is gone, as after kill -9 of the CLI alone", async () => {
    emulator.fault({ vendor: "zavu", method: "GET", fault: { kind: "hang", when: "before" } });
    const creating = provider.create(account()).catch(() => undefined);
    await expect.poll(() => emulator.requests.length).toBe(1);
    await provider.process.stopEngine();
    expect(await provider.process.exited).toEqual({ code: 1, signal: null });
    await creating;
    expect(emulator.requests).toHaveLength(1);
  });

  it("goes on when the engine closes a connection that says nothing", async () => {
    await provider.check({}, account());
    provider.process.closeConnections();
    const { id } = await provider.create(account());
    expect(emulator.zavu.accounts().map((each) => each.id)).toEqual([id]);
  });

  it("logs each call as one JSON line without header, body or key, when asked", async () => {
    await provider.close();
    provider = await startDynamicProvider({
      env: {
        ZAVU_BASE_URL: emulator.zavu.url,
        ZAVUDEV_API_KEY: emulator.zavu.apiKey,
        SUBACCOUNTS_DEBUG: "1",
      },
    });
    await provider.configure({});
    const { outs } = await provider.create(account());
    const lines = provider
      .stderr()
      .trim()
      .split("\n")
      .map((text) => JSON.parse(text));
    expect(lines.map(({ method, path, status }) => [method, path, status])).toEqual([
      ["GET", "/v1/me", 200],
      ["GET", "/v1/sub-accounts", 200],
      ["POST", "/v1/sub-accounts", 201],
      ["GET", "/v1/sub-accounts", 200],
    ]);
    expect(Object.keys(lines[1] ?? {}).sort()).toEqual(
      ["attempt", "baseUrl", "method", "ms", "operation", "path", "requestId", "status", "vendor"].sort(),
    );
    for (const secret of [emulator.zavu.apiKey, String(plain(outs)["apiKey"]), "tenant-acme"]) {
      expect(provider.stderr()).not.toContain(secret);
    }
  });
});

function expected(error: unknown): void {
  if (!(error instanceof ProviderCallError) || error.code !== 2) throw error;
}
