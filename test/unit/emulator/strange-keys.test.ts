import { describe, expect, it } from "vitest";
import { client, dig, emulate, newest, noon, text } from "./support";

const base = "/v1/sub-accounts";
const at = noon.toISOString();
const ms = noon.getTime();

describe("Keys of a strange vendor, at Zavu and at bctrl", () => {
  /** The first key in each listing. */
  async function shownKeys(switches: object): Promise<readonly [unknown, unknown]> {
    const { zavu, bctrl } = await emulate({ zavu: switches, bctrl: switches });
    const { id } = zavu.seed();
    bctrl.addKey(bctrl.seed().id);
    return [
      dig((await client(zavu)("GET", `${base}/${id}/api-keys`)).body, "items", 0),
      dig((await newest(bctrl)("GET", "/v1/api-keys")).body, "data", 0),
    ];
  }

  it("lastUseShown and keyPrefixShown: leave out fields", async () => {
    for (const key of await shownKeys({})) {
      expect(key).toMatchObject({ lastUsedAt: null, keyPrefix: expect.any(String) });
    }
    for (const key of await shownKeys({ lastUseShown: false, keyPrefixShown: false })) {
      expect(key).toMatchObject({ id: expect.any(String) });
      expect(key).not.toHaveProperty("lastUsedAt");
      expect(key).not.toHaveProperty("keyPrefix");
    }
  });

  it.each([
    [{ keyCreatedAt: "microseconds" }, "2026-03-10T12:00:00.000123Z"],
    [{ keyCreatedAt: "nanoseconds" }, "2026-03-10T12:00:00.000123456Z"],
    [{ keyCreatedAt: "number" }, ms],
    [{ keyCreatedAt: "number", keyTimeUnit: "s" }, ms / 1000],
    [{ keyCreatedAt: "number in a text" }, String(ms)],
    [{ keyCreatedAt: "number in a text", keyTimeUnit: "s" }, String(ms / 1000)],
    [{ keyCreatedAt: null }, null],
  ])("%j shows a key made at noon as made at %j", async (switches, createdAt) => {
    const shown = await shownKeys(switches);
    expect(shown.map((key) => dig(key, "createdAt"))).toEqual([createdAt, createdAt]);
  });

  it("keyCreatedAt: the vendor's own form, or absent", async () => {
    expect((await shownKeys({})).map((key) => dig(key, "createdAt"))).toEqual([ms, at]);
    for (const key of await shownKeys({ keyCreatedAt: "absent" }))
      expect(key).not.toHaveProperty("createdAt");
  });
});

describe("Zavu's switches for the key listing", () => {
  it("ownKeyName: what the key that an account is born with is called", async () => {
    const { zavu } = await emulate({ zavu: { ownKeyName: "default" } });
    await client(zavu)("POST", base, { name: "A" });
    zavu.seed();
    expect(zavu.accounts().map(({ keys }) => keys[0]?.name)).toEqual(["default", "default"]);
  });

  it("keyPageSize and keyOrder: pages with cursors, from either end, and none by default", async () => {
    const { zavu } = await emulate();
    const send = client(zavu);
    const { id } = zavu.seed();
    for (const name of ["b", "c"]) zavu.addKey(id, { name });
    const path = `${base}/${id}/api-keys`;
    expect(Object.keys(Object((await send("GET", path)).body))).toEqual(["items"]);
    expect((await send("GET", `${path}?limit=2`)).status).toBe(400);

    Object.assign(zavu.switches, { keyPageSize: 2, keyOrder: "newest" });
    const first = await send("GET", path);
    expect(first.body).toMatchObject({ items: [{ name: "c" }, { name: "b" }] });
    const second = await send("GET", `${path}?cursor=${text(first.body, "nextCursor")}`);
    expect(second.body).toMatchObject({ items: [{ name: "Default" }], nextCursor: null });
    expect((await send("GET", `${path}?limit=1`)).body).toMatchObject({ items: [{ name: "c" }] });
    zavu.switches.keyOrder = "oldest";
    expect((await send("GET", path)).body).toMatchObject({ items: [{ name: "Default" }, { name: "b" }] });
  });
});

it("bctrl's key listing takes a limit of 200 at most", async () => {
  const { bctrl } = await emulate();
  const { id } = bctrl.seed();
  for (let index = 0; index < 201; index += 1) bctrl.addKey(id);
  const send = newest(bctrl);
  expect(dig((await send("GET", "/v1/api-keys?limit=200")).body, "data")).toHaveLength(200);
  expect((await send("GET", "/v1/api-keys?limit=201")).status).toBe(400);
});
