import { describe, expect, it } from "vitest";
import { client, dig, emulate, newest, text } from "./support";

const base = "/v1/sub-accounts";
/** An é of two characters; one in NFC. */
const decomposed = "Caf\u0065\u0301";

describe("normalizes: what is stored is not what was sent", () => {
  it.each([
    ["trim", " Ä b ", "Ä b"],
    ["lower case", "ÄB", "äb"],
    ["NFC", decomposed, decomposed.normalize("NFC")],
  ] as const)("%s, at every vendor, on create and PATCH", async (way, sent, stored) => {
    expect(stored).not.toBe(sent);
    const switches = { normalizes: [way] };
    const { zavu, bctrl, bolna } = await emulate({ zavu: switches, bctrl: switches, bolna: switches });
    const both = { name: sent, externalId: sent };
    const kept = { name: stored, externalId: stored };
    const atZavu = await client(zavu)("POST", base, both);
    expect(dig(atZavu.body, "subAccount")).toMatchObject(kept);
    expect((await newest(bctrl)("POST", "/v1/subaccounts", both)).body).toMatchObject(kept);
    await client(bctrl)("POST", "/v2/subaccounts", both);
    expect(bctrl.accounts()).toMatchObject([kept, kept]);
    const calls = { allow_concurrent_calls: 1 };
    const atBolna = await client(bolna)("POST", "/sub-accounts/create", { name: sent, ...calls });
    expect(atBolna.body).toMatchObject({ name: stored });

    for (const vendor of [zavu, bctrl]) vendor.seed({ name: "old", externalId: "old" });
    const last = (accounts: { id: string }[]) => accounts.at(-1)?.id;
    await client(zavu)("PATCH", `${base}/${last(zavu.accounts())}`, both);
    expect(zavu.accounts().at(-1)).toMatchObject(kept);
    await newest(bctrl)("PATCH", `/v1/subaccounts/${last(bctrl.accounts())}`, both);
    expect(bctrl.accounts().at(-1)).toMatchObject(kept);
    await client(bolna)("PATCH", `/sub-accounts/${bolna.seed().id}`, { name: sent });
    expect(bolna.accounts().at(-1)).toMatchObject({ name: stored });
  });

  it("several at once, and leaves a null externalId", async () => {
    const { bctrl } = await emulate({ bctrl: { normalizes: ["trim", "lower case"] } });
    const { id } = bctrl.seed({ externalId: "x" });
    await newest(bctrl)("PATCH", `/v1/subaccounts/${id}`, { name: " A ", externalId: null });
    expect(bctrl.accounts()).toMatchObject([{ name: "a", externalId: null }]);
  });
});

describe("clampEchoes: a reply shows the limit that was asked for, the vendor has another", () => {
  it("at Zavu", async () => {
    const { zavu } = await emulate({ zavu: { clampCreditLimit: 10_000, clampEchoes: true } });
    const send = client(zavu);
    const created = await send("POST", base, { name: "A", creditLimit: 50_000 });
    expect(dig(created.body, "subAccount", "creditLimit")).toBe(50_000);
    const path = `${base}/${text(created.body, "subAccount", "id")}`;
    const read = async () => dig((await send("GET", path)).body, "subAccount", "creditLimit");
    expect(await read()).toBe(10_000);
    const patched = await send("PATCH", path, { creditLimit: 70_000 });
    expect(dig(patched.body, "subAccount", "creditLimit")).toBe(70_000);
    expect(await read()).toBe(10_000);
    const renamed = await send("PATCH", path, { name: "B" });
    expect(dig(renamed.body, "subAccount", "creditLimit")).toBe(10_000);
  });

  it("at bctrl", async () => {
    const { bctrl } = await emulate({ bctrl: { clampMonthlyCreditLimit: 10, clampEchoes: true } });
    const send = newest(bctrl);
    const limits = { monthlyCreditLimit: 50, maxSpaces: 2 };
    const created = await send("POST", "/v1/subaccounts", { name: "A", limits });
    expect(dig(created.body, "limits")).toEqual({ ...limits, maxActiveRuns: null });
    const path = `/v1/subaccounts/${text(created.body, "id")}`;
    const patched = await send("PATCH", path, { limits: { monthlyCreditLimit: 70 } });
    expect(dig(patched.body, "limits")).toEqual({
      monthlyCreditLimit: 70,
      maxSpaces: 2,
      maxActiveRuns: null,
    });
    expect(dig((await send("GET", path)).body, "limits")).toMatchObject({ monthlyCreditLimit: 10 });
  });

  it("at Bolna", async () => {
    const { bolna } = await emulate({ bolna: { clampConcurrentCalls: 1, clampEchoes: true } });
    const send = client(bolna);
    const created = await send("POST", "/sub-accounts/create", { name: "A", allow_concurrent_calls: 5 });
    expect(created.body).toMatchObject({ allow_concurrent_calls: 5 });
    expect((await send("GET", "/sub-accounts/all")).body).toMatchObject([{ allow_concurrent_calls: 1 }]);
  });
});

describe("echo: a refusal repeats the key and every text of the body", () => {
  it("in the message and the request id, at every vendor, and nothing is done", async () => {
    const echo = (sent: string) => [...sent].reverse().join("");
    const emulator = await emulate({ zavu: { echo }, bctrl: { echo }, bolna: { echo } });
    for (const vendor of [emulator.zavu, emulator.bctrl, emulator.bolna]) {
      const { status, body, headers } = await client(vendor)("POST", "/v1/anything", {
        deep: { name: "Acme" },
      });
      expect(status).toBe(400);
      expect(JSON.stringify(body)).toContain(`The request is not valid: ${echo(vendor.apiKey)}, emcA`);
      expect(headers.get("x-request-id")).toBe(echo(vendor.apiKey));
      expect(vendor.accounts()).toEqual([]);
    }
  });
});
