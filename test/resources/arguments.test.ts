import { afterEach, describe, expect, it } from "vitest";
import type { Values } from "../../provider/core/contract/resource";
import { Stack, type TypeName, UNKNOWN } from "../support/stack";

let stack: Stack;
afterEach(() => stack.close());
const open = async () => {
  stack = await Stack.open();
};
const DAY_MS = 86_400_000;
const at = (days: number) => new Date(stack.now + days * DAY_MS).toISOString();

/** `up`, then a preview, a refresh and a preview, of which none may find a change. */
async function isStored(type: TypeName, args: Values): Promise<void> {
  expect(await stack.up(type, args)).toBe("create");
  expect(await stack.preview(type, args)).toBe("same");
  // The first refresh may add what the reply to the create does not show.
  await stack.refresh(type);
  expect(await stack.refresh(type)).toBe("same");
  expect(await stack.preview(type, args)).toBe("same");
}

describe("values of arguments are stored and equal", () => {
  it.each(["acme_corp", "tenant_42", "3c90c3cc-0d44-4b50-8888-8dd25736052a"])(
    "a name that bctrl takes for an id is refused in the preview: %s",
    async (name) => {
      await open();
      const refusal = /looks like an id, which bctrl refuses/;
      await expect(stack.preview("bctrl.SubAccount", { name })).rejects.toThrow(refusal);
      await expect(stack.preview("bctrl.ApiKey", { subAccountId: "a", name })).rejects.toThrow(refusal);
      // An account that has such a name keeps it.
      const { id } = stack.emulator.bctrl.seed({ name });
      await stack.up("bctrl.SubAccount", { name, adopt: id });
      await stack.up("bctrl.SubAccount", { name, limits: { maxSpaces: 2 } });
      expect(stack.emulator.bctrl.accounts()).toMatchObject([{ id, name, limits: { maxSpaces: 2 } }]);
    },
  );

  it.each(["maxActiveRuns", "maxSpaces"])(
    "0 %s of bctrl is refused in the preview, and kept where it is",
    async (limit) => {
      await open();
      const args = { name: "Acme", limits: { [limit]: 0 } };
      await expect(stack.preview("bctrl.SubAccount", args)).rejects.toThrow(
        `limits.${limit} must be 1 or more`,
      );
      await stack.up("bctrl.SubAccount", { name: "Acme", limits: { [limit]: 1 } });
      stack.emulator.bctrl.change(stack.resource("bctrl.SubAccount").id, { limits: { [limit]: 0 } });
      await stack.refresh("bctrl.SubAccount");
      expect(await stack.up("bctrl.SubAccount", args)).toBe("same");
    },
  );

  it("a limit of -0 is 0", async () => {
    await open();
    await isStored("bctrl.SubAccount", {
      name: "Acme",
      limits: { maxSpaces: 1, monthlyCreditLimit: -0 },
    });
    expect(stack.emulator.bctrl.accounts()[0]?.limits).toMatchObject({ maxSpaces: 1, monthlyCreditLimit: 0 });
    expect(stack.resource("bctrl.SubAccount").inputs["limits"]).toEqual({
      maxSpaces: 1,
      monthlyCreditLimit: 0,
    });
  });

  it.each(["zavu.SubAccount", "bctrl.SubAccount"] as const)("metadata of %s", async (type) => {
    await open();
    const metadata = {
      zero: [-0],
      sum: 0.1 + 0.2,
      small: 5e-324,
      large: Number.MAX_SAFE_INTEGER,
      toString: "a",
      constructor: { prototype: { hasOwnProperty: 1 } },
      "": "empty",
      "a.b": "dot",
    };
    await isStored(type, { name: "Acme", metadata });
  });

  it("a limit that is a sum of fractions", async () => {
    await open();
    await isStored("bctrl.SubAccount", { name: "Acme", limits: { monthlyCreditLimit: 0.1 + 0.2 } });
  });

  it("keepers with a zero rotate once", async () => {
    await open();
    await stack.up("zavu.SubAccount", { name: "Acme" });
    const { id } = stack.resource("zavu.SubAccount");
    await isStored("zavu.ApiKey", { subAccountId: id, name: "backend", keepers: { zero: -0 } });
  });

  it("Pulumi's mark for what is not known is sent to no vendor", async () => {
    await open();
    await expect(stack.up("zavu.SubAccount", { name: "Acme", metadata: { a: UNKNOWN } })).rejects.toThrow(
      /metadata: Pulumi gave its mark for a value that is not known yet .* nothing was sent\. .*--target/,
    );
    expect(stack.writes()).toEqual([]);
  });
});

describe("the identity of an account", () => {
  const previews = (type: TypeName, one: Values, two: Values) =>
    stack.operation(async () => {
      await stack.preview(type, one, { name: "one" });
      return stack.preview(type, two, { name: "two" });
    });
  const voice = { allowConcurrentCalls: 1, deletionPolicy: "retain" };

  it.each(["zavu.SubAccount", "bctrl.SubAccount"] as const)(
    "at %s is the externalId, whatever its case",
    async (type) => {
      await open();
      await expect(
        previews(
          type,
          { name: "One", externalId: "tenant-acme" },
          { name: "Two", externalId: "Tenant-ACME" },
        ),
      ).rejects.toThrow(
        'externalId is the same as that of the resource "one" (case and blanks do not count); each needs its own',
      );
    },
  );

  it.each(["zavu.SubAccount", "bctrl.SubAccount"] as const)(
    "at %s is the name where no externalId is declared, whatever its case and blanks",
    async (type) => {
      await open();
      await expect(previews(type, { name: "Acme Corp" }, { name: "ACME  corp" })).rejects.toThrow(
        'name is the same as that of the resource "one" (case and blanks do not count); each needs its own, or an externalId',
      );
      expect(stack.emulator.requests).toEqual([]);
    },
  );

  it.each(["zavu.SubAccount", "bctrl.SubAccount"] as const)(
    "at %s lets an account with an externalId have any name",
    async (type) => {
      await open();
      expect(await previews(type, { name: "Acme" }, { name: "Acme", externalId: "tenant-acme" })).toBe(
        "create",
      );
      expect(await previews(type, { name: "Acme" }, { name: "Acme", externalId: UNKNOWN })).toBe("create");
      expect(await previews(type, { name: UNKNOWN }, { name: UNKNOWN })).toBe("create");
      expect(await previews(type, { name: "Acme" }, { name: "Acme", connection: UNKNOWN })).toBe("create");
    },
  );

  it("at Bolna is the name, whatever its case and blanks", async () => {
    await open();
    const [one, two] = [
      { ...voice, name: "Acme Corp", externalId: "a" },
      { ...voice, name: "acme  corp", externalId: "b" },
    ];
    await expect(previews("bolna.SubAccount", one, two)).rejects.toThrow(
      'name is the same as that of the resource "one"',
    );
  });
});

describe("expiresAt of a bctrl key", () => {
  const TYPE = "bctrl.ApiKey";
  const openWithAccount = async (): Promise<{ subAccountId: string; name: string }> => {
    await open();
    await stack.up("bctrl.SubAccount", { name: "Acme" });
    stack.emulator.clearRequests();
    return { subAccountId: stack.resource("bctrl.SubAccount").id, name: "backend" };
  };
  const REFUSED = "expiresAt is in the past, and a key is made with it; set a later time or take it out";

  it("is refused in the preview where it is in the past, new or changed", async () => {
    const key = await openWithAccount();
    await expect(stack.preview(TYPE, { ...key, expiresAt: at(-1) })).rejects.toThrow(REFUSED);
    expect(stack.emulator.requests).toEqual([]);
    await stack.up(TYPE, { ...key, expiresAt: at(30) });
    await expect(stack.preview(TYPE, { ...key, expiresAt: at(-1) })).rejects.toThrow(REFUSED);
  });

  it("that has passed since blocks no other change, no refresh and no destroy, but a new key", async () => {
    const key = { ...(await openWithAccount()), expiresAt: at(30) };
    await stack.up(TYPE, key);
    stack.pass(31 * DAY_MS);
    expect(await stack.preview(TYPE, key)).toBe("same");
    expect(await stack.preview(TYPE, { ...key, overlapHours: 1 })).toBe("update");
    await expect(stack.preview(TYPE, { ...key, keepers: { release: 2 } })).rejects.toThrow(REFUSED);
    await expect(stack.preview(TYPE, { ...key, name: "worker" })).rejects.toThrow(REFUSED);
    await stack.destroy(TYPE);
  });

  it("is told to end every key, once it is less than a rotation away", async () => {
    const key = { ...(await openWithAccount()), rotateAfterDays: 90 };
    const expiresAt = at(100);
    await stack.up(TYPE, { ...key, expiresAt });
    expect(stack.printed.join()).not.toContain("every key of this resource ends");
    stack.pass(20 * DAY_MS);
    expect(await stack.preview(TYPE, { ...key, expiresAt })).toBe("same");
    expect(stack.printed.join()).toContain(`every key of this resource ends at ${expiresAt}`);
  });

  it("is told to end every key before the first rotation", async () => {
    const key = await openWithAccount();
    await stack.preview(TYPE, { ...key, rotateAfterDays: 90, expiresAt: at(30) });
    expect(stack.printed.join()).toMatch(
      /bctrl: every key of this resource ends at .*a rotation does not move it, and rotateAfterDays is 90/,
    );
  });
});
