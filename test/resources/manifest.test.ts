import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import type { FieldFacts } from "../../provider/core/contract/manifest";
import type { Values } from "../../provider/core/contract/resource";
import { vendors } from "../../provider/vendors";
import { Stack, type TypeName } from "../support/stack";
import { handleOf, inWords, subjectOf, VENDORS, type VendorName } from "../vendors/index.mts";

const dotted = (name: string, value: unknown): Values =>
  name.split(".").reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as Values;
/** Two values of each field, and what else must be declared with it: a number that limits something has any two. */
function valuesOf(vendor: VendorName, name: string, { unit }: FieldFacts) {
  const usual: Record<string, readonly [unknown, unknown]> = {
    name: ["First", "Second"],
    externalId: ["tenant-1", "tenant-2"],
  };
  const given = subjectOf(vendor).values?.[name];
  return given ?? { values: usual[name] ?? (unit === undefined ? undefined : ([4321, 8765] as const)) };
}

/** A value in the vendor's words, for a change outside; undefined for what the vendor does not have. */
function wire(vendor: VendorName, name: string, value: unknown): Values | undefined {
  const words = inWords(vendor, dotted(name, value));
  return Object.keys(words).length === 0 ? undefined : words;
}

/** Whether a text of the vendor's holds the value, which no other field has. */
const holds = (whole: unknown, value: unknown) =>
  JSON.stringify(whole).includes(
    JSON.stringify(typeof value === "object" && value !== null ? Object.values(value)[0] : value),
  );

let stack: Stack;
beforeEach(async () => {
  stack = await Stack.open();
  Object.assign(stack.emulator.bolna.switches, { concurrencyPool: 100_000, generation: "both" });
});
afterEach(() => stack.close());

describe.each(VENDORS)("the manifest of accounts at %s", (vendor) => {
  const { endedStatus } = subjectOf(vendor);
  const base: Values = { name: "Acme", ...subjectOf(vendor).required };
  const type: TypeName = `${vendor}.SubAccount`;
  const kind = vendors[vendor].SubAccount;
  const facts: Readonly<Record<string, FieldFacts>> = kind.fields;
  const account = (): Values | undefined => stack.emulator[vendor].accounts()[0] as unknown as Values;

  it("is about every argument that says what the account is to be", () => {
    const rest = ["metadata", "unlimited", "deletionPolicy", "adopt", "connection"];
    const named = new Set(Object.keys(facts).map((name) => name.replace(/\..*/, "")));
    expect([...named].sort()).toEqual(
      Object.keys(kind.args.shape)
        .filter((name) => !rest.includes(name))
        .sort(),
    );
    const without = Object.entries(facts).filter(([name, field]) => !valuesOf(vendor, name, field).values);
    expect(without.map(([name]) => name)).toEqual([]);
  });

  describe.each(Object.entries(facts))("is true of %s:", (name, field) => {
    const { values = [undefined, undefined], with: more = {} } = {
      with: {},
      ...valuesOf(vendor, name, field),
    };
    const [one, other] = values;
    const args = (value: unknown): Values => ({ ...base, ...more, ...dotted(name, value) });
    const isRequired = field.absent.startsWith("refused");
    const fallback = (kind.defaults as Values)[name];
    const isAtVendor = field.updatable || field.atCreation;
    const seen = (value: unknown) => {
      expect(account()).toMatchObject(wire(vendor, name, value) ?? { impossible: true });
    };
    const refused = (value: unknown, why: RegExp) =>
      expect(stack.preview(type, args(value))).rejects.toThrow(why);
    beforeEach(() => {
      if (field.versions) stack.env["BCTRL_API_VERSION"] = field.versions[0] ?? "";
    });

    it(`the create call ${field.atCreation ? "sets" : "does not set"} it`, async () => {
      await stack.up(type, args(one));
      expect(holds(stack.writes()[0]?.body, one)).toBe(field.atCreation);
      expect(holds(account(), one)).toBe(isAtVendor);
    });

    it(`the vendor ${field.updatable ? "can" : "cannot"} change it`, async () => {
      await stack.up(type, args(one));
      const { id } = stack.resource(type);
      stack.emulator.clearRequests();
      if (!field.updatable && field.atCreation) return refused(other, /cannot be changed/);
      expect(await stack.up(type, args(other))).toBe("update");
      expect(stack.resource(type).id).toBe(id);
      if (field.updatable) seen(other);
      else expect(stack.writes()).toEqual([]);
    });

    it(`taking it out ${field.clearable ? "clears it" : `does not clear it (${field.absent})`}`, async () => {
      await stack.up(type, args(one));
      stack.emulator.clearRequests();
      const isRefused =
        isRequired || (isAtVendor && (fallback === undefined ? field.updatable : !field.updatable));
      if (!field.clearable && (isRefused || field.atCreation)) {
        return refused(undefined, isRequired ? /is required/ : /cannot be (taken out|changed)/);
      }
      expect(await stack.up(type, args(undefined))).toBe("update");
      if (field.clearable) seen(null);
      else if (field.updatable) seen(fallback);
      else expect(stack.writes()).toEqual([]);
      expect(await stack.up(type, args(undefined))).toBe("same");
    });

    it(`a change outside ${field.readable ? "shows" : "does not show"} as drift`, async () => {
      await stack.up(type, args(one));
      const change = wire(vendor, name, other);
      if (!isAtVendor) expect(change).toBeUndefined();
      if (change) stack.emulator[vendor].change(stack.resource(type).id, change as object);
      expect(await stack.refresh(type)).toBe(field.readable ? "changed" : "same");
      if (!field.readable) return;
      if (!field.updatable) return refused(one, /cannot be changed/);
      expect(await stack.up(type, args(one))).toBe("update");
      seen(one);
    });

    it(`null is ${field.null === undefined ? "refused" : `allowed (${field.null})`}`, async () => {
      if (field.null === undefined) return refused(null, /must be/);
      await stack.up(type, args(one));
      await stack.up(type, args(null));
      seen(null);
      if (!field.readable) return;
      stack.emulator[vendor].change(stack.resource(type).id, wire(vendor, name, other) as object);
      expect(await stack.refresh(type)).toBe("changed");
    });

    if (typeof one === "number") {
      it(`0 is ${field.zero}`, async () => {
        if (field.zero?.startsWith("refused")) return refused(0, /must be .*got zero/);
        expect(field.zero).toMatch(/^passed on/);
        await stack.up(type, args(0));
        seen(0);
      });
    }

    if (field.versions)
      it("other versions of the API do not have it", async () => {
        const versions = (vendors[vendor].vendor as { apiVersions?: readonly string[] }).apiVersions ?? [];
        for (const version of versions.filter((each) => !field.versions?.includes(each))) {
          stack.env["BCTRL_API_VERSION"] = version;
          await refused(one, /is not of the API version/);
        }
      });
  });

  it("says of each deletionPolicy what it does, the default first", async () => {
    const policy = kind.args.shape["deletionPolicy"];
    const choices = policy instanceof z.ZodOptional ? policy.unwrap() : policy;
    const deletion: Readonly<Record<string, string>> = kind.manifest.deletion;
    expect(Object.keys(deletion)).toEqual((choices as unknown as { options: unknown }).options);
    expect((kind.defaults as Values)["deletionPolicy"]).toBe(
      policy instanceof z.ZodOptional ? Object.keys(deletion)[0] : undefined,
    );
    for (const deletionPolicy of Object.keys(deletion)) {
      await stack.up(type, { ...base, deletionPolicy }, { name: deletionPolicy });
      const { id } = stack.resource(type, deletionPolicy);
      const accounts = () => handleOf(stack.emulator, vendor).accounts();
      await stack.destroy(type, deletionPolicy);
      const left = accounts().find((each) => each.id === id);
      const isDeleted = left === undefined || Object(left).status === endedStatus;
      expect(isDeleted && (endedStatus === undefined) === (left === undefined)).toBe(
        deletionPolicy !== "retain",
      );
      if (left) stack.emulator[vendor].remove(id);
    }
  });

  it(`${kind.isMarked ? "has" : "has no"} place for a marker`, async () => {
    await stack.up(type, base);
    expect(holds(account(), "owner-of-this-stack")).toBe(kind.isMarked);
    expect("metadata" in kind.args.shape).toBe(kind.isMarked);
  });

  if (kind.isMarked) {
    it("and in metadata drift is seen and a key taken out is removed, but null is no metadata", async () => {
      await stack.up(type, { ...base, metadata: { tier: "gold", seats: "3" } });
      const metadata = account()?.["metadata"] as object;
      expect(holds(stack.writes()[0]?.body, "gold")).toBe(true);
      stack.emulator[vendor].change(stack.resource(type).id, {
        metadata: { ...metadata, tier: "lead", theirs: "1" },
      });
      expect(await stack.refresh(type)).toBe("changed");
      expect(await stack.up(type, { ...base, metadata: { tier: "gold" } })).toBe("update");
      const { "pulumi-subaccounts": _, ...rest } = (account()?.["metadata"] ?? {}) as Values;
      expect(rest).toEqual({ tier: "gold", theirs: "1" });
      await expect(stack.preview(type, { ...base, metadata: null })).rejects.toThrow(/must be/);
    });
  }
});

describe.each(VENDORS)("the manifest of keys at %s", (vendor) => {
  const type: TypeName = `${vendor}.ApiKey`;
  const { replaces } = vendors[vendor].ApiKey;
  const { keys, required } = subjectOf(vendor);
  const works = (key: unknown) => stack.emulator[vendor].keyWorks(String(key));

  beforeEach(async () => {
    for (const name of ["one", "two"]) {
      await stack.up(`${vendor}.SubAccount`, { ...required, name }, { name });
    }
  });
  const args = (account: string) => ({
    subAccountId: stack.resource(`${vendor}.SubAccount`, account).id,
    ...(keys ? { name: "backend" } : {}),
  });

  it("is true of a change and of deleting it", async () => {
    await stack.up(type, args("one"));
    const { apiKey } = stack.resource(type).outputs;
    expect(await stack.up(type, args("two"))).toBe(replaces.includes("subAccountId") ? "replace" : "update");
    expect(works(apiKey)).toBe(keys === undefined);
    const second = stack.resource(type).outputs["apiKey"];
    expect(works(second)).toBe(true);
    await stack.destroy(type);
    expect(works(second)).toBe(keys === undefined);
  });

  it("is true of a key that was revoked or exchanged outside", async () => {
    await stack.up(type, args("one"));
    stack.pass(60_000);
    const { subAccountId } = args("one");
    const { keyId } = stack.resource(type).outputs;
    if (vendor === "bolna") {
      const other = `sa-${"0".repeat(32)}`;
      stack.emulator.bolna.change(subAccountId, { api_key: other } as object);
      expect(await stack.refresh(type)).toBe("changed");
      expect(stack.resource(type).outputs["apiKey"]).toBe(other);
      stack.emulator.bolna.remove(subAccountId);
    }
    keys?.revokeOutside(stack.emulator[vendor], subAccountId, String(keyId));
    expect(await stack.refresh(type)).toBe("gone");
  });
});
