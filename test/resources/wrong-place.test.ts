import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { VendorName } from "../../emulator";
import type { Fault, ForeignReply } from "../../emulator/core/faults";
import { vendors } from "../../provider/vendors";
import {
  activeAt,
  argsOf,
  declare,
  idsIn,
  MARKING,
  outcomeOf,
  useKeysOf,
  VENDORS,
} from "../support/customers";
import { type Declaration, type Resource, Stack } from "../support/stack";
import { handleOf, subjectOf } from "../vendors/index.mts";

const NAMES = ["Acme", "Beta", "Corp"] as const;
const EVER = Number.POSITIVE_INFINITY;

let stack: Stack;
afterEach(() => stack.close());

const program = (vendor: VendorName, names: readonly string[] = NAMES) =>
  names.map((name) => declare(vendor, name));

/** Everything that an operator may do with a stack whose accounts the connection does not show. */
const OPERATIONS: Record<string, (vendor: VendorName) => Promise<unknown>> = {
  "a refresh": () => stack.refreshAll(),
  "an up --refresh": async (vendor) => {
    await stack.refreshAll();
    await stack.upAll(program(vendor));
  },
  "an up with one more": (vendor) => stack.upAll(program(vendor, [...NAMES, "Delta"])),
  "an up with a change": (vendor) => stack.upAll(NAMES.map((name) => declare(vendor, name, change(vendor)))),
  "an up with a new name": (vendor) =>
    stack.upAll(NAMES.map((name) => declare(vendor, name, { name: `${name} Limited` }))),
  "an up without one": (vendor) => stack.upAll(program(vendor, NAMES.slice(1))),
  "a destroy": () => stack.upAll([]),
};
const change = (vendor: VendorName) => subjectOf(vendor).limit(7);
const EACH = VENDORS.flatMap((vendor) =>
  Object.keys(OPERATIONS).map((operation) => [operation, vendor] as const),
);

/** Three accounts in the state that are older than reads lag, and the state with them. */
async function threeAccounts(vendor: VendorName): Promise<[string, Resource][]> {
  await stack.upAll(program(vendor));
  stack.pass(60_000);
  stack.emulator.clearRequests();
  return [...stack.resources];
}

describe.each(["an empty organization", "an organization with accounts", "one with the same customers"])(
  "the parent key of %s",
  (which) => {
    beforeEach(async () => {
      stack = await Stack.open();
      const { other } = stack.emulator;
      if (which === "an empty organization") return;
      const names = which === "one with the same customers" ? NAMES : ["Theirs"];
      for (const name of names) {
        const { externalId } = argsOf("zavu", name);
        for (const each of VENDORS)
          handleOf(other, each).seed(subjectOf(each).isMarked ? { name, externalId } : { name });
      }
    });

    it.each(EACH)(
      "fails %s at %s: it says where the accounts are, and does nothing",
      async (operation, vendor) => {
        const before = await threeAccounts(vendor);
        useKeysOf(stack, stack.emulator.other);
        const others = activeAt(stack.emulator.other, vendor);
        const isSilent = subjectOf(vendor).paths.whoami === undefined && which === "an empty organization";
        expect(await outcomeOf(OPERATIONS[operation]?.(vendor) ?? Promise.resolve())).toMatch(
          isSilent
            ? /cannot be told/
            : /this parent key is of the organization \S+, and the sub-account \S+ of this stack is of \S+/,
        );
        expect([...stack.resources]).toEqual(before);
        expect(stack.writes()).toEqual([]);
        expect(activeAt(stack.emulator.other, vendor)).toEqual(others);
      },
    );
  },
);

describe.each<ForeignReply>(["html", "no route", "not found", "code"])("a gateway's 404 (%s)", (as) => {
  beforeEach(async () => {
    stack = await Stack.open();
  });

  it.each(EACH)("to every call fails %s at %s and proves nothing", async (operation, vendor) => {
    await expectRefusalUnder({ times: EVER }, vendor, operation);
  });

  it.each(VENDORS)("to one GET while an account of %s is removed leaves it in the state", async (vendor) => {
    await expectRefusalUnder({ times: 1 }, vendor, "an up without one");
    await stack.upAll(program(vendor, NAMES.slice(1)));
    expect(activeAt(stack.emulator, vendor)).toHaveLength(2);
  });

  async function expectRefusalUnder(
    { times }: { times: number },
    vendor: VendorName,
    operation: string,
  ): Promise<void> {
    const before = await threeAccounts(vendor);
    const active = activeAt(stack.emulator, vendor);
    stack.emulator.fault({ vendor, method: "GET", times, fault: { kind: "foreign", as } });
    if (times > 1) stack.emulator.fault({ vendor, times, fault: { kind: "foreign", as } });
    expect(await outcomeOf(OPERATIONS[operation]?.(vendor) ?? Promise.resolve())).toMatch(
      /answered 404.*base URL/,
    );
    expect([...stack.resources]).toEqual(before);
    expect(activeAt(stack.emulator, vendor)).toEqual(active);
    stack.emulator.clearFaults();
  }
});

describe("a base URL", () => {
  it.each(EACH)("with a path too much fails %s at %s", async (operation, vendor) => {
    stack = await Stack.open();
    const variable = vendors[vendor].vendor.env.baseUrl;
    const before = await threeAccounts(vendor);
    stack.env[variable] += "/api";
    const failure = await outcomeOf(OPERATIONS[operation]?.(vendor) ?? Promise.resolve());
    expect(failure).toContain(`check the id, and the base URL, ${stack.env[variable]} from`);
    expect([...stack.resources]).toEqual(before);
    expect(activeAt(stack.emulator, vendor)).toEqual(idsIn(stack));
  });
});

describe("a new account that comes before the state's own", () => {
  it.each(VENDORS)("is named by the run that made it in another organization of %s", async (vendor) => {
    stack = await Stack.open();
    await threeAccounts(vendor);
    useKeysOf(stack, stack.emulator.other);
    const failure = await outcomeOf(stack.upAll(program(vendor, ["Delta", ...NAMES])));
    const made = activeAt(stack.emulator.other, vendor);
    expect(made).toHaveLength(1);
    expect(failure).toMatch(
      new RegExp(`this run created ${made[0]} in .*the key was changed.*end it at the vendor`),
    );
    expect(activeAt(stack.emulator, vendor)).toHaveLength(3);
  });
});

describe("a first up, whose state knows no organization", () => {
  /** The switches that tell a vendor's organization from its other one. */
  const ownIds = (vendor: VendorName): string[] => {
    const { [vendor]: own, other } = stack.emulator;
    const others = Object.values(other[vendor].switches);
    return Object.values(own.switches).filter((id) => typeof id === "string" && !others.includes(id));
  };
  const allow = (...ids: string[]) => {
    stack.config["subaccounts:allowedOrganizations"] = JSON.stringify(
      Object.fromEntries(VENDORS.map((vendor) => [vendor, ids])),
    );
  };
  beforeEach(async () => {
    stack = await Stack.open();
    stack.emulator.bolna.seed({ name: "Theirs" });
    allow(...VENDORS.flatMap(ownIds));
  });

  it.each(VENDORS)(
    "is refused at %s where the configuration allows other organizations alone",
    async (vendor) => {
      stack.emulator.other.bolna.seed({ name: "Theirs" });
      useKeysOf(stack, stack.emulator.other);
      expect(await outcomeOf(stack.upAll(program(vendor)))).toMatch(
        /the key is of the organization \S+, and subaccounts:allowedOrganizations allows .*Nothing was sent/,
      );
      expect(stack.writes()).toEqual([]);
      const adopted = declare(vendor, "Theirs", {
        adopt: stack.emulator.other[vendor].seed({ name: "Theirs" }).id,
      });
      expect(await outcomeOf(stack.upAll([adopted]))).toMatch(/allowedOrganizations/);
      expect(stack.writes()).toEqual([]);
    },
  );

  it.each(VENDORS)("is done at %s where it allows this one", async (vendor) => {
    await stack.upAll(program(vendor));
    expect(idsIn(stack)).toHaveLength(3);
  });
});

describe("the whole stack with nine accounts, their keys and the parent keys of another organization", () => {
  const everything = () =>
    VENDORS.flatMap((vendor) => [
      ...program(vendor),
      ...(subjectOf(vendor).keys ? NAMES.map((name) => keyOf(vendor, name)) : []),
    ]);

  it.each([
    ["a refresh", () => stack.refreshAll()],
    ["an up that goes on after errors", () => stack.upAll(everything().slice(1), { continueOnError: true })],
    ["a destroy that goes on after errors", () => stack.upAll([], { continueOnError: true })],
  ] as const)("lose nothing by %s", async (_what, operation) => {
    stack = await Stack.open();
    await stack.upAll(everything());
    stack.pass(60_000);
    const before = [...stack.resources];
    const accounts = VENDORS.map((vendor) => stack.emulator[vendor].dump());
    stack.emulator.clearRequests();
    useKeysOf(stack, stack.emulator.other);
    expect(await outcomeOf(operation())).not.toBe("done");
    expect([...stack.resources]).toEqual(before);
    expect(stack.writes()).toEqual([]);
    expect(VENDORS.map((vendor) => stack.emulator[vendor].dump())).toEqual(accounts);
  });
});

describe("a key listing in a refresh", () => {
  const faults = [
    ["a gateway's page", () => ({ kind: "foreign", as: "html" })],
    ["a gateway's JSON", () => ({ kind: "foreign", as: "no route" })],
    [
      "the vendor's 404",
      (vendor) => ({ kind: "status", when: "before", status: 404, body: subjectOf(vendor).notFound }),
    ],
    [
      "nothing",
      (vendor) => ({ kind: "status", when: "before", status: 200, body: subjectOf(vendor).emptyPage }),
    ],
    ["its first rows alone", () => ({ kind: "cut", keep: 0 })],
  ] as const satisfies readonly (readonly [string, (vendor: VendorName) => Fault])[];

  it.each(faults.flatMap(([what, fault]) => MARKING.map((vendor) => [what, vendor, fault] as const)))(
    "that shows once %s (%s) takes no key out of the state, and no up makes another one",
    async (_what, vendor, fault) => {
      stack = await Stack.open();
      const declared = [declare(vendor, "Acme"), keyOf(vendor, "Acme")];
      await stack.upAll(declared);
      stack.pass(60_000);
      const key = stack.resource(`${vendor}.ApiKey`, "acme");
      stack.emulator.fault({
        vendor,
        method: "GET",
        path: subjectOf(vendor).keys?.list ?? "",
        fault: fault(vendor),
      });
      await outcomeOf(stack.refreshAll());
      stack.emulator.clearFaults();
      stack.emulator.clearRequests();
      await stack.upAll(declared);
      // A refresh adds the prefix, which the reply to the create need not show.
      const { keyPrefix: _, ...outputs } = stack.resource(`${vendor}.ApiKey`, "acme").outputs;
      expect({ keyPrefix: undefined, ...outputs }).toEqual({ ...key.outputs, keyPrefix: undefined });
      expect(stack.emulator[vendor].keyWorks(String(key.outputs["apiKey"]))).toBe(true);
      expect(stack.writes()).toEqual([]);
    },
  );
});

/** The declaration of an account's key. */
function keyOf(vendor: VendorName, name: string): Declaration {
  const of = name.toLowerCase();
  const args = () => ({ subAccountId: stack.resource(`${vendor}.SubAccount`, of).id, name: "backend" });
  return { type: `${vendor}.ApiKey`, name: of, args };
}

describe("another organization that comes in after the first answer", () => {
  const first = (vendor: VendorName) => subjectOf(vendor).paths.whoami ?? subjectOf(vendor).paths.list;
  const operations = ["a refresh", "an up without one", "a destroy"];

  // Bolna's first answer is the list itself, which is all that a refresh reads.
  const each = VENDORS.flatMap((vendor) =>
    operations.slice(subjectOf(vendor).paths.whoami ? 0 : 1).map((operation) => [operation, vendor] as const),
  );
  it.each(each)("fails %s at %s, and the state keeps everything", async (operation, vendor) => {
    stack = await Stack.open();
    stack.emulator.other.bolna.seed({ name: "Theirs" });
    const before = await threeAccounts(vendor);
    const { url, apiKey } = stack.emulator[vendor];
    const headers = { authorization: `Bearer ${apiKey}` };
    const body = await (await fetch(url + first(vendor), { headers })).json();
    stack.emulator.clearRequests();
    stack.emulator.fault({
      vendor,
      path: first(vendor),
      fault: { kind: "status", when: "before", status: 200, body },
    });
    useKeysOf(stack, stack.emulator.other);
    expect(await outcomeOf(OPERATIONS[operation]?.(vendor) ?? Promise.resolve())).not.toBe("done");
    expect([...stack.resources]).toEqual(before);
    expect(activeAt(stack.emulator, vendor)).toHaveLength(NAMES.length);
  });
});
