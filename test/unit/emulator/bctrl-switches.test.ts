import { describe, expect, it } from "vitest";
import { client, dig, emulate, newest, noon, text } from "./support";

const base = "/v1/subaccounts";

describe("bctrl's switches", () => {
  it.each([
    ["externalId", "duplicateExternalId"],
    ["name", "duplicateName"],
  ] as const)("a %s that another account has: accepted, or 409", async (field, name) => {
    const { bctrl } = await emulate();
    const { id } = bctrl.seed({ [field]: "t" });
    const send = newest(bctrl);
    const asked = { name: "A", [field]: "t" };
    expect((await send("POST", base, asked)).status).toBe(201);
    bctrl.switches[name] = 409;
    const conflict = { status: 409, body: { error: { code: "subaccount.conflict", details: { field } } } };
    expect(await send("POST", base, asked)).toMatchObject(conflict);
    expect((await client(bctrl)("POST", "/v2/subaccounts", asked)).status).toBe(409);
    expect(await send("PATCH", `${base}/${bctrl.seed().id}`, { [field]: "t" })).toMatchObject(conflict);
    for (const account of bctrl.accounts()) if (account.id !== id) bctrl.remove(account.id);
    expect((await send("PATCH", `${base}/${id}`, { [field]: "t" })).status).toBe(200);
    bctrl.archive(id);
    expect((await send("POST", base, asked)).status).toBe(409);
    bctrl.switches.duplicateCountsArchived = false;
    expect((await send("POST", base, asked)).status).toBe(201);
  });

  it("listWithoutStatus: all, or the active ones", async () => {
    const { bctrl } = await emulate();
    bctrl.seed({ status: "archived" });
    const send = newest(bctrl);
    expect((await send("GET", base)).body).toMatchObject({ data: [{ status: "archived" }] });
    bctrl.switches.listWithoutStatus = "active";
    expect((await send("GET", base)).body).toMatchObject({ data: [] });
    expect((await send("GET", `${base}?status=archived`)).body).toMatchObject({ data: [{}] });
  });

  it("externalIdFilter: exact, or by the beginning", async () => {
    const { bctrl } = await emulate({ bctrl: { externalIdFilter: "prefix" } });
    bctrl.seed({ externalId: "t1" });
    bctrl.seed({ externalId: "t12" });
    bctrl.seed();
    expect((await newest(bctrl)("GET", `${base}?externalId=t1`)).body).toMatchObject({
      data: [{ externalId: "t12" }, { externalId: "t1" }],
    });
  });

  it.each([
    ["replace", "removes", { b: null, c: 3 }],
    ["merge", "removes", { a: 1, c: 3 }],
    ["merge", "stores", { a: 1, b: null, c: 3 }],
    ["merge", "ignored", { a: 1, b: 2, c: 3 }],
  ] as const)("metadata %s, null %s", async (metadata, mergeNull, expected) => {
    const { bctrl } = await emulate({ bctrl: { metadata, mergeNull } });
    const { id } = bctrl.seed({ metadata: { a: 1, b: 2 } });
    await newest(bctrl)("PATCH", `${base}/${id}`, { metadata: { b: null, c: 3 } });
    expect(bctrl.accounts()[0]?.metadata).toEqual(expected);
    await newest(bctrl)("PATCH", `${base}/${id}`, { metadata: null });
    expect(bctrl.accounts()[0]?.metadata).toBeNull();
  });

  it.each([
    ["merge", 5],
    ["replace", null],
  ] as const)("limits %s", async (limits, maxSpaces) => {
    const { bctrl } = await emulate({ bctrl: { limits } });
    const { id } = bctrl.seed({ limits: { maxSpaces: 5, maxActiveRuns: 1 } });
    await newest(bctrl)("PATCH", `${base}/${id}`, { limits: { maxActiveRuns: 2 } });
    const expected = { maxSpaces, maxActiveRuns: 2, monthlyCreditLimit: null };
    expect(bctrl.accounts()[0]?.limits).toEqual(expected);
    await newest(bctrl)("PATCH", `${base}/${id}`, { name: "B" });
    expect(bctrl.accounts()[0]?.limits).toEqual(expected);
  });

  it("minimumLimit and clampMonthlyCreditLimit", async () => {
    const { bctrl } = await emulate({ bctrl: { clampMonthlyCreditLimit: 100 } });
    const send = newest(bctrl);
    const limited = (monthlyCreditLimit: number | null) =>
      send("POST", base, { name: "A", limits: { monthlyCreditLimit, maxSpaces: 1 } });
    expect((await limited(7)).body).toMatchObject({ limits: { monthlyCreditLimit: 100, maxSpaces: 1 } });
    expect((await limited(null)).body).toMatchObject({ limits: { monthlyCreditLimit: null } });
    expect((await limited(-1)).status).toBe(400);
    bctrl.switches.minimumLimit = 1;
    expect((await limited(0)).body).toMatchObject({
      error: { details: { field: "limits.monthlyCreditLimit" } },
    });
    const none = await send("POST", base, { name: "A", limits: { maxSpaces: 0 } });
    expect(none.body).toMatchObject({ error: { details: { field: "limits.maxSpaces" } } });
    expect((await send("POST", base, { name: "acme_corp" })).status).toBe(400);
  });

  it("emptyPatch: ok, or 400, in v2, too", async () => {
    const { bctrl } = await emulate();
    const { id } = bctrl.seed();
    const statuses = async () => [
      (await newest(bctrl)("PATCH", `${base}/${id}`, {})).status,
      (await client(bctrl)("PATCH", `/v2/subaccounts/${id}/limits`, {})).status,
    ];
    expect(await statuses()).toEqual([200, 200]);
    bctrl.switches.emptyPatch = 400;
    expect(await statuses()).toEqual([400, 400]);
  });

  it("patchArchived, getArchived and secondArchive", async () => {
    const { bctrl } = await emulate();
    const { id } = bctrl.seed();
    bctrl.archive(id);
    const send = newest(bctrl);
    const statuses = async () => [
      (await send("PATCH", `${base}/${id}`, { name: "B" })).status,
      (await send("PATCH", `/v2/subaccounts/${id}/limits`, { runs: 1 })).status,
      (await send("GET", `${base}/${id}`)).status,
      (await send("POST", `${base}/${id}/archive`)).status,
    ];
    expect(await statuses()).toEqual([409, 409, 200, 200]);
    expect((await client(bctrl)("PATCH", `${base}/${id}`, { name: "B" })).body).toMatchObject({
      code: "subaccount.conflict",
    });
    Object.assign(bctrl.switches, { patchArchived: "ok", getArchived: 404, secondArchive: 404 });
    expect(await statuses()).toEqual([200, 200, 404, 404]);
  });

  it("unsetReadsAs and metadataShownIn", async () => {
    const { bctrl } = await emulate({ bctrl: { metadataShownIn: "single reads" } });
    const { id } = bctrl.seed({ metadata: { a: 1 } });
    const send = newest(bctrl);
    expect(dig((await send("GET", base)).body, "data", 0)).not.toHaveProperty("metadata");
    expect((await send("PATCH", `${base}/${id}`, {})).body).not.toHaveProperty("metadata");
    expect((await send("GET", `${base}/${id}`)).body).toHaveProperty("metadata", { a: 1 });
    bctrl.change(id, { metadata: null });
    bctrl.switches.unsetReadsAs = "absent";
    const { body } = await send("GET", `${base}/${id}`);
    for (const field of ["metadata", "externalId", "archivedAt"]) expect(body).not.toHaveProperty(field);
    expect(body).toHaveProperty("limits.maxSpaces", null);
  });

  it("listOrder: an order that is asked for wins", async () => {
    const { bctrl } = await emulate({ bctrl: { listOrder: "oldest" } });
    bctrl.seedMany(2);
    const first = async (query: string) =>
      text((await newest(bctrl)("GET", base + query)).body, "data", 0, "name");
    expect(await first("")).toBe("Foreign 0");
    expect(await first("?order=desc")).toBe("Foreign 1");
  });

  it("enforceRateLimit: answers 429 with Retry-After", async () => {
    const { bctrl } = await emulate({
      now: () => new Date(noon.getTime() + 45_000),
      bctrl: { enforceRateLimit: true, requestsPerMinute: 1 },
    });
    const send = newest(bctrl);
    expect((await send("GET", base)).status).toBe(200);
    const refused = await send("GET", base);
    expect(refused).toMatchObject({ status: 429, body: { error: { code: "rate_limited" } } });
    expect(refused.headers.get("retry-after")).toBe("15");
  });
});

describe("bctrl's pages", () => {
  /** The names of every page, and how many pages there were. */
  async function pages(send: ReturnType<typeof client>, path: string) {
    const names: string[] = [];
    let count = 0;
    let cursor = "";
    do {
      const { body } = await send("GET", path + cursor);
      const data = dig(body, "data");
      names.push(...(Array.isArray(data) ? data.map((item) => text(item, "name")) : []));
      count += 1;
      const next = dig(body, "nextCursor");
      expect(dig(body, "hasMore")).toBe(Boolean(next));
      cursor = next ? `&cursor=${next}` : "";
    } while (cursor !== "");
    return { names, count };
  }

  it.each([
    [0, 1],
    [1, 1],
    [3, 1],
    [4, 2],
  ])("hold each of %s accounts once", async (accounts, count) => {
    const { bctrl } = await emulate();
    bctrl.seedMany(accounts);
    const names = Array.from({ length: accounts }, (_, index) => `Foreign ${index}`);
    expect(await pages(newest(bctrl), `${base}?limit=3`)).toEqual({ names: names.toReversed(), count });
    expect((await pages(newest(bctrl), `${base}?limit=3&order=asc`)).names).toEqual(names);
  });

  it("hold keys, too, and 50 without a limit", async () => {
    const { bctrl } = await emulate();
    const { id } = bctrl.seed();
    for (let index = 0; index < 51; index += 1) bctrl.addKey(id, { name: `k${index}` });
    const { names, count } = await pages(newest(bctrl), `/v1/api-keys?subaccountId=${id}`);
    expect(new Set(names).size).toBe(51);
    expect(count).toBe(2);
  });

  it("pageSize, limitAboveMaximum and lastPageCursor", async () => {
    const { bctrl } = await emulate({
      bctrl: { pageSize: 2, limitAboveMaximum: "clamp", lastPageCursor: "" },
    });
    bctrl.seedMany(3);
    expect((await pages(newest(bctrl), `${base}?limit=1000`)).count).toBe(2);
    expect((await client(bctrl)("GET", `${base}/usage`)).body).toMatchObject({ data: [{}, {}] });
  });

  it("repeatCursor: the last page leads to itself for ever", async () => {
    const { bctrl } = await emulate({ bctrl: { repeatCursor: true } });
    bctrl.seedMany(2);
    const send = newest(bctrl);
    const only = await send("GET", base);
    expect(only.body).toMatchObject({ hasMore: true });
    const again = await send("GET", `${base}?cursor=${text(only.body, "nextCursor")}`);
    expect(again.body).toEqual(only.body);
  });
});
