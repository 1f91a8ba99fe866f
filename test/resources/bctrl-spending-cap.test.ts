import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { outcomeOf } from "../support/customers";
import { Stack } from "../support/stack";

const TYPE = "bctrl.SubAccount";
const base = { name: "Acme", externalId: "tenant-acme" };
const capped = { ...base, limits: { maxSpaces: 1 }, spendingCap: 5000 };

let stack: Stack;
beforeEach(async () => {
  stack = await Stack.open();
});
afterEach(() => stack.close());

const bctrl = () => stack.emulator.bctrl;
const account = () => bctrl().accounts()[0];
const capCalls = () =>
  stack.emulator.requests.filter(({ path }) => path.endsWith("/spending-cap")).map(({ method }) => method);
const callsOf = async (body: () => Promise<unknown>) => {
  stack.emulator.clearRequests();
  await body();
  return capCalls();
};
const refuseReads = () =>
  stack.emulator.fault({
    method: "GET",
    path: `/v1/spaces/${account()?.defaultSpaceId}/spending-cap`,
    times: 9,
    fault: {
      kind: "status",
      when: "before",
      status: 403,
      body: { error: { code: "auth.forbidden", message: "no" } },
    },
  });

describe("the spending cap of a bctrl account", () => {
  it("is set, seen when it is changed outside, changed and cleared", async () => {
    await stack.up(TYPE, capped);
    expect(account()).toMatchObject({ spendingCap: 5000, limits: { maxSpaces: 1 } });
    expect(await stack.refresh(TYPE)).toBe("same");
    bctrl().change(stack.resource(TYPE).id, { spendingCap: null });
    expect(await stack.refresh(TYPE)).toBe("changed");
    await stack.up(TYPE, capped);
    expect(account()?.spendingCap).toBe(5000);
    await stack.up(TYPE, { ...capped, spendingCap: 0 });
    expect(account()?.spendingCap).toBe(0);
    await stack.up(TYPE, { ...capped, spendingCap: undefined });
    expect(account()?.spendingCap).toBeNull();
  });

  it("is read once in a refresh where it is declared, and never where it is not", async () => {
    await stack.up(TYPE, base);
    expect(await callsOf(() => stack.refresh(TYPE))).toEqual([]);
    bctrl().change(stack.resource(TYPE).id, { spendingCap: 700 });
    expect(await callsOf(() => stack.up(TYPE, { ...base, name: "New" }))).toEqual([]);
    await stack.up(TYPE, capped);
    expect(await callsOf(() => stack.refresh(TYPE))).toEqual(["GET"]);
    expect(await callsOf(() => stack.destroy(TYPE))).toEqual([]);
  });

  it("that is declared as none is none, whatever was set before", async () => {
    await stack.up(TYPE, base);
    bctrl().change(stack.resource(TYPE).id, { spendingCap: 700 });
    await stack.up(TYPE, { ...base, spendingCap: null });
    expect(account()?.spendingCap).toBeNull();
    expect(await stack.refresh(TYPE)).toBe("same");
  });

  it("that a key may not set is a failed step, which says who may, and is right once a person has set it", async () => {
    bctrl().switches.spendingCapByKey = 403;
    expect(await outcomeOf(stack.up(TYPE, capped))).toMatch(
      /could not set the spending cap.*403.*dashboard.*declare the same/s,
    );
    expect(account()).toMatchObject({ status: "active", limits: { maxSpaces: 1 }, spendingCap: null });
    bctrl().change(stack.resource(TYPE).id, { spendingCap: 5000 });
    await stack.up(TYPE, capped);
    expect(bctrl().accounts()).toHaveLength(1);
    expect(await stack.refresh(TYPE)).toBe("same");
    expect(await outcomeOf(stack.up(TYPE, { ...capped, name: "New", spendingCap: 6000 }))).toMatch(/403/);
    expect(account()).toMatchObject({ name: "New", spendingCap: 5000 });
    expect(stack.resource(TYPE).outputs).toMatchObject({ name: "New", spendingCap: 5000 });
  });

  it.each(["drop", "garbage"] as const)(
    "is set where the reply is lost (%s), and read back",
    async (kind) => {
      await stack.up(TYPE, base);
      stack.emulator.fault({
        method: "PATCH",
        path: `/v1/spaces/${account()?.defaultSpaceId}/spending-cap`,
        fault: { kind, when: "after" },
      });
      expect(await callsOf(() => stack.up(TYPE, capped))).toEqual(["GET", "PATCH", "GET", "GET"]);
      expect(account()?.spendingCap).toBe(5000);
      expect(stack.resource(TYPE).outputs["spendingCap"]).toBe(5000);
    },
  );

  it("that another value was stored for fails", async () => {
    bctrl().switches.clampSpendingCap = 100_000;
    expect(await outcomeOf(stack.up(TYPE, capped))).toMatch(/spendingCap: asked 5000, vendor has 100000/);
  });

  it("that cannot be read keeps the state, in a refresh and an update", async () => {
    await stack.up(TYPE, capped);
    refuseReads();
    const before = stack.resource(TYPE);
    expect(await outcomeOf(stack.refresh(TYPE))).toMatch(/could not read the spending cap/);
    expect(await outcomeOf(stack.up(TYPE, { ...capped, spendingCap: 6000 }))).toMatch(
      /could not read the spending cap/,
    );
    expect(stack.resource(TYPE)).toEqual(before);
    await stack.destroy(TYPE);
    expect(account()?.status).toBe("archived");
  });

  it("of a space that is gone says so", async () => {
    await stack.up(TYPE, capped);
    bctrl().change(stack.resource(TYPE).id, { defaultSpaceId: "sp_uanother" });
    stack.emulator.fault({
      method: "GET",
      path: "/v1/spaces/sp_uanother/spending-cap",
      fault: {
        kind: "status",
        when: "before",
        status: 404,
        body: { error: { code: "space.not_found", message: "no" } },
      },
    });
    expect(await outcomeOf(stack.refresh(TYPE))).toMatch(/bctrl has no space sp_uanother, the default space/);
  });

  it("is adopted as it is", async () => {
    const { id } = bctrl().seed({ ...base, spendingCap: 5000 });
    stack.emulator.clearRequests();
    await stack.up(TYPE, { ...base, spendingCap: 5000, adopt: id });
    expect(capCalls()).toEqual(["GET"]);
    expect(stack.resource(TYPE).outputs["spendingCap"]).toBe(5000);
  });

  it("is refused in the API version v2, which has none", async () => {
    stack.env["BCTRL_API_VERSION"] = "v2";
    expect(await outcomeOf(stack.up(TYPE, { ...base, spendingCap: 1 }))).toMatch(
      /spendingCap is not of the API version v2/,
    );
  });

  it.each([-1, 0.5, "50"])("of %j is refused in the preview", async (spendingCap) => {
    expect(await outcomeOf(stack.preview(TYPE, { ...base, spendingCap }))).toMatch(
      /spendingCap must be a whole number of US cents/,
    );
  });
});
