import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Values } from "../../provider/core/contract/resource";
import { accountArguments } from "../../tenant/arguments";
import { activeAt, idsIn, outcomeOf, VENDORS } from "../support/customers";
import { type Declaration, Stack } from "../support/stack";
import { subjectOf } from "../vendors/index.mts";

type Vendor = (typeof VENDORS)[number];

let stack: Stack;
beforeEach(async () => {
  stack = await Stack.open();
  stack.emulator.bolna.switches.generation = "minimum";
});
afterEach(() => stack.close());

const STOPPABLE = VENDORS.filter((vendor) => subjectOf(vendor).stopped !== undefined);
/** A customer with every limit that a stop replaces. */
const tenant = {
  externalId: "tenant-acme",
  name: "Acme Corp",
  vendors: Object.fromEntries(STOPPABLE.map((vendor) => [vendor, subjectOf(vendor).stopped?.args])),
};
const args = (vendor: Vendor, more: Values = {}) => accountArguments({ ...tenant, ...more }, vendor);
const up = (vendor: Vendor, more: Values = {}) => stack.up(`${vendor}.SubAccount`, args(vendor, more));
const SUSPENDED = { suspended: true };

const accounts = (vendor: Vendor): object[] => stack.emulator[vendor].accounts();
/** The accounts of a vendor without the marker, which names the stack. */
const shown = (vendor: Vendor) =>
  accounts(vendor).map((account) =>
    JSON.parse(JSON.stringify(account), (key, value) =>
      ["pulumi-subaccounts", "updatedAt", "updated_at"].includes(key) ? undefined : value,
    ),
  );
const word = (vendor: Vendor) =>
  accounts(vendor).map((account) => Reflect.get(account, "metadata")["pulumi-subaccounts"].suspended);

describe("a customer who does not pay", () => {
  it.each(STOPPABLE)("is stopped at %s by one write, and has the same limits again", async (vendor) => {
    await up(vendor);
    const before = shown(vendor);
    stack.emulator.clearRequests();
    expect(await up(vendor, SUSPENDED)).toBe("update");
    expect(stack.writes()).toHaveLength(1);
    expect(accounts(vendor)).toMatchObject([subjectOf(vendor).stopped?.shown]);
    expect(await stack.refresh(`${vendor}.SubAccount`)).toBe("same");
    expect(await up(vendor, SUSPENDED)).toBe("same");
    stack.emulator.clearRequests();
    await up(vendor);
    expect(stack.writes()).toHaveLength(1);
    expect(shown(vendor)).toEqual(before);
  });

  it.each(STOPPABLE.filter((vendor) => subjectOf(vendor).isMarked))(
    "is told at %s by the marker, until the limits hold again",
    async (vendor) => {
      await up(vendor);
      expect(word(vendor)).toEqual([undefined]);
      await up(vendor, SUSPENDED);
      expect(word(vendor)).toEqual([true]);
      await up(vendor);
      expect(word(vendor)).toEqual([undefined]);
    },
  );

  it.each(STOPPABLE)(
    "is found at %s after the state was lost, and resumed with the same limits",
    async (vendor) => {
      await up(vendor);
      const before = shown(vendor);
      await up(vendor, SUSPENDED);
      const [id] = idsIn(stack);
      stack.resources.clear();
      stack.owner = "owner-of-a-new-state";
      stack.pass(60_000);
      for (const more of [SUSPENDED, {}]) {
        expect(await outcomeOf(up(vendor, more))).toMatch(/already has .*adopt: "/);
        expect(accounts(vendor)).toMatchObject([subjectOf(vendor).stopped?.shown]);
      }

      const adopted = (more: Values) =>
        stack.up(`${vendor}.SubAccount`, { ...args(vendor, more), adopt: id });
      await adopted(SUSPENDED);
      expect(accounts(vendor)).toMatchObject([subjectOf(vendor).stopped?.shown]);
      expect(await adopted(SUSPENDED)).toBe("same");
      await adopted({});
      expect(shown(vendor)).toEqual(before);
      expect(await stack.refresh(`${vendor}.SubAccount`)).toBe("same");
      expect(await up(vendor)).toBe("same");
    },
  );

  it("is adopted at Zavu beside an account of the same externalId, and not made active while that one is there", async () => {
    await up("zavu", SUSPENDED);
    const [adopt] = idsIn(stack);
    const duplicate = stack.emulator.zavu.seed({ name: "Twin", externalId: tenant.externalId });
    stack.resources.clear();
    stack.owner = "owner-of-a-new-state";
    stack.pass(60_000);
    const adopted = (more: Values) => stack.up("zavu.SubAccount", { ...args("zavu", more), adopt });
    await adopted(SUSPENDED);
    expect(await outcomeOf(adopted({}))).toMatch(
      new RegExp(
        `already has an active sub-account with this externalId: ${duplicate.id}\\. Nothing was sent to ${adopt}; if that one is not needed, ` +
          "end it at the vendor or give it another externalId there, and run `pulumi up` again$",
      ),
    );
    stack.emulator.zavu.change(duplicate.id, { externalId: "tenant-twin" });
    await adopted({});
    expect(stack.emulator.zavu.accounts()).toMatchObject([
      { id: adopt, status: "active" },
      { id: duplicate.id },
    ]);
  });

  it.each(STOPPABLE.filter((vendor) => subjectOf(vendor).isMarked))(
    "and is taken out is in nobody's way at %s",
    async (vendor) => {
      await up(vendor);
      await up(vendor, SUSPENDED);
      stack.pass(60_000);
      stack.emulator.clearRequests();
      await stack.destroy(`${vendor}.SubAccount`);
      // An account that can become active again loses the word; one that is ended for good has it for ever.
      expect(stack.writes()).toHaveLength(subjectOf(vendor).adoptable ? 2 : 1);
      await up(vendor);
      expect(accounts(vendor)).toHaveLength(2);
      expect(activeAt(stack.emulator, vendor)).toHaveLength(1);
    },
  );

  it("loses a declared spending cap of bctrl, and gets it back", async () => {
    const capped = { vendors: { bctrl: { ...tenant.vendors["bctrl"], spendingCap: 50_00 } } };
    await up("bctrl", capped);
    const cap = () => stack.emulator.bctrl.accounts()[0]?.spendingCap;
    await up("bctrl", { ...capped, ...SUSPENDED });
    expect(cap()).toBe(0);
    await up("bctrl", capped);
    expect(cap()).toBe(50_00);
  });

  it("is refused at bctrl where the state was lost and nothing says what to restore", async () => {
    const bctrl = { ...tenant.vendors["bctrl"], spendingCap: 50_00 };
    await up("bctrl", { vendors: { bctrl }, ...SUSPENDED });
    const [adopt] = idsIn(stack);
    stack.resources.clear();
    stack.owner = "owner-of-a-new-state";
    stack.pass(60_000);
    const adopted = (of: Values, more: Values = {}) =>
      stack.up("bctrl.SubAccount", { ...args("bctrl", { vendors: { bctrl: of }, ...more }), adopt });
    const { spendingCap: _, ...uncapped } = bctrl;
    await adopted(uncapped, SUSPENDED);
    stack.emulator.clearRequests();
    expect(await outcomeOf(adopted(uncapped))).toMatch(
      /was suspended, and spendingCap is still what stopped it, which nothing declares any more. Nothing was sent/,
    );
    expect(stack.writes()).toEqual([]);
    expect(word("bctrl")).toEqual([true]);
    await adopted({ ...uncapped, spendingCap: null });
    expect(accounts("bctrl")).toMatchObject([{ limits: { monthlyCreditLimit: 20_000 }, spendingCap: null }]);
  });

  it.each([["limits"], ["limits.monthlyCreditLimit"]])(
    "keeps the word in bctrl's marker where %s is ignored",
    async (ignored) => {
      await up("bctrl", SUSPENDED);
      await stack.up("bctrl.SubAccount", {
        ...args("bctrl"),
        name: "Acme Ltd",
        __ignore: [ignored],
      });
      expect(accounts("bctrl")).toMatchObject([{ name: "Acme Ltd", limits: { monthlyCreditLimit: 0 } }]);
      expect(word("bctrl")).toEqual([true]);
    },
  );

  it.each([false, true])(
    "has a working key of Zavu once it pays (its stop revokes keys: %s)",
    async (revokes) => {
      stack.emulator.zavu.switches.statusInactiveRevokesKeys = revokes;
      await up("zavu");
      await up("zavu", SUSPENDED);
      await up("zavu");
      const { apiKey } = stack.resource("zavu.SubAccount").outputs;
      expect(stack.emulator.zavu.keyWorks(String(apiKey))).toBe(true);
    },
  );
});

describe("an ApiKey of a customer of Zavu who does not pay", () => {
  const DAY = 86_400_000;
  const program = (more: Values = {}, key: Values = {}): Declaration[] => [
    { type: "zavu.SubAccount", name: "acme", args: () => args("zavu", more) },
    {
      type: "zavu.ApiKey",
      name: "acme",
      args: () => ({ subAccountId: stack.resource("zavu.SubAccount", "acme").id, name: "default", ...key }),
    },
  ];
  const key = () => stack.resource("zavu.ApiKey", "acme").outputs["apiKey"];
  const works = () => stack.emulator.zavu.keyWorks(String(key()));
  const keyCalls = () => stack.writes().filter(({ call }) => call.includes("api-keys"));
  const isQuiet = async (more: Values = {}, ofKey: Values = {}) => {
    const before = stack.writes().length;
    await stack.upAll(program(more, ofKey));
    return stack.writes().length === before;
  };

  it("is made once the account is active, where it was declared while it was suspended", async () => {
    await stack.upAll(program(SUSPENDED));
    expect([key(), keyCalls()]).toEqual([undefined, []]);
    expect(stack.printed.join("\n")).toMatch(
      /is suspended, so its key is made by the `up` that makes it active again/,
    );
    expect(await stack.refresh("zavu.ApiKey", "acme")).toBe("same");
    expect(await isQuiet(SUSPENDED)).toBe(true);
    await stack.upAll(program());
    expect(works()).toBe(true);
    expect(keyCalls()).toHaveLength(1);
    expect(await isQuiet()).toBe(true);
    await stack.upAll([]);
    expect(keyCalls()).toHaveLength(2);
  });

  it("that was never made is taken out without a call", async () => {
    await stack.upAll(program(SUSPENDED));
    await stack.upAll(program(SUSPENDED).slice(0, 1));
    expect(keyCalls()).toEqual([]);
    expect(idsIn(stack)).toHaveLength(1);
  });

  it("is not rotated by its age until the account is active again", async () => {
    const rotating = { rotateAfterDays: 90 };
    await stack.upAll(program({}, rotating));
    const first = key();
    await stack.upAll(program(SUSPENDED, rotating));
    stack.pass(100 * DAY);
    expect(await isQuiet(SUSPENDED, rotating)).toBe(true);
    await stack.upAll(program({}, rotating));
    expect(key()).not.toBe(first);
    expect(works()).toBe(true);
  });

  it.each([false, true])(
    "whose arguments change meanwhile waits for the up that makes the account active again (revoked: %s)",
    async (revokes) => {
      stack.emulator.zavu.switches.statusInactiveRevokesKeys = revokes;
      const [before, after] = [{ keepers: { release: 1 } }, { keepers: { release: 2 } }];
      await stack.upAll(program({}, before));
      const first = key();
      stack.pass(60_000);
      await stack.upAll(program(SUSPENDED, before));

      expect(await isQuiet(SUSPENDED, after)).toBe(true);
      expect(stack.printed.join("\n")).toMatch(
        /is suspended, so the key that keepers asks for is made by the first `up`/,
      );
      expect(await stack.previewAll(program(SUSPENDED, after))).toEqual(["same", "same"]);
      // With a change that needs no key, the state has that one alone.
      expect(await isQuiet(SUSPENDED, { ...after, overlapHours: 2 })).toBe(true);
      expect(await stack.refresh("zavu.ApiKey", "acme")).toBe(revokes ? "gone" : "same");

      await stack.upAll(program({}, { ...after, overlapHours: 2 }));
      expect([works(), key() === first]).toEqual([true, false]);
      expect(await isQuiet({}, { ...after, overlapHours: 2 })).toBe(true);
    },
  );

  it.each([false, true])(
    "works in the up that makes the account active again (revoked: %s)",
    async (revokes) => {
      stack.emulator.zavu.switches.statusInactiveRevokesKeys = revokes;
      await stack.upAll(program());
      const first = key();
      stack.pass(60_000);
      await stack.upAll(program(SUSPENDED));
      await stack.upAll(program());
      expect([works(), key() === first]).toEqual([true, !revokes]);
      expect(await isQuiet()).toBe(true);
    },
  );

  it("is looked at by the next up, where the one that made the account active again could not", async () => {
    stack.emulator.zavu.switches.statusInactiveRevokesKeys = true;
    await stack.upAll(program());
    stack.pass(60_000);
    await stack.upAll(program(SUSPENDED));
    const path = "/v1/sub-accounts/{id}/api-keys";
    const fault = { kind: "status", when: "before", status: 400 } as const;
    stack.emulator.fault({ vendor: "zavu", method: "GET", path, skip: 1, times: 9, fault });
    expect(await outcomeOf(stack.upAll(program()))).toMatch(/400/);
    stack.emulator.clearFaults();
    expect([activeAt(stack.emulator, "zavu").length, works()]).toEqual([1, false]);
    expect(await stack.previewAll(program())).toEqual(["same", "update"]);
    await stack.upAll(program({}, { rotateAfterDays: 90 }));
    expect(works()).toBe(true);
    expect(await isQuiet({}, { rotateAfterDays: 90 })).toBe(true);
  });

  it("is made again in the same up where the key before a rotation is still in the state", async () => {
    stack.emulator.zavu.switches.statusInactiveRevokesKeys = true;
    await stack.upAll(program({}, { keepers: { release: 1 } }));
    await stack.upAll(program({}, { keepers: { release: 2 } }));
    stack.pass(60_000);
    await stack.upAll(program(SUSPENDED, { keepers: { release: 2 } }));
    await stack.upAll(program({}, { keepers: { release: 2 } }));
    expect(works()).toBe(true);
  });

  it("is looked at where an up finds the account stopped by hand", async () => {
    await stack.upAll(program());
    stack.pass(60_000);
    const { id } = stack.resource("zavu.SubAccount", "acme");
    stack.emulator.zavu.change(id, { status: "inactive" });
    stack.emulator.zavu.revokeKey(id, stack.resource("zavu.ApiKey", "acme").id);
    await stack.upAll(program({ name: "Acme Ltd" }));
    expect([activeAt(stack.emulator, "zavu").length, works()]).toEqual([1, true]);
  });

  it("is found revoked by a refresh in between, and made again once the account is active", async () => {
    stack.emulator.zavu.switches.statusInactiveRevokesKeys = true;
    await stack.upAll(program());
    stack.pass(60_000);
    await stack.upAll(program(SUSPENDED));
    await stack.upAllRefreshed(program(SUSPENDED));
    expect(key()).toBeUndefined();
    await stack.upAll(program());
    expect(works()).toBe(true);
  });
});
