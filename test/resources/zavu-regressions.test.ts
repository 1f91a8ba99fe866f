import { afterEach, describe, expect, it } from "vitest";
import type { EmulatorOptions } from "../../emulator";
import { Stack } from "../support/stack";

const TYPE = "zavu.SubAccount";
const acme = { name: "Acme", externalId: "acme" };

/** Each of these once cost a customer or a key. */
describe("a Zavu account or key that was nearly lost", () => {
  let stack: Stack;
  afterEach(() => stack?.close());
  const open = async (options: EmulatorOptions = {}) => {
    stack = await Stack.open(options);
  };
  const account = (index = 0) => {
    const found = stack.emulator.zavu.accounts()[index];
    if (found === undefined) throw new Error("no account");
    return found;
  };
  const key = (name = "acme") => String(stack.resource(TYPE, name).outputs["apiKey"]);
  const works = (secret: string) => stack.emulator.zavu.keyWorks(secret);

  it.each([true, false])(
    "belongs to a resource that was renamed with an alias, whose old name is given to another customer (%s: that one first)",
    async (newFirst) => {
      await open();
      await stack.up(TYPE, acme, { name: "a" });
      stack.resources.set(`${TYPE} b`, stack.resource(TYPE, "a"));
      stack.resources.delete(`${TYPE} a`);
      const ups = [
        () => stack.up(TYPE, { name: "Other", externalId: "other" }, { name: "a" }),
        () => stack.up(TYPE, acme, { name: "b" }),
      ];
      await stack.operation(async () => {
        for (const up of newFirst ? ups : ups.reverse()) await up();
      });
      expect(stack.emulator.zavu.accounts().map(({ name }) => name)).toEqual(["Acme", "Other"]);
      expect(works(key("b"))).toBe(true);
    },
  );

  it("was retained, and its resource's name is given to another customer", async () => {
    await open();
    await stack.up(TYPE, { ...acme, deletionPolicy: "retain" });
    await stack.destroy(TYPE);
    await stack.up(TYPE, { name: "Beta", externalId: "beta" });
    expect(stack.emulator.zavu.accounts().map(({ externalId }) => externalId)).toEqual(["acme", "beta"]);
    expect(stack.printed.join()).toContain(
      `${account().id} carries the marker of this resource and is another customer's`,
    );
  });

  it("has a key made in the same second as the account, and the account is replaced by force", async () => {
    const now = new Date("2026-01-01T00:00:00Z");
    await open({ now: () => now, zavu: { keyTimeUnit: "s" } });
    await stack.up(TYPE, acme);
    await stack.up("zavu.ApiKey", { subAccountId: account().id, name: "backend" });
    await stack.up(TYPE, acme, { replace: true });
    expect(works(String(stack.resource("zavu.ApiKey").outputs["apiKey"]))).toBe(true);
    expect(works(key())).toBe(true);
  });

  it("has keys that their short prefixes do not tell apart", async () => {
    await open({ zavu: { shortKeyPrefix: 12 } });
    await stack.up(TYPE, acme);
    const { id } = account();
    stack.emulator.zavu.deactivate(id);
    stack.emulator.zavu.change(id, { status: "active" });
    const human = stack.emulator.zavu.addKey(id, { name: "human" });
    stack.emulator.zavu.useKey(human.key);
    stack.emulator.zavu.change(id, { status: "inactive" });
    await stack.refresh(TYPE);
    await stack.up(TYPE, acme);
    expect(works(key())).toBe(true);
    await stack.up(TYPE, acme, { replace: true });
    expect([works(key()), works(human.key)]).toEqual([true, true]);
  });

  it("was re-activated by a run that was killed before the new key", async () => {
    await open();
    await stack.up(TYPE, acme);
    stack.emulator.zavu.deactivate(account().id);
    await stack.refresh(TYPE);
    stack.emulator.zavu.change(account().id, { status: "active" });
    await stack.up(TYPE, acme);
    expect(works(key())).toBe(true);
  });

  it("waits for a new key after a failure, and then only its deletionPolicy changes", async () => {
    await open();
    await stack.up(TYPE, acme);
    stack.emulator.zavu.deactivate(account().id);
    await stack.refresh(TYPE);
    const path = "/v1/sub-accounts/{id}/api-keys";
    stack.emulator.fault({
      method: "POST",
      path,
      times: 9,
      fault: { kind: "status", when: "before", status: 500 },
    });
    await expect(stack.up(TYPE, acme)).rejects.toThrow(/could not create a key/);
    stack.emulator.clearFaults();
    await stack.up(TYPE, { ...acme, deletionPolicy: "retain" });
    expect(works(key())).toBe(true);
  });

  it("is taken over and saved although the replies of the vendor do not show metadata", async () => {
    await open({ zavu: { metadataShownIn: "single reads", clampCreditLimit: 9 } });
    stack.emulator.zavu.switches.clampCreditLimit = undefined;
    await stack.up(TYPE, acme);
    stack.resources.clear();
    stack.emulator.zavu.switches.clampCreditLimit = 9;
    await expect(stack.up(TYPE, { ...acme, creditLimit: 5 })).rejects.toThrow(/asked 5, vendor has 9/);
    expect(stack.resource(TYPE)).toMatchObject({ id: account().id, failed: [expect.any(String)] });
    expect(works(key())).toBe(true);
  });

  it("is found after a lost reply although the listing does not show metadata", async () => {
    await open({ zavu: { metadataShownIn: "single reads" } });
    stack.emulator.fault({ method: "POST", fault: { kind: "drop", when: "after" } });
    await stack.up(TYPE, acme);
    expect(stack.emulator.zavu.accounts()).toHaveLength(1);
    expect(works(key())).toBe(true);
    expect(await stack.refresh(TYPE)).toBe("same");
  });

  it("keeps a removed metadata key silently, where the vendor merges and does not show metadata", async () => {
    await open({ zavu: { metadataShownIn: "single reads", metadata: "merge" } });
    await stack.up(TYPE, { ...acme, metadata: { a: 1, b: 2 } });
    await stack.up(TYPE, { ...acme, metadata: { b: 2 } });
    expect(Object.keys(account().metadata ?? {}).sort()).toEqual(["b", "pulumi-subaccounts"]);
    stack.emulator.zavu.switches.mergeNull = "ignored";
    await expect(stack.up(TYPE, acme)).rejects.toThrow(/keeps the metadata keys b /);
  });

  it("cannot be created for an hour, says the vendor, and the run does not wait in silence", async () => {
    await open();
    const headers = { "retry-after": "3600" };
    stack.emulator.fault({ method: "POST", fault: { kind: "status", when: "before", status: 429, headers } });
    await expect(stack.up(TYPE, acme)).rejects.toThrow(/429/);
  });

  it.each([
    ["refused", 400, undefined],
    ["never answered well", 500, undefined],
    ["ignored", undefined, 5000],
  ])(
    "has a cap and a metadata key that are taken out of the code, and that is %s at first",
    async (_what, status, clamp) => {
      await open({ zavu: { metadata: "merge" } });
      const before = { ...acme, creditLimit: 5000, metadata: { tier: "gold" } };
      await stack.up(TYPE, before);
      if (status)
        stack.emulator.fault({
          method: "PATCH",
          times: 9,
          fault: { kind: "status", when: "before", status },
        });
      else stack.emulator.zavu.switches.mergeNull = "ignored";
      if (clamp) {
        // The vendor answers well and puts its own cap back.
        stack.emulator.fault({ method: "PATCH", times: 9, fault: { kind: "lag", reads: 99 } });
      }
      await expect(stack.up(TYPE, acme)).rejects.toThrow();
      stack.emulator.clearFaults();
      stack.emulator.zavu.switches.mergeNull = "removes";
      await stack.up(TYPE, acme);
      expect(account().creditLimit).toBeNull();
      expect(Object.keys(account().metadata ?? {})).toEqual(["pulumi-subaccounts"]);
      expect(await stack.refresh(TYPE)).toBe("same");
    },
  );

  it("is suspended, and replaced by force or by a run that was interrupted", async () => {
    await open();
    const suspended = { ...acme, status: "inactive" };
    await stack.up(TYPE, suspended);
    await stack.up(TYPE, suspended, { replace: true });
    stack.resources.clear();
    await stack.up(TYPE, suspended);
    expect(stack.emulator.zavu.accounts()).toHaveLength(1);
    await stack.up(TYPE, acme);
    expect(works(key())).toBe(true);
  });

  it("keeps its key when the marker of a forced replacement cannot be written", async () => {
    await open();
    await stack.up(TYPE, acme);
    stack.emulator.fault({ method: "PATCH", fault: { kind: "status", when: "before", status: 400 } });
    await expect(stack.up(TYPE, acme, { replace: true })).rejects.toThrow(/400/);
    expect(works(key())).toBe(true);
  });

  it("is gone already, and the vendor refuses to delete it again", async () => {
    await open();
    await stack.up(TYPE, acme);
    await stack.up("zavu.ApiKey", { subAccountId: account().id, name: "backend" });
    stack.emulator.zavu.deactivate(account().id);
    const refusal = { kind: "status", when: "before", status: 409 } as const;
    stack.emulator.fault({ method: "DELETE", times: 2, fault: refusal });
    await stack.destroy("zavu.ApiKey");
    await stack.destroy(TYPE);
    expect(stack.resources.size).toBe(0);
  });
});
