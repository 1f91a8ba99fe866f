import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { VendorName } from "../../emulator";
import type { Values } from "../../provider/core/contract/resource";
import {
  accountsAt,
  activeAt,
  argsOf,
  declare,
  idsIn,
  MARKING,
  outcomeOf,
  VENDORS,
} from "../support/customers";
import { type Declaration, Stack } from "../support/stack";
import { handleOf, subjectOf } from "../vendors/index.mts";

let stack: Stack;
beforeEach(async () => {
  stack = await Stack.open();
});
afterEach(() => stack.close());

const MINUTE = 60_000;
const said = () => stack.printed.join("\n");

/** A resource of this name that declares a customer of another name. */
const as = (vendor: VendorName, resource: string, customer: string, more: Values = {}, options = {}) => ({
  ...declare(vendor, customer, more, options),
  name: resource,
});
/** The customer that an account of the state has at its vendor. */
const customerOf = (vendor: VendorName, resource: string) => {
  const { id } = stack.resource(`${vendor}.SubAccount`, resource);
  return accountsAt(stack.emulator, vendor).find((account) => account.id === id)?.name;
};

describe("a resource whose former name is mistyped, and whose customer is called otherwise", () => {
  const key = (vendor: VendorName, account: string) => ({
    type: `${vendor}.ApiKey` as const,
    name: account,
    args: () => ({ subAccountId: stack.resource(`${vendor}.SubAccount`, account).id, name: "backend" }),
  });

  it.each(MARKING)("ends nobody at %s in that up, and says what to look at", async (vendor) => {
    await stack.upAll([as(vendor, "old", "Acme"), key(vendor, "old")]);
    const [account] = activeAt(stack.emulator, vendor);
    stack.pass(MINUTE);
    const { apiKey } = stack.resource(`${vendor}.ApiKey`, "old").outputs;
    const renamed = [as(vendor, "new", "Acme Inc", {}, { aliases: ["odl"] }), key(vendor, "new")];
    const failure = await outcomeOf(stack.upAll(renamed, { continueOnError: true }));
    expect(failure).toMatch(
      /was not (?:revoked|deleted): this run made the account of "new", and no state has it by a former name/,
    );
    expect(activeAt(stack.emulator, vendor)).toContain(account);
    expect(stack.emulator[vendor].keyWorks(String(apiKey))).toBe(true);

    // It was another customer.
    stack.pass(MINUTE);
    await stack.upAll(renamed);
    expect(activeAt(stack.emulator, vendor)).toEqual([stack.resource(`${vendor}.SubAccount`, "new").id]);
  });

  it.each(VENDORS)("is no obstacle at %s to a new stack whose program still names it", async (vendor) => {
    await stack.upAll([as(vendor, "new", "Acme", {}, { aliases: ["old"] })]);
    expect(activeAt(stack.emulator, vendor)).toHaveLength(1);
  });
});

describe("a resource that was renamed with an alias and is then taken out", () => {
  it.each(
    VENDORS.flatMap((vendor) =>
      ["up --refresh", "destroy --refresh", "up"].map((how) => [vendor, how] as const),
    ),
  )("is ended (%s, %s)", async (vendor, how) => {
    await stack.upAll([as(vendor, "a", "Acme"), declare(vendor, "Other")]);
    const rename = async () => {
      stack.resources.set(`${vendor}.SubAccount b`, stack.resource(`${vendor}.SubAccount`, "a"));
      stack.resources.delete(`${vendor}.SubAccount a`);
      await stack.upAll([as(vendor, "b", "Acme", {}, { aliases: ["a"] }), declare(vendor, "Other")]);
      await stack.upAll([as(vendor, "b", "Acme"), declare(vendor, "Other")]);
    };
    await rename();
    stack.pass(MINUTE);
    if (how === "destroy --refresh") await stack.upAllRefreshed([]);
    else if (how === "up") await stack.upAll([declare(vendor, "Other")]);
    else await stack.upAllRefreshed([declare(vendor, "Other")]);
    expect(activeAt(stack.emulator, vendor)).toEqual(idsIn(stack));
  });
});

describe("an identity that passes from one resource to another", () => {
  it.each(VENDORS)(
    "at %s waits for the next up where the other one gets a new one, without an alias",
    async (vendor) => {
      await stack.upAll([as(vendor, "a", "Beta")]);
      stack.pass(MINUTE);
      const program = [as(vendor, "b", "Beta"), as(vendor, "a", "Gamma")];
      const first = await outcomeOf(stack.upAll(program, { continueOnError: true, parallel: 2 }));
      expect(first).not.toContain("aliases");
      if (first !== "done") await stack.upAll(program);
      expect([customerOf(vendor, "a"), customerOf(vendor, "b")]).toEqual(["Gamma", "Beta"]);
      expect(accountsAt(stack.emulator, vendor)).toHaveLength(2);
    },
  );

  it.each(VENDORS)(
    "at %s is not taken from a removed one: the refusal says what to do, and it works",
    async (vendor) => {
      await stack.upAll([as(vendor, "a", "Acme"), as(vendor, "b", "Beta")]);
      stack.pass(MINUTE);
      const failure = await outcomeOf(stack.upAll([as(vendor, "b", "Acme")], { continueOnError: true }));
      expect(failure).toMatch(/removed(?: for good)?, run `pulumi up` without this change first, which ends/);
      await stack.upAll([as(vendor, "b", "Beta")]);
      await stack.upAll([as(vendor, "b", "Acme")]);
      expect(activeAt(stack.emulator, vendor)).toEqual(idsIn(stack));
      expect(customerOf(vendor, "b")).toBe("Acme");
    },
  );

  it.each(VENDORS)("at %s is swapped by way of a third value, as the refusal says", async (vendor) => {
    await stack.upAll([as(vendor, "a", "Acme"), as(vendor, "b", "Beta")]);
    const before = activeAt(stack.emulator, vendor);
    stack.pass(MINUTE);
    const swapped = [as(vendor, "a", "Beta"), as(vendor, "b", "Acme")];
    expect(await outcomeOf(stack.upAll(swapped, { parallel: 2 }))).toMatch(
      /that is "b" of this program.* give "b" a third value first, and run `pulumi up` between the steps/,
    );
    await stack.upAll([as(vendor, "a", "Acme"), as(vendor, "b", "Third")]);
    await stack.upAll([as(vendor, "a", "Beta"), as(vendor, "b", "Third")]);
    await stack.upAll(swapped);
    expect([customerOf(vendor, "a"), customerOf(vendor, "b")]).toEqual(["Beta", "Acme"]);
    expect(activeAt(stack.emulator, vendor)).toEqual(before);
  });

  it.each(VENDORS)(
    "at %s was given outside to the account of a resource that is taken out, which is ended",
    async (vendor) => {
      await stack.upAll([as(vendor, "a", "Acme"), as(vendor, "b", "Beta")]);
      const { id } = stack.resource(`${vendor}.SubAccount`, "a");
      const { name, externalId } = argsOf(vendor, "Beta");
      await stack.emulator[vendor].change(
        id,
        subjectOf(vendor).isMarked ? ({ name, externalId } as object) : { name },
      );
      stack.pass(MINUTE);
      await stack.upAllRefreshed([as(vendor, "b", "Beta")]);
      expect(activeAt(stack.emulator, vendor)).toEqual(idsIn(stack));
    },
  );

  it("at Bolna goes with the externalId, which both state and program have: nothing is erased", async () => {
    await stack.upAll([as("bolna", "a", "Acme", { externalId: "t-a" })]);
    const before = activeAt(stack.emulator, "bolna");
    const program = [as("bolna", "b", "Acme Inc", { externalId: "t-a" })];
    for (const _ of ["the up", "its repeat"]) {
      expect(await outcomeOf(stack.upAll(program))).toMatch(
        /the program declares its customer \(by the externalId\) as "b"/,
      );
      expect(activeAt(stack.emulator, "bolna")).toEqual(expect.arrayContaining(before));
    }
  });
});

describe("a forced replacement", () => {
  it.each(MARKING)(
    "at %s says that the account was kept, and not that no resource has it",
    async (vendor) => {
      await stack.upAll([declare(vendor, "Acme")]);
      const before = idsIn(stack);
      await stack.upAll([declare(vendor, "Acme", {}, { replace: true })]);
      expect(said()).toContain(`the sub-account ${before[0]} was kept: an account is never replaced`);
      expect(said()).not.toContain("No resource has it");
      expect(idsIn(stack)).toEqual(before);
    },
  );
});

describe("a suspended customer without an externalId", () => {
  const TYPE = "zavu.SubAccount";
  const suspended = { name: "Acme", status: "inactive" };
  const accounts = () => stack.emulator.zavu.accounts();

  it.each([true, false])(
    "is found again after its state was lost (status revokes keys: %s)",
    async (revokes) => {
      stack.emulator.zavu.switches.statusInactiveRevokesKeys = revokes;
      await stack.up(TYPE, { name: "Acme" });
      await stack.up(TYPE, suspended);
      stack.resources.clear();
      await stack.up(TYPE, { name: "Acme" });
      expect(accounts()).toMatchObject([{ status: "active" }]);
    },
  );

  it("that was suspended by hand and has keys that work is found again by a forced replacement", async () => {
    await stack.up(TYPE, { name: "Acme" });
    stack.emulator.zavu.change(accounts()[0]?.id ?? "", { status: "inactive" });
    await stack.up(TYPE, { name: "Acme" }, { replace: true });
    expect(accounts()).toMatchObject([{ status: "active" }]);
  });

  it.each([suspended, { name: "Acme" }])(
    "is not made twice by a rename without an alias, to %j",
    async (args) => {
      stack.emulator.zavu.switches.statusInactiveRevokesKeys = true;
      await stack.up(TYPE, suspended, { name: "a" });
      const program = [{ type: TYPE, name: "b", args: () => args }] as const;
      expect(await outcomeOf(stack.upAll(program))).toMatch(
        /Nothing was created. If this run has targets, run it without. If the resource was renamed, add {2}aliases/,
      );
      expect(accounts()).toHaveLength(1);
      expect([...stack.resources.keys()]).toEqual([`${TYPE} a`]);
    },
  );

  it("of another stack is not made a second time here", async () => {
    const other = stack.beside();
    await other.up(TYPE, { name: "Acme" });
    await other.up(TYPE, suspended);
    expect(await outcomeOf(stack.up(TYPE, { name: "Acme" }))).toMatch(/already has.*Nothing was created/);
    expect(accounts()).toHaveLength(1);
  });

  it.each(["by refresh and up", "by an up alone"])(
    "that was suspended by hand is marked as soon as the code says so, too (%s)",
    async (how) => {
      await stack.up(TYPE, { name: "Acme" });
      stack.emulator.zavu.deactivate(accounts()[0]?.id ?? "");
      if (how === "by refresh and up") {
        await stack.refresh(TYPE);
        await stack.refresh(TYPE);
      }
      await stack.up(TYPE, suspended);
      expect(accounts()[0]?.metadata).toMatchObject({ "pulumi-subaccounts": { suspended: true } });
      expect(await stack.refresh(TYPE)).toBe("same");
      expect(await stack.up(TYPE, suspended)).toBe("same");
    },
  );

  it("keeps the word in its marker where the status is ignored", async () => {
    await stack.up(TYPE, { name: "Acme" });
    await stack.up(TYPE, suspended);
    await stack.up(TYPE, { name: "Acme", creditLimit: 5, __ignore: ["status"] });
    expect(accounts()).toMatchObject([
      { status: "inactive", creditLimit: 5, metadata: { "pulumi-subaccounts": { suspended: true } } },
    ]);
  });

  it("whose delete fails is a suspended one still, and its keys end with the next delete", async () => {
    await stack.up(TYPE, { name: "Acme" });
    const { apiKey } = stack.resource(TYPE).outputs;
    await stack.up(TYPE, suspended);
    const fault = { kind: "status", when: "before", status: 500 } as const;
    stack.emulator.fault({ method: "DELETE", times: Number.POSITIVE_INFINITY, fault });
    await expect(stack.destroy(TYPE)).rejects.toThrow(/500/);
    expect(accounts()[0]?.metadata).toMatchObject({ "pulumi-subaccounts": { suspended: true } });
    stack.emulator.clearFaults();
    // A vendor that refuses to patch an inactive account hides no delete.
    stack.emulator.fault({ method: "PATCH", fault: { ...fault, status: 400 } });
    await stack.destroy(TYPE);
    expect(stack.emulator.zavu.keyWorks(String(apiKey))).toBe(false);
    expect(said()).toContain("its marker still says that it is suspended");
  });

  it("has its identity still: another resource's update to it is refused", async () => {
    await stack.up(TYPE, { name: "Acme", externalId: "t-a", deletionPolicy: "retain" }, { name: "a" });
    await stack.up(
      TYPE,
      { name: "Acme", externalId: "t-a", status: "inactive", deletionPolicy: "retain" },
      { name: "a" },
    );
    await stack.destroy(TYPE, "a");
    await stack.up(TYPE, { name: "Beta", externalId: "t-b" }, { name: "b" });
    expect(await outcomeOf(stack.up(TYPE, { name: "Beta", externalId: "t-a" }, { name: "b" }))).toMatch(
      /already has a suspended sub-account with this externalId/,
    );
  });

  it("that the listing does not show is not ended by a rename without an alias", async () => {
    stack.emulator.zavu.switches.inactiveInList = false;
    await stack.up(TYPE, { name: "Acme", externalId: "t-a" }, { name: "a" });
    await stack.up(TYPE, { name: "Acme", externalId: "t-a", status: "inactive" }, { name: "a" });
    const program = [{ type: TYPE, name: "b", args: () => ({ name: "Acme", externalId: "t-a" }) }] as const;
    expect(await outcomeOf(stack.upAll(program))).toMatch(
      /the program declares its customer .* take the new one out with `pulumi state delete 'urn:/,
    );
    expect([...stack.resources.keys()]).toContain(`${TYPE} a`);
  });

  it("is in nobody's way once its resource was taken out", async () => {
    await stack.up(TYPE, { name: "Acme" });
    await stack.up(TYPE, suspended);
    await stack.destroy(TYPE);
    await stack.up(TYPE, { name: "Acme" });
    expect(accounts().map(({ status }) => status)).toEqual(["inactive", "active"]);
  });
});

describe("a state that is older than the customer's account", () => {
  it("is told so by refresh and up, and goes on with that account as the message says", async () => {
    const args = argsOf("zavu", "Acme");
    await stack.up("zavu.SubAccount", args);
    const old = stack.resource("zavu.SubAccount");
    await stack.destroy("zavu.SubAccount");
    await stack.up("zavu.SubAccount", args);
    const { id } = stack.resource("zavu.SubAccount");
    stack.resources.set("zavu.SubAccount acme", old);
    stack.pass(MINUTE);
    await stack.refresh("zavu.SubAccount");
    expect(said()).toMatch(
      new RegExp(`there is ${id} .*restored from an older one. See at the vendor which of the two is in use`),
    );
    expect(await outcomeOf(stack.up("zavu.SubAccount", args))).toMatch(
      new RegExp(
        `carries this resource's marker, so the state is older.*To go on with ${id}, run \`pulumi state delete 'urn:`,
      ),
    );
    stack.resources.clear();
    await stack.up("zavu.SubAccount", args);
    expect(idsIn(stack)).toEqual([id]);
    expect(activeAt(stack.emulator, "zavu")).toEqual([id]);
  });

  it("is told so where the code adopts the other account, and goes on once that line and the state are out", async () => {
    const args = { name: "Acme" };
    await stack.up("zavu.SubAccount", args);
    const { id } = stack.resource("zavu.SubAccount");
    stack.resources.clear();
    const { id: adopt } = stack.emulator.zavu.seed(args);
    await stack.up("zavu.SubAccount", { ...args, adopt });
    stack.emulator.zavu.deactivate(adopt);
    await stack.refresh("zavu.SubAccount");
    const again = () => outcomeOf(stack.up("zavu.SubAccount", { ...args, adopt }));
    expect(await again()).toMatch(
      /take the adopt line out, run `pulumi state delete '[^']+'` and `pulumi up`/,
    );
    stack.resources.clear();
    expect(await again()).toMatch(
      /no state has it\. To go on with \S+, take the adopt line out, run `pulumi up`/,
    );
    await stack.up("zavu.SubAccount", args);
    expect(idsIn(stack)).toEqual([id]);
  });

  it("and an externalId that was set outside: an up refuses it until the code declares that one", async () => {
    const args = { name: "Acme" };
    const up = (more: Values = {}) => stack.up("bctrl.SubAccount", { ...args, ...more });
    await up();
    stack.emulator.bctrl.change(stack.resource("bctrl.SubAccount").id, { externalId: "outside" });
    stack.owner = "owner-after-a-loss";
    stack.emulator.clearRequests();
    for (let calls = 0; stack.writes().length === 0; calls++) await stack.crash(calls, up);
    expect(await outcomeOf(up())).toMatch(
      /if this one, declare its externalId and name as the vendor has them/,
    );
    await up({ externalId: "outside" });
    expect(accountsAt(stack.emulator, "bctrl")).toMatchObject([{ name: "Acme", externalId: "outside" }]);
  });
});

describe.each(["zavu", "bctrl"] as const)("at %s, an account that an interrupted run made", (vendor) => {
  const type = `${vendor}.SubAccount` as const;
  const account = (name: string, more: object = {}): Declaration => ({
    type,
    name,
    args: () => ({ name: "Beta", ...more }),
  });
  const [a, b] = [account("a"), account("b", { externalId: "own1" })];
  const ids = () => handleOf(stack.emulator, vendor).accounts();
  /** The run that made the account of `b` is killed before the state has it. */
  const killed = async () => {
    await stack.upAll([a, b]);
    const made = stack.resource(type, "b").id;
    stack.resources.delete(`${type} b`);
    stack.pass(MINUTE);
    return made;
  };

  it("is taken over although one of its name was of a resource that is taken out in the same up", async () => {
    const made = await killed();
    const { id } = stack.resource(type, "a");
    expect(await outcomeOf(stack.upAll([b]))).toBe("done");
    expect(stack.resource(type, "b").id).toBe(made);
    expect(said()).toMatch(new RegExp(`there is ${id} with the marker of \\S+::a, of another externalId or name`));
    expect(ids().filter(({ status }) => status === "active")).toMatchObject([{ id: made }]);
  });

  it("is taken over beside one with the marker of a former name, which is named and left alone", async () => {
    const made = await killed();
    const { id } = stack.resource(type, "a");
    stack.resources.clear();
    expect(await outcomeOf(stack.upAll([{ ...b, aliases: ["a"] }]))).toBe("done");
    expect(stack.resource(type, "b").id).toBe(made);
    expect(said()).toMatch(new RegExp(`there is ${id} .* if no state has it, end it at the vendor`));
    expect(ids()).toHaveLength(2);
    expect(ids().filter(({ status }) => status === "active")).toHaveLength(2);
  });

  it("is gone on with by the message, which names the resource as the state has it after a rename", async () => {
    const made = await killed();
    const renamed = { ...b, aliases: ["a"] };
    const saved = stack.resource(type, "a");
    stack.resources.clear();
    stack.resources.set(`${type} b`, saved);
    const refusal = await outcomeOf(stack.upAll([renamed]));
    expect(refusal).toMatch(
      new RegExp(`go on with ${made}, run \`pulumi state delete '\\S+::b'\` \\(or '\\S+::a', while`),
    );
    stack.resources.clear();
    expect(await outcomeOf(stack.upAll([renamed]))).toBe("done");
    expect(stack.resource(type, "b").id).toBe(made);
  });
});
