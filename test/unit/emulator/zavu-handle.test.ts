import { describe, expect, it } from "vitest";
import { client, dig, emulate, noon } from "./support";

const base = "/v1/sub-accounts";

describe("What tests do behind a program's back at Zavu", () => {
  it("seeds, changes, deactivates and removes without a logged request", async () => {
    const emulator = await emulate();
    const { zavu } = emulator;
    const { id, apiKey } = zavu.seed({ name: "A" });
    zavu.change(id, { creditLimit: 7, metadata: { x: 1 } });
    expect(zavu.accounts()).toMatchObject([{ name: "A", creditLimit: 7, metadata: { x: 1 } }]);
    zavu.deactivate(id);
    expect(zavu.accounts()).toMatchObject([{ status: "inactive", keys: [{ revokedAt: noon.getTime() }] }]);
    expect(zavu.keyWorks(apiKey)).toBe(false);
    zavu.remove(id);
    expect(zavu.accounts()).toEqual([]);
    expect(emulator.requests).toEqual([]);
  });

  it("sets a status that is not documented: listed, and its keys do not work", async () => {
    const { zavu } = await emulate();
    const { id, apiKey } = zavu.seed();
    zavu.change(id, { status: "suspended" });
    const send = client(zavu);
    const shown = { id, status: "suspended" };
    expect((await send("GET", `${base}/${id}`)).body).toMatchObject({ subAccount: shown });
    expect((await send("GET", base)).body).toMatchObject({ items: [shown] });
    expect(zavu.keyWorks(apiKey)).toBe(false);
  });

  it("adds and uses keys", async () => {
    const { zavu } = await emulate();
    const { id } = zavu.seed();
    const { key } = zavu.addKey(id, { environment: "test" });
    zavu.useKey(key);
    expect(zavu.accounts()[0]?.keys[1]).toMatchObject({ environment: "test", lastUsedAt: noon.getTime() });
    zavu.useKey("unknown");
  });

  it("hands out copies and throws for unknown ids", async () => {
    const { zavu } = await emulate();
    const { id } = zavu.seed({ metadata: { a: 1 } });
    Object.assign(Object(zavu.accounts()[0]?.metadata), { a: 2 });
    expect(zavu.accounts()[0]?.metadata).toEqual({ a: 1 });
    expect(() => zavu.change("none", {})).toThrow("no account none");
    expect(() => zavu.deactivate("none")).toThrow("no account none");
    expect(() => zavu.addKey("none")).toThrow("no account none");
    expect(() => zavu.revokeKey(id, "none")).toThrow("no key none");
  });

  it("seeds 5,000 accounts fast and pages through them", async () => {
    const { zavu } = await emulate();
    zavu.seedMany(5000, (index) => ({ name: `n${index}`, externalId: `e${index}` }));
    const { body } = await client(zavu)("GET", `${base}?limit=100`);
    expect(dig(body, "items", 99, "externalId")).toBe("e4900");
    expect(zavu.accounts()).toHaveLength(5000);
  });
});
