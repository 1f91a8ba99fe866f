import { describe, expect, it } from "vitest";
import type { Emulator, Fault } from "../../../emulator";
import { client, count, dig, emulate, newest, text } from "./support";

const base = "/v1/sub-accounts";

async function faulty(fault: Fault): Promise<{ emulator: Emulator; send: ReturnType<typeof client> }> {
  const emulator = await emulate();
  emulator.fault({ method: "GET", fault });
  return { emulator, send: client(emulator.zavu) };
}

describe("A 404 that is not the vendor's", () => {
  it.each([
    ["html", expect.stringMatching(/^<!doctype html>/)],
    ["no route", { message: "no Route matched with those values" }],
    ["not found", { message: "Not Found" }],
    ["code", { error: { code: "NOT_FOUND" } }],
  ] as const)("is %s, without the vendor's headers", async (as, body) => {
    const { emulator, send } = await faulty({ kind: "foreign", as });
    const reply = await send("GET", base);
    expect(reply).toMatchObject({ status: 404, body });
    expect(reply.headers.get("x-request-id")).toBeNull();
    expect(reply.headers.get("x-ratelimit-limit")).toBeNull();
    expect(emulator.requests).toMatchObject([{ status: 404, fault: `foreign 404, ${as}` }]);
    expect((await send("GET", base)).status).toBe(200);
  });

  it("keeps a write from the vendor", async () => {
    const emulator = await emulate();
    emulator.fault({ fault: { kind: "foreign", as: "html" } });
    expect((await client(emulator.zavu)("POST", base, { name: "A" })).status).toBe(404);
    expect(emulator.zavu.accounts()).toEqual([]);
  });
});

describe("The vendor's own 404, as a fault", () => {
  const missing = { kind: "status", when: "before", status: 404 } as const;

  it("is bctrl's for an account or for a key", async () => {
    const emulator = await emulate();
    emulator.fault({ times: 2, fault: missing });
    const send = newest(emulator.bctrl);
    const { id } = emulator.bctrl.seed();
    const codeOf = async (path: string) => dig((await send("GET", path)).body, "error", "code");
    expect(await codeOf(`/v1/subaccounts/${id}`)).toBe("subaccount.not_found");
    expect(await codeOf("/v1/api-keys")).toBe("api_key.not_found");
  });

  it("is Zavu's and Bolna's, with the vendor's headers", async () => {
    const { emulator, send } = await faulty(missing);
    const reply = await send("GET", base);
    expect(reply.body).toEqual({ code: "not_found", message: "Scripted 404" });
    expect(reply.headers.get("x-request-id")).toMatch(/^req_/);
    emulator.fault({ fault: missing });
    expect((await client(emulator.bolna)("GET", "/sub-accounts/all")).body).toEqual({
      error: 404,
      message: "Scripted 404",
    });
  });
});

describe("A listing that is cut", () => {
  it("shows so many items of the page and calls it the last, at each vendor", async () => {
    const { emulator, send } = await faulty({ kind: "cut", keep: 1 });
    emulator.fault({ fault: { kind: "cut", keep: 1 } });
    emulator.fault({ fault: { kind: "cut", keep: 1 } });
    emulator.fault({ fault: { kind: "cut", keep: 1 } });
    for (const vendor of [emulator.zavu, emulator.bctrl, emulator.bolna]) vendor.seedMany(3);
    const last = [{ name: "Foreign 2" }];
    expect((await send("GET", `${base}?limit=2`)).body).toMatchObject({ items: last, nextCursor: null });
    expect((await newest(emulator.bctrl)("GET", "/v1/subaccounts?limit=2")).body).toMatchObject({
      data: last,
      nextCursor: null,
      hasMore: false,
    });
    const bolna = client(emulator.bolna);
    expect((await bolna("GET", "/sub-accounts/all")).body).toMatchObject(last);
    emulator.bolna.switches.listEnvelope = "paged";
    expect((await bolna("GET", "/sub-accounts/all?page_size=2")).body).toEqual({
      total: 1,
      page: 1,
      page_size: 2,
      has_more: false,
      data: [expect.objectContaining(last[0])],
    });
  });

  it("is empty as often as a test says", async () => {
    const emulator = await emulate();
    emulator.fault({ path: /api-keys$/, times: 2, fault: { kind: "cut", keep: 0 } });
    const { id } = emulator.zavu.seed();
    const counts = [];
    for (let i = 0; i < 3; i += 1) {
      const { body } = await client(emulator.zavu)("GET", `${base}/${id}/api-keys`);
      counts.push(count(body, "items"));
    }
    expect(counts).toEqual([0, 0, 1]);
  });
});

it("A cache answers a read of one account with another account", async () => {
  const emulator = await emulate();
  const [asked, shown] = [emulator.zavu.seed({ name: "A" }), emulator.zavu.seed({ name: "B" })];
  const path = `${base}/${shown.id}`;
  emulator.fault({ path: `${base}/{id}`, fault: { kind: "instead", path } });
  const send = client(emulator.zavu);
  const reply = await send("GET", `${base}/${asked.id}`);
  expect(text(reply.body, "subAccount", "id")).toBe(shown.id);
  expect(emulator.requests).toMatchObject([{ path: `${base}/${asked.id}`, fault: `instead ${path}` }]);
  expect(text((await send("GET", `${base}/${asked.id}`)).body, "subAccount", "id")).toBe(asked.id);
});
