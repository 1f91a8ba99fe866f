import { describe, expect, it } from "vitest";
import { describeAccounts } from "../../../emulator";
import { emulate, newest, noon } from "./support";

const at = noon.toISOString();

describe("What tests do behind a program's back at bctrl", () => {
  it("seeds, changes, archives and removes without a logged request", async () => {
    const emulator = await emulate();
    const { bctrl } = emulator;
    const { id, keys } = bctrl.seed({ name: "A", limits: { maxSpaces: 1 } });
    expect(keys).toEqual([]);
    const { key } = bctrl.addKey(id);
    bctrl.change(id, { limits: { maxActiveRuns: 2 }, metadata: { x: 1 }, v2Limits: { spend: 3 } });
    expect(bctrl.accounts()).toMatchObject([
      {
        name: "A",
        limits: { maxSpaces: 1, maxActiveRuns: 2, monthlyCreditLimit: null },
        v2Limits: { runs: null, spaces: null, spend: 3 },
        metadata: { x: 1 },
      },
    ]);
    bctrl.archive(id);
    expect(bctrl.accounts()).toMatchObject([{ status: "archived", archivedAt: at }]);
    expect(bctrl.keyWorks(key)).toBe(false);
    bctrl.remove(id);
    expect(bctrl.accounts()).toEqual([]);
    expect(bctrl.keys()).toEqual([]);
    expect(emulator.requests).toEqual([]);
  });

  it("adds, uses and revokes keys", async () => {
    const { bctrl } = await emulate();
    const { id } = bctrl.seed();
    const { id: keyId, key } = bctrl.addKey(id, { name: "k" });
    bctrl.useKey(key);
    bctrl.useKey("unknown");
    const used = { id: keyId, name: "k", usageCount: 1, lastUsedAt: at, revokedAt: null };
    expect(bctrl.accounts()).toMatchObject([{ keys: [used] }]);
    bctrl.revokeKey(keyId);
    bctrl.useKey(key);
    expect(bctrl.keys()).toMatchObject([{ ...used, revokedAt: at }]);
  });

  it("hands out copies and throws for unknown ids", async () => {
    const { bctrl } = await emulate();
    const metadata = { a: 1 };
    const { id } = bctrl.seed({ metadata });
    metadata.a = 2;
    Object.assign(Object(bctrl.accounts()[0]?.metadata), { a: 2 });
    expect(bctrl.accounts()[0]?.metadata).toEqual({ a: 1 });
    for (const act of [
      () => bctrl.change("none", {}),
      () => bctrl.archive("none"),
      () => bctrl.addKey("none"),
      () => bctrl.change(bctrl.addKey(id).id, {}),
    ]) {
      expect(act).toThrow("bctrl emulator: no account");
    }
    expect(() => bctrl.revokeKey("none")).toThrow("no key none");
  });

  it("hides a lagging write from the reads that follow, a key's as an account's", async () => {
    const emulator = await emulate();
    const { bctrl } = emulator;
    const { id } = bctrl.seed();
    const send = newest(bctrl);
    emulator.fault({ method: "POST", fault: { kind: "lag", reads: 1 } });
    expect((await send("POST", "/v1/api-keys", { subaccountId: id })).status).toBe(201);
    expect((await send("GET", "/v1/api-keys")).body).toMatchObject({ data: [] });
    expect((await send("GET", "/v1/api-keys")).body).toMatchObject({ data: [{ subaccountId: id }] });
  });

  it("shows its accounts to people: limits in words, metadata by name, live keys by prefix", async () => {
    const emulator = await emulate();
    const { id } = emulator.bctrl.seed({
      name: "Acme",
      externalId: "t1",
      limits: { maxActiveRuns: 5, maxSpaces: 2, monthlyCreditLimit: 1000 },
    });
    const live = emulator.bctrl.addKey(id);
    emulator.bctrl.revokeKey(emulator.bctrl.addKey(id).id);
    emulator.bctrl.seed();
    const [row, plain] = emulator.overview().find(({ name }) => name === "bctrl")?.rows ?? [];
    expect(row).toEqual({
      id,
      name: "Acme",
      status: "active",
      "external id": "t1",
      limits: "5 runs, 2 spaces, 1000 credits a month",
      metadata: "",
      keys: `${live.key.slice(0, 16)}…`,
    });
    expect(plain).toMatchObject({ limits: "no cap" });
    expect(describeAccounts(emulator)).not.toContain(live.key);
  });
});
