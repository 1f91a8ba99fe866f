import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { outcomeOf } from "../support/customers";
import { Stack } from "../support/stack";

const TYPE = "bolna.SubAccount";
const base = { name: "Acme", deletionPolicy: "delete" };
const older = { ...base, allowConcurrentCalls: 4 };
const newer = { ...base, minConcurrency: 2, maxConcurrency: 6 };

let stack: Stack;
beforeEach(async () => {
  stack = await Stack.open();
});
afterEach(() => stack.close());

const bolna = () => stack.emulator.bolna;
const creates = () => stack.writes().filter(({ call }) => call.startsWith("POST"));

describe("a Bolna account of the newer generation", () => {
  beforeEach(() => {
    bolna().switches.generation = "minimum";
  });

  it("is made, read, changed and ended by what is declared", async () => {
    await stack.up(TYPE, newer);
    expect(creates()).toEqual([
      { call: "POST /sub-accounts/create", body: { name: "Acme", min_concurrency: 2, max_concurrency: 6 } },
    ]);
    expect(await stack.refresh(TYPE)).toBe("same");
    expect(await stack.up(TYPE, newer)).toBe("same");
    stack.emulator.clearRequests();
    expect(await stack.up(TYPE, { ...newer, maxConcurrency: 8 })).toBe("update");
    expect(stack.writes().map(({ body }) => body)).toEqual([{ max_concurrency: 8 }]);
    bolna().change(stack.resource(TYPE).id, { max_concurrency: null });
    expect(await stack.refresh(TYPE)).toBe("changed");
    await stack.up(TYPE, { ...newer, maxConcurrency: 8 });
    expect(bolna().accounts()).toMatchObject([{ min_concurrency: 2, max_concurrency: 8 }]);
    await stack.up(TYPE, { ...base, minConcurrency: 2 });
    expect(bolna().accounts()).toMatchObject([{ max_concurrency: null }]);
    stack.pass(60_000);
    bolna().seed({ name: "Other" });
    await stack.destroy(TYPE);
    expect(bolna().accounts()).toMatchObject([{ name: "Other" }]);
  });

  it.each(["message", "detail list"] as const)(
    "that is declared the older way is refused, once: %s",
    async (badFields) => {
      bolna().switches.badFields = badFields;
      expect(await outcomeOf(stack.up(TYPE, older))).toMatch(
        /could not create.*declare minConcurrency \(with maxConcurrency\) instead of allowConcurrentCalls/,
      );
      expect(creates()).toHaveLength(1);
      expect(bolna().accounts()).toEqual([]);
    },
  );

  it.each([
    "allow_concurrent_calls: extra fields not permitted",
    "Invalid field: allow_concurrent_calls",
    "allow_concurrent_calls is no longer supported",
    "No valid fields provided",
  ])(
    "that is refused without a word of the other field is told of the other arguments: %s",
    async (message) => {
      const refuse = (method: "POST" | "PATCH") =>
        stack.emulator.fault({
          vendor: "bolna",
          method,
          fault: { kind: "status", when: "before", status: 422, body: { error: 422, message } },
        });
      refuse("POST");
      const advice =
        /Where Bolna limits this organization's accounts otherwise: declare minConcurrency \(with maxConcurrency\) instead of/;
      expect(await outcomeOf(stack.up(TYPE, older))).toMatch(advice);
      await stack.up(TYPE, newer);
      refuse("PATCH");
      expect(await outcomeOf(stack.up(TYPE, older))).toMatch(advice);
    },
  );

  it("that was made all the same, without the limit, is in the state, and the next up goes on with it", async () => {
    bolna().switches.otherGeneration = "ignore";
    expect(await outcomeOf(stack.up(TYPE, older))).toMatch(
      /allowConcurrentCalls: asked 4, and the vendor has no such limit but minConcurrency 0 and maxConcurrency null: declare minConcurrency/,
    );
    const { id } = stack.resource(TYPE);
    await stack.up(TYPE, newer);
    expect(bolna().accounts()).toMatchObject([{ id, min_concurrency: 2, max_concurrency: 6 }]);
    expect(creates()).toHaveLength(1);
    expect(await stack.refresh(TYPE)).toBe("same");
  });

  it("whose listing shows no limit at all is not said to have none", async () => {
    await stack.up(TYPE, newer);
    const { id } = stack.resource(TYPE);
    stack.emulator.fault({
      vendor: "bolna",
      path: "/sub-accounts/all",
      times: Number.POSITIVE_INFINITY,
      fault: { kind: "status", when: "before", status: 200, body: [{ id, name: "Acme Corp" }] },
    });
    expect(await outcomeOf(stack.up(TYPE, { ...newer, minConcurrency: 3 }))).toMatch(
      /minConcurrency: asked 3, and the vendor's reply does not show it/,
    );
  });

  it("is found by its name after a lost reply", async () => {
    stack.emulator.fault({ vendor: "bolna", method: "POST", fault: { kind: "drop", when: "after" } });
    await stack.up(TYPE, newer);
    expect(bolna().accounts()).toHaveLength(1);
  });

  it("makes room in the pool before another one grows", async () => {
    bolna().switches.concurrencyPool = 6;
    const two = (one: number, other: number) => [
      { type: TYPE, name: "one", args: () => ({ ...base, name: "One", minConcurrency: one }) } as const,
      { type: TYPE, name: "two", args: () => ({ ...base, name: "Two", minConcurrency: other }) } as const,
    ];
    await stack.upAll(two(2, 4));
    await stack.upAll(two(4, 2), { parallel: 2 });
    expect(bolna().accounts()).toMatchObject([{ min_concurrency: 4 }, { min_concurrency: 2 }]);
  });
});

describe("a Bolna account of the older generation", () => {
  it("that is declared the newer way is refused, once", async () => {
    expect(await outcomeOf(stack.up(TYPE, newer))).toMatch(
      /could not create.*declare allowConcurrentCalls instead of minConcurrency and maxConcurrency/,
    );
    expect(creates()).toHaveLength(1);
  });

  it.each([
    ["the newer", older, newer, { min_concurrency: 2, max_concurrency: 6 }],
    ["the older", newer, older, { allow_concurrent_calls: 4 }],
  ])(
    "moves to %s in place, by the new fields alone, where the organization has both",
    async (_what, from, to, sent) => {
      bolna().switches.generation = "both";
      await stack.up(TYPE, from);
      const { id } = stack.resource(TYPE);
      stack.emulator.clearRequests();
      expect(await stack.up(TYPE, to)).toBe("update");
      expect(stack.writes()).toEqual([{ call: `PATCH /sub-accounts/${id}`, body: sent }]);
      expect(await stack.refresh(TYPE)).toBe("same");
      expect(await stack.up(TYPE, to)).toBe("same");
    },
  );

  it.each([
    [{ ...older, minConcurrency: 1 }, /minConcurrency belongs to another set than allowConcurrentCalls/],
    [base, /allowConcurrentCalls is required, or another set/],
    [{ ...base, maxConcurrency: 3 }, /minConcurrency is required with maxConcurrency/],
    [{ ...base, minConcurrency: 5, maxConcurrency: 3 }, /maxConcurrency must not be below minConcurrency/],
  ])("is refused in the preview: %j", async (args, why) => {
    await expect(stack.preview(TYPE, args)).rejects.toThrow(why);
  });

  it("may be paused", async () => {
    bolna().switches.generation = "minimum";
    await stack.up(TYPE, { ...base, minConcurrency: 5, maxConcurrency: 0 });
    expect(bolna().accounts()).toMatchObject([{ max_concurrency: 0 }]);
  });
});

describe("a listing of Bolna", () => {
  it.each(["data", "items", "results"] as const)("as an object with %s is read", async (listEnvelope) => {
    bolna().switches.listEnvelope = listEnvelope;
    await stack.up(TYPE, older);
    expect(await stack.refresh(TYPE)).toBe("same");
  });

  it.each(["null", "no body"] as const)(
    "that is empty (%s) lets the first account be made, and proves nothing",
    async (emptyList) => {
      bolna().switches.emptyList = emptyList;
      await stack.up(TYPE, older);
      stack.pass(60_000);
      for (const { id } of bolna().accounts()) bolna().remove(id);
      expect(await outcomeOf(stack.refresh(TYPE))).toMatch(/an empty list says nothing/);
    },
  );
});

it("Bolna's empty 403 is a refused key", async () => {
  bolna().switches.bodilessAuthErrors = true;
  stack.env["BOLNA_API_KEY"] = "bn-wrong";
  expect(await outcomeOf(stack.up(TYPE, older))).toMatch(/answered 403.*Bolna does not accept the key/);
});
