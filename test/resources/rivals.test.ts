import { afterEach, describe, expect, it } from "vitest";
import type { EmulatorOptions, VendorName } from "../../emulator";
import type { Fault } from "../../emulator/core/faults";
import type { Values } from "../../provider/core/contract/resource";
import {
  activeAt,
  argsOf,
  createPath,
  declare,
  FACES,
  type Face,
  idsIn,
  expectOnce as once,
  openFace,
  outcomeOf,
  VENDORS,
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

describe("a run that is killed right after a create, where reads lag 25 s", () => {
  const killed = async (face: Face): Promise<VendorName> => {
    const vendor = vendorOf(face);
    await open(face, { [vendor]: { lagMs: 25_000 } });
    for (let call = 0; stack.emulator[vendor].accounts().length === 0; call++) {
      await stack.crash(call, () => stack.upAll([declare(vendor, "Acme")]));
    }
    stack.pass(1_000);
    return vendor;
  };

  it.each(["zavu", "bctrl", "bctrl v1"] as const)(
    "is taken over at %s by the next up of who knows of the interruption",
    async (face) => {
      const vendor = await killed(face);
      stack.env["SUBACCOUNTS_AFTER_INTERRUPTION"] = "1";
      await stack.upAll([declare(vendor, "Acme")]);
      expectOnce(vendor, 1);
    },
  );

  it("is refused with the line to adopt it at Bolna", async () => {
    const vendor = await killed("bolna");
    stack.env["SUBACCOUNTS_AFTER_INTERRUPTION"] = "1";
    const failure = await outcomeOf(stack.upAll([declare(vendor, "Acme")]));
    const [id] = activeAt(stack.emulator, vendor);
    expect(failure).toContain(`adopt: "${id}"`);
    await stack.upAll([declare(vendor, "Acme", { adopt: id })]);
    expectOnce(vendor, 1);
  });

  it.each(["zavu", "bctrl", "bctrl v1"] as const)(
    "is found by the create of the next up at %s where nobody said so; that ends its own account, and one more up takes over",
    async (face) => {
      const vendor = await killed(face);
      const active = activeAt(stack.emulator, vendor);
      const failure = await outcomeOf(stack.upAll([declare(vendor, "Acme")]));
      expect(failure).toMatch(
        /an interrupted run of this stack had created.*was ended.*Run `pulumi up` again/,
      );
      expect(activeAt(stack.emulator, vendor)).toEqual(active);
      stack.pass(60_000);
      await stack.upAll([declare(vendor, "Acme")]);
      expectOnce(vendor, 1);
    },
  );

  it.each(FACES)(
    "is named by the next refresh at %s where that create was the eleventh of its run",
    async (face) => {
      const vendor = await killed(face);
      const [left = ""] = activeAt(stack.emulator, vendor);
      const others = Array.from({ length: 10 }, (_, index) => declare(vendor, `Tenant ${index}`));
      // What this run writes shows at once, so that it is over before the account of the killed one does.
      stack.emulator[vendor].switches.lagMs = 0;
      await stack.upAll([...others, declare(vendor, "Acme")]);
      stack.pass(60_000);
      expect(stack.printed.join("\n")).not.toContain(left);
      await stack.refreshAll();
      expect(stack.printed.join("\n")).toContain(left);
    },
  );
});

describe("a create after a killed run whose list is empty, and whose second look fails", () => {
  it.each(FACES.filter((face) => face !== "bolna"))(
    "says at %s that it could not be told whether the customer has one account",
    async (face) => {
      const vendor = vendorOf(face);
      let isMet = false;
      for (let skip = 1; skip < 6; skip++) {
        await open(face);
        for (let call = 0; activeAt(stack.emulator, vendor).length === 0; call++) {
          await stack.crash(call, () => stack.upAll([declare(vendor, "Acme")]));
        }
        stack.pass(60_000);
        stack.emulator.fault({ vendor, method: "GET", skip, fault: { kind: "foreign", as: "html" } });
        const path = subjectOf(vendor).paths.list;
        stack.emulator.fault({ vendor, method: "GET", path, fault: { kind: "cut", keep: 0 } });
        const outcome = await outcomeOf(stack.upAll([declare(vendor, "Acme")]));
        if (activeAt(stack.emulator, vendor).length > 1) {
          isMet = true;
          const told = [outcome, ...stack.printed].join("\n");
          expect(told).toMatch(/whether .* is the only one of its customer could not be told/);
        }
        await stack.close();
      }
      await open(face);
      expect(isMet).toBe(true);
    },
  );
});

describe("two stacks that create the same customer in the same second", () => {
  it.each(FACES.flatMap((face) => [0, 3_000].map((lagMs) => [face, lagMs] as const)))(
    "at %s with a lag of %i ms leave one account or none, and both are told",
    async (face, lagMs) => {
      const vendor = vendorOf(face);
      await open(face, { [vendor]: { lagMs } });
      const other = stack.beside();
      other.config = stack.config;
      // Neither create comes before both have looked.
      const fault: Fault = { kind: "delay", when: "before", ms: 60 };
      stack.emulator.fault({ vendor, method: "POST", path: createPath(vendor), times: 2, fault });
      const both = [stack, other];
      const outcomes = await Promise.all(
        both.map((each) => outcomeOf(each.upAll([declare(vendor, "Acme")]))),
      );
      expect(
        stack.emulator.requests.filter(
          ({ method, path }) => method === "POST" && path === createPath(vendor),
        ),
      ).toHaveLength(2);
      const active = activeAt(stack.emulator, vendor);
      const told = expect.stringMatching(
        /there is the sub-account .* made it at the same time, or the list lacked it/,
      );
      if (active.length < 2) {
        // Of two that are equally old both may go.
        expect(outcomes.toSorted()).toEqual(active.length === 0 ? [told, told] : [told, "done"]);
        expect(both.flatMap(idsIn)).toEqual(active);
      } else {
        for (const { printed } of both) for (const id of active) expect(printed.join("\n")).toContain(id);
      }
    },
  );

  /** Ids that the emulator makes rise or fall in the order in which they are made. */
  const idsThat = (go: "rise" | "fall") => {
    let calls = 0;
    // As many calls as an id has characters, about; the alphabets of ids have their letters in front.
    return () => {
      const share = Math.min(24, Math.floor(calls++ / 15)) / 36;
      return go === "rise" ? share : 24 / 36 - share;
    };
  };
  it.each(
    FACES.flatMap((face) => [[face, "rise"] as const, [face, "fall"] as const]),
  )("at %s, the second after the first has looked for a rival, leave that one alone (ids %s)", async (face, go) => {
    const vendor = vendorOf(face);
    await open(face, { random: idsThat(go) });
    const other = stack.beside();
    other.config = stack.config;
    // The second one looks first, and its create comes when the first is done.
    const fault: Fault = { kind: "delay", when: "before", ms: 400 };
    stack.emulator.fault({ vendor, method: "POST", path: createPath(vendor), times: 1, fault });
    const second = outcomeOf(other.upAll([declare(vendor, "Acme")]));
    const posts = () => stack.emulator.requests.filter(({ method }) => method === "POST").length;
    while (posts() === 0) await new Promise(setImmediate);
    const sentAtMs = stack.now;
    expect(await outcomeOf(stack.upAll([declare(vendor, "Acme")]))).toBe("done");
    // A vendor whose times are in seconds: the two are equally old.
    stack.pass(sentAtMs - stack.now);
    const [id] = idsIn(stack);
    expect(activeAt(stack.emulator, vendor)).toEqual([id]);
    expect(await second).toMatch(new RegExp(`there is the sub-account ${id} .* was not used, and was ended`));
    expect([activeAt(stack.emulator, vendor), idsIn(other)]).toEqual([[id], []]);
  });

  it("beside two that a cut list lacked: the next up names both, and offers to adopt neither", async () => {
    await open("zavu");
    const { name, externalId } = argsOf("zavu", "Acme");
    const seeded = [1, 2].map(() =>
      stack.emulator.zavu.seed({ name: String(name), externalId: String(externalId) }),
    );
    stack.pass(60_000);
    const { list } = subjectOf("zavu").paths;
    stack.emulator.fault({ vendor: "zavu", method: "GET", path: list, fault: { kind: "cut", keep: 0 } });
    const up = () => outcomeOf(stack.upAll([declare("zavu", "Acme")]));
    expect(await up()).toMatch(/was ended\. There are more of them: run `pulumi up` again/);
    const refusal = await up();
    for (const { id } of seeded) expect(refusal).toContain(id);
    expect(refusal).not.toContain("adopt");
    expect(activeAt(stack.emulator, "zavu").toSorted()).toEqual(seeded.map(({ id }) => id).toSorted());
  });

  it.each(VENDORS)("at %s long ago are named by every refresh", async (vendor) => {
    await open(vendor);
    await stack.upAll([declare(vendor, "Acme")]);
    stack.pass(60_000);
    const { externalId } = argsOf(vendor, "Acme");
    const { id } = stack.emulator[vendor].seed({
      name: "Acme",
      ...(subjectOf(vendor).isMarked ? { externalId: String(externalId) } : {}),
    });
    await stack.refreshAll();
    expect(stack.printed.join("\n")).toContain(id);
  });
});

describe("a Zavu account that is activated again beside an active one of its externalId", () => {
  /** An inactive account in the state, and an active one of the same customer. @returns its id. */
  const prepare = async () => {
    await open("zavu");
    await stack.upAll([declare("zavu", "Acme")]);
    stack.pass(60_000);
    const [id = ""] = idsIn(stack);
    stack.emulator.zavu.deactivate(id);
    stack.emulator.zavu.seed({ name: "Acme", externalId: "tenant-acme" });
    return id;
  };

  const again = async (more: Values = {}) => {
    await stack.refreshAll();
    await stack.upAll([declare("zavu", "Acme", more)]);
  };

  it.each([
    ["as drift", () => again()],
    ["as drift, with a change", () => again({ creditLimit: 5 })],
    [
      "by adopt",
      (id: string) => {
        stack.resources.clear();
        return stack.upAll([declare("zavu", "Acme", { adopt: id })]);
      },
    ],
  ] as const)("%s is refused", async (_how, operation) => {
    const id = await prepare();
    const active = activeAt(stack.emulator, "zavu");
    expect(await outcomeOf(operation(id))).toMatch(/already has an active sub-account with this externalId/);
    expect(activeAt(stack.emulator, "zavu")).toEqual(active);
  });
});

describe("a lost create at Bolna beside which another stack's account appears first", () => {
  it("ends neither, since nothing tells which is whose", async () => {
    await open("bolna", { bolna: { listOrder: "oldest" } });
    const { id } = stack.emulator.bolna.seed({ name: "Acme" });
    stack.emulator.fault({ vendor: "bolna", method: "POST", fault: { kind: "drop", when: "after" } });
    // The look-up comes before both, the first read-back before its own.
    for (const keep of [0, 1])
      stack.emulator.fault({ vendor: "bolna", method: "GET", fault: { kind: "cut", keep } });
    expect(await outcomeOf(stack.upAll([declare("bolna", "Acme")]))).toMatch(
      /which of them this create made cannot be told. Neither was ended/,
    );
    expect(activeAt(stack.emulator, "bolna")).toEqual([id, expect.any(String)]);
    expect(idsIn(stack)).toEqual([]);
  });
});
