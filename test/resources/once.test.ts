import { afterEach, describe, expect, it } from "vitest";
import type { EmulatorOptions, FaultRule, VendorName } from "../../emulator";
import type { Fault } from "../../emulator/core/faults";
import type { Values } from "../../provider/core/contract/resource";
import {
  accountsAt,
  activeAt,
  argsOf,
  createPath,
  declare,
  FACES,
  type Face,
  idsIn,
  MARKING,
  expectOnce as once,
  openFace,
  outcomeOf,
  vendorOf,
} from "../support/customers";
import type { Stack } from "../support/stack";
import { subjectOf } from "../vendors/index.mts";

let stack: Stack;
afterEach(() => stack.close());

const open = async (face: Face, options: EmulatorOptions = {}): Promise<void> => {
  stack = await openFace(face, options);
};
const expectOnce = (vendor: VendorName, count: number) => once(stack, vendor, count);

const LOST: readonly (readonly [string, Fault])[] = [
  ["a reply that is lost", { kind: "drop", when: "after" }],
  ["no reply", { kind: "hang", when: "after" }],
  ["a 502 after the effect", { kind: "garbage", when: "after", status: 502 }],
  ["a 429 after the effect", { kind: "status", when: "after", status: 429 }],
  ["a request that is lost", { kind: "drop", when: "before" }],
];

describe("a create with a lost reply where reads lag", () => {
  // A request without a reply takes real time.
  const lagsOf = ({ kind }: Fault) => (kind === "hang" ? [8_000] : [0, 3_000, 8_000, 25_000]);
  it.each(
    FACES.flatMap((face) =>
      LOST.flatMap(([what, fault]) => lagsOf(fault).map((lagMs) => [face, what, lagMs, fault] as const)),
    ),
  )("makes one account of one run at %s: %s, %i ms", async (face, _what, lagMs, fault) => {
    const vendor = vendorOf(face);
    await open(face, { [vendor]: { lagMs } });
    stack.emulator.fault({ vendor, method: "POST", path: createPath(vendor), fault });
    await stack.upAll([declare(vendor, "Acme")]);
    expectOnce(vendor, 1);
    const { apiKey } = stack.resource(`${vendor}.SubAccount`).outputs;
    if (subjectOf(vendor).bornWith) expect(stack.emulator[vendor].keyWorks(String(apiKey))).toBe(true);
    stack.pass(60_000);
    expect(await stack.refreshAll()).toEqual(["same"]);
  });
});

describe("260 to 300 accounts in one up", () => {
  const lost = (skip: number): FaultRule => ({
    method: "POST",
    skip,
    fault: { kind: "drop", when: "after" },
  });
  const broken = (skip: number): FaultRule => ({
    method: "POST",
    skip,
    fault: { kind: "garbage", when: "after", status: 502 },
  });
  const page = (skip: number): FaultRule => ({
    method: "GET",
    skip,
    fault: { kind: "status", when: "before", status: 500 },
  });

  it.each<[Face, string, number, readonly FaultRule[], EmulatorOptions]>([
    ["zavu", "one lost reply", 260, [lost(150)], { zavu: { pageSize: 100 } }],
    ["zavu", "the last reply lost", 260, [lost(259)], { zavu: { pageSize: 100, listOrder: "oldest" } }],
    ["zavu", "two lost replies", 300, [lost(3), lost(290)], { zavu: { pageSize: 2 } }],
    ["zavu", "a lost reply and a page that fails", 300, [broken(120), page(2)], { zavu: { pageSize: 7 } }],
    ["zavu", "a lost reply among others' accounts", 260, [lost(77)], { zavu: { listOrder: "unordered" } }],
    ["bctrl v1", "one lost reply", 270, [lost(230)], { bctrl: { pageSize: 200, listOrder: "oldest" } }],
    ["bctrl", "two lost replies", 260, [lost(40), broken(200)], { bctrl: { pageSize: 30 } }],
    ["bolna", "one lost reply", 260, [lost(150)], { bolna: { listEnvelope: "paged" } }],
    [
      "bolna",
      "two lost replies and a page that fails",
      260,
      [lost(60), broken(180), page(1)],
      { bolna: { listEnvelope: "paged", pageSize: 20, listOrder: "oldest" } },
    ],
  ])(
    "are made once at %s in spite of %s",
    async (face, what, count, rules, options) => {
      const vendor = vendorOf(face);
      await open(face, options);
      const others = what.includes("others") ? 150 : 0;
      stack.emulator[vendor].seedMany(others);
      for (const rule of rules) stack.emulator.fault({ vendor, ...rule });
      const names = Array.from({ length: count }, (_, index) => `Tenant ${index}`);
      await stack.upAll(
        names.map((name) => declare(vendor, name)),
        { parallel: 8 },
      );
      const active = accountsAt(stack.emulator, vendor).filter(({ name }) => name.startsWith("Tenant"));
      expect(active.map(({ name }) => name).sort()).toEqual(names.sort());
      expect(idsIn(stack).sort()).toEqual(active.map(({ id }) => id).sort());
    },
    60_000,
  );

  it.each(MARKING)(
    "that are all changed leave no %s account unseen: the next create is refused",
    async (vendor) => {
      await open(vendor);
      const program = (more: Values) =>
        Array.from({ length: 260 }, (_, index) => declare(vendor, `Tenant ${index}`, more));
      await stack.upAll(program({}), { parallel: 8 });
      const { externalId } = argsOf(vendor, "Zulu");
      stack.emulator[vendor].seed({ name: "Somebody", externalId: String(externalId) });
      const all = [...program({ metadata: { tier: "gold" } }), declare(vendor, "Zulu")];
      expect(await outcomeOf(stack.upAll(all))).toMatch(/already has an active sub-account of this customer/);
      expect(activeAt(stack.emulator, vendor)).toHaveLength(261);
    },
    60_000,
  );
});

describe("a create of which two requests go wrong", () => {
  const lost: Fault = { kind: "drop", when: "after" };
  const never: Fault = { kind: "drop", when: "before" };

  it.each(FACES)("at %s is made once where the second one takes effect", async (face) => {
    const vendor = vendorOf(face);
    await open(face, { [vendor]: { lagMs: 8_000 } });
    for (const fault of [never, lost])
      stack.emulator.fault({ vendor, method: "POST", path: createPath(vendor), fault });
    await stack.upAll([declare(vendor, "Acme")]);
    expectOnce(vendor, 1);
  });

  it.each(FACES)("at %s is unknown where neither does, and made once by the next up", async (face) => {
    const vendor = vendorOf(face);
    await open(face);
    const times = face === "bctrl" ? 9 : 2;
    stack.emulator.fault({ vendor, method: "POST", path: createPath(vendor), times, fault: never });
    expect(await outcomeOf(stack.upAll([declare(vendor, "Acme")]))).toMatch(
      /may or may not have taken effect/,
    );
    expect(idsIn(stack)).toEqual([]);
    stack.emulator.clearFaults();
    await stack.upAll([declare(vendor, "Acme")]);
    expectOnce(vendor, 1);
  });

  it.each(["zavu", "bctrl v1"] as const)(
    "at %s, one of which lands late and is shown later still: the second account is ended, and the run says so",
    async (face) => {
      const vendor = vendorOf(face);
      await open(face, { [vendor]: { lagMs: 25_000 } });
      const late: Fault = { kind: "drop", when: { lateMs: 10_000 } };
      stack.emulator.fault({ vendor, method: "POST", path: createPath(vendor), fault: late });
      await stack.upAll([declare(vendor, "Acme")]);
      expectOnce(vendor, 1);
      expect(accountsAt(stack.emulator, vendor)).toHaveLength(2);
      expect(stack.printed.join("\n")).toMatch(
        /had made a second sub-account, \S+; nobody had used it, and it was ended/,
      );
    },
  );

  it.each(["bctrl v1", "bolna"] as const)(
    "eight times in a row end the creates of a run at %s",
    async (face) => {
      const vendor = vendorOf(face);
      await open(face);
      const times = Number.POSITIVE_INFINITY;
      stack.emulator.fault({
        vendor,
        method: "POST",
        times,
        fault: { kind: "garbage", when: "before", status: 502 },
      });
      const program = Array.from({ length: 12 }, (_, index) => declare(vendor, `Tenant ${index}`));
      const failure = await outcomeOf(stack.upAll(program, { continueOnError: true }));
      expect(failure.match(/8 creates in a row could not be told/g)).toHaveLength(4);
      expect(stack.writes()).toHaveLength(8 * 2);
    },
  );
});
