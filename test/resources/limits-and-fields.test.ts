import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { VendorName } from "../../emulator";
import type { Values } from "../../provider/core/contract/resource";
import { declare, idsIn, MARKING, outcomeOf, VENDORS } from "../support/customers";
import { Stack } from "../support/stack";
import { handleOf, inWords, limitPath, subjectOf } from "../vendors/index.mts";

let stack: Stack;
beforeEach(async () => {
  stack = await Stack.open();
});
afterEach(() => stack.close());

/** A limit of each vendor, as the program declares it. */
const limit = (vendor: VendorName, value: number) => subjectOf(vendor).limit(value);
/** Makes a vendor store each limit as this one, and answer as if it were what was asked. */
const clamp = (vendor: VendorName, value: number | undefined) => {
  const { clamp, clampEchoes } = subjectOf(vendor);
  const echoes = clampEchoes ? { clampEchoes } : {};
  Object.assign(handleOf(stack.emulator, vendor).switches, { [clamp]: value, ...echoes });
};

describe("a limit whose reply is an echo", () => {
  const asked = /asked 500, vendor has 100/;

  it.each(VENDORS)("fails the create at %s, and the state has what the vendor has", async (vendor) => {
    clamp(vendor, 100);
    expect(await outcomeOf(stack.upAll([declare(vendor, "Acme", limit(vendor, 500))]))).toMatch(asked);
    expect(stack.resource(`${vendor}.SubAccount`).outputs).toMatchObject(limit(vendor, 100));
    expect(await stack.previewAll([declare(vendor, "Acme", limit(vendor, 500))])).toEqual(["update"]);
  });

  it.each(VENDORS)(
    "fails the update at %s, too, and the next one that the vendor holds is done",
    async (vendor) => {
      await stack.upAll([declare(vendor, "Acme", limit(vendor, 50))]);
      clamp(vendor, 100);
      expect(await outcomeOf(stack.upAll([declare(vendor, "Acme", limit(vendor, 500))]))).toMatch(asked);
      expect(stack.resource(`${vendor}.SubAccount`).outputs).toMatchObject(limit(vendor, 100));
      await stack.upAll([declare(vendor, "Acme", limit(vendor, 100))]);
      expect(await stack.refreshAll()).toEqual(["same"]);
    },
  );

  it.each(MARKING)("at %s where reads lag is waited for, and is no difference", async (vendor) => {
    await stack.upAll([declare(vendor, "Acme", limit(vendor, 50))]);
    stack.pass(60_000);
    stack.emulator[vendor].switches.lagMs = 8_000;
    await stack.upAll([declare(vendor, "Acme", limit(vendor, 500))]);
    expect(stack.resource(`${vendor}.SubAccount`).outputs).toMatchObject(limit(vendor, 500));
  });

  const echoing = MARKING.filter((vendor) => subjectOf(vendor).clampEchoes);
  it.each(echoing)("is found by the next refresh at %s beyond the first ten of a run", async (vendor) => {
    const names = Array.from({ length: 12 }, (_, index) => `Tenant ${index}`);
    const program = (value: number) => names.map((name) => declare(vendor, name, limit(vendor, value)));
    await stack.upAll(program(50));
    await stack.operation(async () => {
      await stack.upAll(program(500).slice(0, 10).concat(program(50).slice(10)));
      clamp(vendor, 100);
      await stack.upAll(program(500));
    });
    clamp(vendor, undefined);
    expect(await stack.refreshAll()).toEqual([...Array(10).fill("same"), "changed", "changed"]);
    expect((await stack.previewAll(program(500))).slice(-2)).toEqual(["update", "update"]);
  });
});

describe("fields that ignoreChanges names", () => {
  // The engine gives an ignored argument the value of the state's inputs.
  const cases = MARKING.flatMap((vendor) => {
    const path = limitPath(vendor);
    return [path, path.split(".")[0] ?? ""].map((ignored) => [vendor, ignored] as const);
  });

  it.each(cases)(
    "(%s, %s) are not sent with a change of another one, whatever the vendor has",
    async (vendor, path) => {
      const program = (more: Values = {}) => [
        declare(vendor, "Acme", { ...limit(vendor, 50), ...more, __ignore: [path] }),
      ];
      await stack.upAll(program());
      const [id = ""] = idsIn(stack);
      raise(vendor, id);
      stack.emulator.clearRequests();
      expect(await stack.previewAll(program())).toEqual(["same"]);
      await stack.upAll(program({ name: "Acme Limited" }));
      expect(stack.writes().map(({ body }) => Object.keys(Object(body)).sort())).toEqual([["name"]]);
      expectLimit(vendor, 900);
      await stack.refreshAll();
      expect(await stack.previewAll(program({ name: "Acme Limited" }))).toEqual(["same"]);
    },
  );

  it.each(MARKING)("all of them (%s, *) are not sent by anything", async (vendor) => {
    const program = (more: Values = {}) => [
      declare(vendor, "Acme", { ...limit(vendor, 50), ...more, __ignore: ["*"] }),
    ];
    await stack.upAll(program());
    const [id = ""] = idsIn(stack);
    raise(vendor, id);
    stack.emulator.clearRequests();
    await stack.refreshAll();
    await stack.upAll(program());
    expect(stack.writes()).toEqual([]);
    expectLimit(vendor, 900);
  });

  it.each(cases)("(%s, %s) are set by the create all the same", async (vendor, path) => {
    await stack.upAll([declare(vendor, "Acme", { ...limit(vendor, 50), __ignore: [path] })]);
    expectLimit(vendor, 50);
  });

  it.each(VENDORS)("(%s, name and externalId) stay as somebody changed them", async (vendor) => {
    const program = (value: number) => [
      declare(vendor, "Acme", { ...limit(vendor, value), __ignore: ["name", "externalId"] }),
    ];
    await stack.upAll(program(50));
    stack.pass(60_000);
    stack.emulator[vendor].change(idsIn(stack)[0] ?? "", { name: "Renamed outside" });
    stack.emulator[vendor].seed({ name: "undefined" });
    stack.emulator.clearRequests();
    await stack.upAll(program(60));
    expect(stack.writes().map(({ body }) => Object.keys(Object(body)))).toHaveLength(1);
    expect(stack.emulator[vendor].accounts()[0]?.name).toBe("Renamed outside");
    expect(stack.resource(`${vendor}.SubAccount`).outputs).toMatchObject(limit(vendor, 60));
  });

  function raise(vendor: VendorName, id: string): void {
    handleOf(stack.emulator, vendor).change(id, inWords(vendor, limit(vendor, 900)));
  }
  function expectLimit(vendor: VendorName, value: number): void {
    const [account] = handleOf(stack.emulator, vendor).accounts();
    expect(account).toMatchObject(inWords(vendor, limit(vendor, value)));
  }
});

describe("one limit that changes for 100 accounts", () => {
  // Single reads before the listing is, and the first ten limits that are read back.
  const readsOf = (vendor: VendorName) => (subjectOf(vendor).paths.get ? 3 + 10 : 100);

  it.each(VENDORS)("costs one write each at %s, and no read each", async (vendor) => {
    const names = Array.from({ length: 100 }, (_, index) => `Tenant ${index}`);
    const program = (value: number) => names.map((name) => declare(vendor, name, limit(vendor, value)));
    await stack.upAll(program(1), { parallel: 8 });
    stack.pass(60_000);
    stack.emulator.clearRequests();
    await stack.upAll(program(2), { parallel: 8 });
    expect(stack.writes()).toHaveLength(100);
    expect(stack.emulator.requests.length - 100).toBeLessThanOrEqual(1 + readsOf(vendor) + 8);
    stack.emulator.clearRequests();
    expect(new Set(await stack.previewAll(program(2)))).toEqual(new Set(["same"]));
    await stack.upAll(program(2));
    expect(stack.emulator.requests).toEqual([]);
  });
});

describe("an account whose metadata was replaced outside", () => {
  const program = (vendor: VendorName) => [declare(vendor, "Acme", { metadata: { tier: "gold" } })];
  const marker = (vendor: VendorName) =>
    handleOf(stack.emulator, vendor).accounts()[0]?.metadata?.["pulumi-subaccounts"];

  it.each(
    MARKING.flatMap((vendor) =>
      [{}, { tier: "gold", theirs: 1 }].map((metadata) => [vendor, metadata] as const),
    ),
  )("(%s, %j) has drifted, and the next up marks it again", async (vendor, metadata) => {
    await stack.upAll(program(vendor));
    stack.pass(60_000);
    const [id = ""] = idsIn(stack);
    stack.emulator[vendor].change(id, { metadata });
    expect(await stack.refreshAll()).toEqual(["changed"]);
    expect(await stack.previewAll(program(vendor))).toEqual(["update"]);
    const other = stack.beside();
    expect(await outcomeOf(other.upAll(program(vendor)))).toMatch(/carries no marker of this provider/);
    await stack.upAll(program(vendor));
    expect(marker(vendor)).toMatchObject({ owner: stack.owner });
    expect(await outcomeOf(other.upAll(program(vendor)))).toMatch(/of another stack or state/);
    expect(await stack.previewAll(program(vendor))).toEqual(["same"]);
  });
});

describe("unlimited", () => {
  /** Fields of these are not the limit of the other tests. */
  const special: Partial<
    Record<VendorName, readonly [args: Values, state: Values, drift: Values, set: Values]>
  > = {
    bctrl: [
      { limits: { maxSpaces: 2 }, unlimited: ["limits.maxActiveRuns"] },
      { limits: { maxSpaces: 2, maxActiveRuns: null } },
      { limits: { maxActiveRuns: 5 } },
      { limits: { maxActiveRuns: 5 } },
    ],
    bolna: [
      { allowConcurrentCalls: undefined, minConcurrency: 1, unlimited: ["maxConcurrency"] },
      { minConcurrency: 1, maxConcurrency: null },
      { max_concurrency: 5 },
      { maxConcurrency: 5 },
    ],
  };
  const caseOf = (vendor: VendorName) => {
    const [one, other] = [limit(vendor, 5), subjectOf(vendor).limit(null)];
    return (
      special[vendor] ?? ([{ unlimited: [limitPath(vendor)] }, other, inWords(vendor, one), one] as const)
    );
  };

  it.each(VENDORS)(
    "is null in the state of %s, calm in the next preview, and drift where one is set",
    async (vendor) => {
      const [args, state, drift] = caseOf(vendor);
      if (vendor === "bolna") stack.emulator.bolna.switches.generation = "minimum";
      await stack.upAll([declare(vendor, "Acme", args)]);
      const { outputs, inputs } = stack.resource(`${vendor}.SubAccount`);
      expect(outputs).toMatchObject(state);
      expect(inputs).not.toHaveProperty("unlimited");
      expect(await stack.previewAll([declare(vendor, "Acme", args)])).toEqual(["same"]);
      const [id = ""] = idsIn(stack);
      stack.emulator[vendor].change(id, drift as never);
      await stack.refreshAll();
      expect(await stack.previewAll([declare(vendor, "Acme", args)])).toEqual(["update"]);
    },
  );

  it.each(VENDORS)("beside a value is refused in the preview of %s", async (vendor) => {
    const [{ unlimited }, , , value] = caseOf(vendor);
    await expect(stack.previewAll([declare(vendor, "Acme", { ...value, unlimited })])).rejects.toThrow(
      `unlimited names ${unlimited}, which has a value as well; take one of the two out`,
    );
  });
});
