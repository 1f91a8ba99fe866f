import { describe, expect, it } from "vitest";
import { vendorNames } from "../../../emulator";
import { client, emulate, newest } from "./support";

const base = "/v1/sub-accounts";

/** A status, or why there was no reply. */
async function outcome(reply: Promise<{ status: number }>): Promise<number | "none"> {
  return reply.then(({ status }) => status).catch(() => "none" as const);
}

describe("A fault by its name", () => {
  it.each([
    ["lost-reply", "none", 1],
    ["lost-request", "none", 0],
    ["failed-reply", 500, 1],
    ["rate-limited", 429, 0],
    ["truncate", "none", 1],
    ["garbage", 502, 0],
    ["foreign", 404, 0],
    ["lag", 201, 1],
    ["status-503", 503, 0],
    ["status-401", 401, 0],
  ])("%s: a create is answered %s and has made %i accounts", async (name, answered, made) => {
    const emulator = await emulate({ faults: [`zavu:${name}`] });
    expect(await outcome(client(emulator.zavu)("POST", base, { name: "A" }))).toBe(answered);
    expect(emulator.zavu.accounts()).toHaveLength(made);
    expect(emulator.pendingFaults).toEqual([]);
  });

  it("about changes alone waits for one", async () => {
    const emulator = await emulate();
    emulator.fault("zavu:lost-reply");
    const send = client(emulator.zavu);
    expect(await outcome(send("GET", base))).toBe(200);
    expect(emulator.pendingFaults).toHaveLength(1);
    expect(await outcome(send("POST", base, { name: "A" }))).toBe("none");
  });

  it("hits as many requests as it says, of its vendor and route, or of every one", async () => {
    const emulator = await emulate();
    const [zavu, bctrl] = [client(emulator.zavu), newest(emulator.bctrl)];
    emulator.fault("bctrl:status-503:2:get /v1/subaccounts/{id}");
    expect(await outcome(zavu("GET", base))).toBe(200);
    expect(await outcome(bctrl("GET", "/v1/subaccounts"))).toBe(200);
    const { id } = emulator.bctrl.seed();
    const read = () => outcome(bctrl("GET", `/v1/subaccounts/${id}`));
    expect([await read(), await read(), await read()]).toEqual([503, 503, 200]);
    emulator.fault("*:status-500:always");
    expect([await outcome(zavu("GET", base)), await read(), await read()]).toEqual([500, 500, 500]);
    expect(emulator.pendingFaults).toMatchObject([{ times: Number.POSITIVE_INFINITY }]);
    emulator.clearFaults();
    expect(await read()).toBe(200);
  });

  it("cut needs a listing, which then is empty", async () => {
    const emulator = await emulate();
    emulator.zavu.seedMany(2);
    expect(() => emulator.fault("zavu:cut")).toThrow("needs the route of a listing: zavu:cut:1:GET /…");
    emulator.fault(`zavu:cut:1:GET ${base}`);
    expect((await client(emulator.zavu)("GET", base)).body).toMatchObject({ items: [] });
  });

  it.each([
    [
      "zavu:lostreply:1",
      /"lostreply" is not a fault; did you mean lost-reply\? There are: lost-reply, .*status-<400 to 599>$/,
    ],
    ["zavu:status-200", /"status-200" is not a fault/],
    ["zavu:toString", /"toString" is not a fault/],
    [
      "zvu:hang",
      new RegExp(`"zvu" is not a vendor; did you mean zavu\\? There are: ${vendorNames.join(", ")}, \\*$`),
    ],
    ["__proto__:hang", /"__proto__" is not a vendor/],
    ["hang", /is not of the form vendor:fault\[:count\[:METHOD \/route\]\], such as zavu:lost-reply:1$/],
    ["zavu:hang:0", /the count is a whole number from 1, or always, not "0"$/],
    ["zavu:hang:1:POST /v1/subaccounts", /is not a route; did you mean POST \/v1\/sub-accounts\?$/],
    ["bolna:hang:1:x", /is not a route\. There are: GET \/user\/me, .*DELETE \/sub-accounts\/\{id\}$/],
  ])("that is none is refused with what there is: %s", async (text, words) => {
    const emulator = await emulate();
    expect(() => emulator.fault(text)).toThrow(words);
    expect(emulator.pendingFaults).toEqual([]);
  });
});
