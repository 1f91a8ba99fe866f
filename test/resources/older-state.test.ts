import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Values } from "../../provider/core/contract/resource";
import { useKeysOf } from "../support/customers";
import { Stack, type TypeName } from "../support/stack";
import { configText, type Fixture, fixtures, hold } from "../support/state-fixtures.mts";
import { handleOf, isActive, keysOf, VENDORS } from "../vendors/index.mts";

/** Names that another version may have in a state, or have in another sense. */
const ofOtherVersions: Values = Object.fromEntries(
  ["retired", "slug", "keepers", "rotateAfterDays", "overlapHours", "previousKeyId", "previousRevokeAt"].map(
    (name) => [name, undefined],
  ),
);

/** One resource of a fixture, as the handlers see it. */
interface Recorded {
  readonly type: TypeName;
  readonly name: string;
  readonly id: string;
  readonly inputs: Values;
  readonly outputs: Values;
}

/** Outputs without the organization, which versions before 0.3.0 did not record, and without the protocol's line. */
function withoutPlace({ __provider, __place, __nonce: nonce, ...outputs }: Values): Values {
  const parts = typeof nonce === "string" ? nonce.split(".") : [];
  // 0.1.0 recorded the marker id alone.
  return { ...outputs, markerId: parts[0] };
}

describe.each(fixtures())("the state that version $version wrote, in process", (fixture) => {
  const recorded = resourcesOf(fixture);
  let stack: Stack;
  beforeEach(async () => {
    stack = await Stack.open();
    restore();
  });
  afterEach(() => stack.close());

  /** Vendors and state as the fixture has them. */
  function restore(): void {
    for (const vendor of VENDORS.map((name) => stack.emulator[name])) {
      for (const { id } of vendor.dump()) vendor.remove(id);
    }
    hold(stack.emulator, fixture.vendors);
    stack.emulator.clearRequests();
    stack.printed.length = 0;
    stack.config = Object.fromEntries(
      Object.entries(fixture.config).map(([key, value]) => [key, configText(value)]),
    );
    for (const { type, name, id, inputs, outputs } of recorded) {
      stack.resources.set(`${type} ${name}`, { id, inputs, outputs });
    }
  }

  it("is the same to a preview and to a refresh, and an up changes nothing", async () => {
    for (const { type, name, inputs } of recorded) {
      const what = `${type} ${name}`;
      expect(await stack.preview(type, inputs, { name }), what).toBe("same");
    }
    expect(stack.emulator.requests).toEqual([]);
    for (const { type, name, inputs, outputs } of recorded) {
      const what = `${type} ${name}`;
      await stack.refresh(type, name);
      const now = stack.resource(type, name).outputs;
      const keyPrefix = outputs["keyPrefix"] ?? now["keyPrefix"];
      expect(withoutPlace(now), what).toEqual({ ...withoutPlace(outputs), keyPrefix });
      // From now on the state knows the organization that it was seen in, and the prefix of a key.
      expect(await stack.refresh(type, name), what).toBe("same");
      expect(await stack.up(type, inputs, { name }), what).toBe("same");
    }
    expect(stack.writes()).toEqual([]);
  });

  it.each(["an empty organization", "one with accounts of its own"])(
    "is left as it is by the key of %s: nothing is forgotten, made, changed or ended",
    async (which) => {
      const others = stack.emulator.other;
      if (which !== "an empty organization") {
        for (const vendor of VENDORS) others[vendor].seed({ name: "Theirs" });
      }
      stack.config = {};
      useKeysOf(stack, others);
      for (const { type, name, inputs, outputs } of recorded.filter(isAccount)) {
        const what = `${type} ${name}`;
        if (inputs["connection"] !== undefined || outputs["deletionPolicy"] === "retain") continue;
        const declared = { ...inputs, name: `${inputs["name"]} renamed` };
        await expect(stack.refresh(type, name), what).rejects.toThrow();
        await expect(stack.up(type, declared, { name }), what).rejects.toThrow();
        await expect(stack.destroy(type, name), what).rejects.toThrow();
        expect(withoutPlace(stack.resource(type, name).outputs), what).toEqual(withoutPlace(outputs));
      }
      expect(stack.writes()).toEqual([]);
    },
  );

  describe("with any inputs and outputs missing, null, or of another type", () => {
    /** Runs an operation on a resource whose state is damaged, with all else as recorded. */
    async function attempt(resource: Recorded, operation: Operation): Promise<void> {
      restore();
      const { type, name, id, inputs, outputs } = resource;
      stack.resources.set(`${type} ${name}`, { id, inputs, outputs });
      await operations[operation](resource).catch(expectNoDefect);
      const calls = stack.emulator.requests.map(({ path, query }) => `${path} ${JSON.stringify(query)}`);
      expect(calls.filter((call) => /undefined|null|object%20Object/.test(call))).toEqual([]);
    }
    const operations = {
      refresh: async ({ type, name }: Recorded) => {
        expect(await stack.refresh(type, name)).not.toBe("gone");
        expect(stack.writes()).toEqual([]);
      },
      preview: async (resource: Recorded) => {
        const { type, name } = resource;
        const step = await stack.preview(type, undamaged(resource).inputs, { name });
        if (isAccount(resource)) expect(step).not.toBe("replace");
        expect(stack.emulator.requests).toEqual([]);
      },
      up: async (resource: Recorded) => {
        const { type, name, id } = resource;
        const before = accounts().map((account) => account.id);
        const declared = undamaged(resource).inputs;
        await stack.up(type, declared, { name }).catch(expectNoDefect);
        const another = isAccount(resource) ? { ...declared, name: "Another" } : declared;
        await stack.up(type, another, { name }).catch(expectNoDefect);
        expect(accounts().map((account) => account.id)).toEqual(before);
        if (isAccount(resource)) expect(stack.resource(type, name).id).toBe(id);
      },
      destroy: async (resource: Recorded) => {
        const { type, name, id, outputs } = resource;
        await stack.destroy(type, name);
        // A rotated key has another id than its resource, and without `keyId` nothing names it any more.
        const object = undamaged(resource).outputs["keyId"] ?? id;
        const isNamed = object === id || object === outputs["keyId"];
        // Bolna's key is its account's, and outlives the resource.
        if (type === "bolna.ApiKey" || !isNamed || !isLive(object)) return;
        expect(stack.printed.join("\n")).toContain(object);
      },
    };
    type Operation = keyof typeof operations;
    const undamaged = (resource: Recorded) =>
      recorded.find(({ type, name }) => type === resource.type && name === resource.name) ?? resource;
    const accounts = () =>
      VENDORS.flatMap((vendor) =>
        handleOf(stack.emulator, vendor)
          .accounts()
          .map((account) => ({ ...account, keys: keysOf(vendor, account) })),
      );
    /** Whether a vendor has a working account or key with this id. */
    const isLive = (id: unknown) =>
      accounts()
        .filter(isActive)
        .some((account) =>
          [account, ...account.keys.filter(({ live }) => live)].some((each) => each.id === id),
        );

    it.each<[Operation, string]>([
      ["refresh", "and takes nothing for gone that is there"],
      ["preview", "sends nothing and replaces no account"],
      ["up", "and makes no second account"],
      ["destroy", "and says so where it leaves something alive"],
    ])(
      "%s: no crash, nothing undefined in a call, %s",
      async (operation) => {
        const damaged = fc.constantFrom(...recorded).chain(withDamage);
        const property = fc.asyncProperty(damaged, (resource) => attempt(resource, operation));
        await fc.assert(property, { numRuns: 100 });
      },
      60_000,
    );

    it("a key is ended although its state has lost which one is today's, and has one before it", async () => {
      for (const resource of recorded.filter(
        ({ type }) => type.endsWith(".ApiKey") && type !== "bolna.ApiKey",
      )) {
        const { keyId: _, ...outputs } = resource.outputs;
        await attempt({ ...resource, outputs: { ...outputs, previousKeyId: "old" } }, "destroy");
        expect(isLive(resource.outputs["keyId"]), `${resource.type} ${resource.name}`).toBe(
          resource.outputs["keyId"] !== resource.id,
        );
      }
    });

    it("an account is not deleted by a policy that this version does not know", async () => {
      for (const resource of recorded.filter(isAccount)) {
        // Bolna's delete erases, and so it has no default.
        const missing = resource.type === "bolna.SubAccount" ? [undefined] : [];
        for (const deletionPolicy of [7, "of-another-version", ...missing]) {
          await attempt({ ...resource, outputs: { ...resource.outputs, deletionPolicy } }, "destroy");
          expect(stack.writes(), `${resource.type} ${deletionPolicy}`).toEqual([]);
        }
      }
    });
  });
});

function isAccount({ type }: Recorded): boolean {
  return type.endsWith(".SubAccount");
}

/** A failure may be said in words, but must not be a defect: of that the stack is shown. */
function expectNoDefect(error: unknown): void {
  if (!(error instanceof Error) || error.name === "AssertionError") throw error;
  expect(error.stack).not.toContain("/provider/");
}

/** The resource with a damaged state. What is of the right type is right, and the id is Pulumi's own. */
function withDamage(resource: Recorded): fc.Arbitrary<Recorded> {
  const state = { inputs: damage(resource.inputs), outputs: damage(resource.outputs) };
  return fc.record(state).map((damaged) => ({ ...resource, ...damaged }));
}

function damage(values: Values): fc.Arbitrary<Values> {
  const fields = Object.entries({ ...ofOtherVersions, ...values }).map(([name, value]) => {
    const right = { weight: 6, arbitrary: fc.constant(value) };
    if (name === "__provider") return [name, right.arbitrary] as const;
    const wrong = [undefined, null, 7, true, "old", [], ["old"], {}, { old: 1 }].filter(
      (other) => kindOf(other) !== kindOf(value),
    );
    const inner = kindOf(value) === "object" ? [{ weight: 1, arbitrary: damage(value as Values) }] : [];
    return [name, fc.oneof(right, { weight: 1, arbitrary: fc.constantFrom(...wrong) }, ...inner)] as const;
  });
  return fc
    .record(Object.fromEntries(fields))
    .map((record) => Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)));
}

function kindOf(value: unknown): string {
  return value === null ? "null" : Array.isArray(value) ? "list" : typeof value;
}

function resourcesOf({ deployment }: Fixture): Recorded[] {
  return deployment.deployment.resources.flatMap(({ urn, type, id = "", inputs = {}, outputs = {} }) => {
    const [, vendor, kind] = /^pulumi-nodejs:dynamic\/subaccounts\/(\w+):(\w+)$/.exec(type) ?? [];
    if (vendor === undefined || vendor === "index") return [];
    return [
      {
        type: `${vendor}.${kind}` as TypeName,
        name: urn.slice(urn.lastIndexOf("::") + 2),
        id,
        inputs: revealed(inputs),
        outputs: revealed(outputs),
      },
    ];
  });
}

/** Secrets as the handlers get them: plain. */
function revealed(values: Values): Values {
  return JSON.parse(JSON.stringify(values), (_key, value) =>
    typeof value === "object" && value !== null && "plaintext" in value ? JSON.parse(value.plaintext) : value,
  );
}
