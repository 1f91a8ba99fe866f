import { afterEach, describe, expect, it } from "vitest";
import type { EmulatorOptions } from "../../emulator";
import { Stack } from "../support/stack";

/** What random stories and random replies found, each in as few steps as it takes. */
describe("found by chance", () => {
  let stack: Stack;
  afterEach(() => stack?.close());
  const open = async (options: EmulatorOptions = {}) => {
    stack = await Stack.open(options);
  };

  it("an account that Zavu's listing shows as inactive and that cannot be read is activated or made anew", async () => {
    await open({ zavu: { getInactive: 404, inactiveInList: true } });
    await stack.up("zavu.SubAccount", { name: "Acme" });
    stack.emulator.zavu.deactivate(stack.resource("zavu.SubAccount").id);
    await stack.refresh("zavu.SubAccount");
    await stack.up("zavu.SubAccount", { name: "Acme" });
    const { outputs } = stack.resource("zavu.SubAccount");
    expect(stack.emulator.zavu.keyWorks(String(outputs["apiKey"]))).toBe(true);
  });

  it.each(["0", "Thu, 01 Jan 1970 00:00:00 GMT"])(
    "a vendor that says again and again to come back at once (%s) is not called without a pause",
    async (after) => {
      await open();
      await stack.up("zavu.SubAccount", { name: "Acme" });
      stack.emulator.clearRequests();
      stack.emulator.fault({
        method: "GET",
        times: 500,
        fault: { kind: "status", when: "before", status: 429, headers: { "retry-after": after } },
      });
      await expect(stack.refresh("zavu.SubAccount")).rejects.toThrow(/429/);
      expect(stack.emulator.requests.length).toBeLessThan(200);
    },
  );

  it.each(["zavu", "bctrl"] as const)(
    "a %s key whose state has lost its account is asked for by no made-up id",
    async (vendor) => {
      await open();
      await stack.up(`${vendor}.SubAccount`, { name: "Acme" });
      const { id } = stack.resource(`${vendor}.SubAccount`);
      await stack.up(`${vendor}.ApiKey`, { subAccountId: id, name: "backend" });
      const saved = stack.resource(`${vendor}.ApiKey`);
      const { subAccountId: _, ...outputs } = saved.outputs;
      stack.resources.set(`${vendor}.ApiKey acme`, { ...saved, outputs });
      stack.emulator.clearRequests();
      await stack.refresh(`${vendor}.ApiKey`).catch(() => undefined);
      await stack.destroy(`${vendor}.ApiKey`).catch(() => undefined);
      expect(stack.emulator.requests.filter(({ path }) => path.includes("undefined"))).toEqual([]);
    },
  );

  it.each([".", ".."])("an id (%s) that would lead out of its collection is sent to nobody", async (id) => {
    await open();
    await stack.up("zavu.ApiKey", { subAccountId: id, name: "backend" }).catch(() => undefined);
    await stack.up("zavu.SubAccount", { name: "Acme", adopt: id }).catch(() => undefined);
    await stack.up("bctrl.SubAccount", { name: "Acme", adopt: id }).catch(() => undefined);
    const paths = stack.emulator.requests.map(({ path }) => path);
    expect(paths.filter((path) => !/^\/v1\/sub-?accounts(\/[^/]|$)/.test(path))).toEqual([]);
  });

  it.each(["zavu.SubAccount", "bctrl.SubAccount"] as const)(
    "a metadata key of %s with a name that every object has is refreshed and taken out like any other",
    async (type) => {
      await open();
      const acme = { name: "Acme", metadata: { tier: "gold" } };
      await stack.up(type, { ...acme, metadata: { ...acme.metadata, constructor: "Bob" } });
      const { id } = stack.resource(type);
      const vendor = type === "zavu.SubAccount" ? stack.emulator.zavu : stack.emulator.bctrl;
      await stack.up(type, acme);
      expect(Object.keys(vendor.accounts()[0]?.metadata ?? {})).toEqual(["tier", "pulumi-subaccounts"]);
      await stack.up(type, { ...acme, metadata: { ...acme.metadata, constructor: "Bob" } });
      vendor.change(id, { metadata: {} });
      expect(await stack.refresh(type)).toBe("changed");
    },
  );

  it("a key whose state has a time that is none can still be planned", async () => {
    await open();
    await stack.up("zavu.SubAccount", { name: "Acme" });
    const args = { subAccountId: stack.resource("zavu.SubAccount").id, name: "backend" };
    await stack.up("zavu.ApiKey", { ...args, keepers: { release: 1 } });
    await stack.up("zavu.ApiKey", { ...args, keepers: { release: 2 } });
    const saved = stack.resource("zavu.ApiKey");
    stack.resources.set("zavu.ApiKey acme", {
      ...saved,
      outputs: { ...saved.outputs, previousRevokeAt: "soon" },
    });
    const wanted = { ...args, keepers: { release: 2 }, overlapHours: 1 };
    await expect(stack.preview("zavu.ApiKey", wanted)).resolves.toBe("update");
  });

  it("the key of a Zavu account works after a forced replacement that was killed at any call", async () => {
    for (let call = 0; ; call++) {
      await open();
      await stack.up("zavu.SubAccount", { name: "Acme" });
      const wasKilled = await stack.crash(call, () =>
        stack.up("zavu.SubAccount", { name: "Acme" }, { replace: true }),
      );
      await stack.refresh("zavu.SubAccount");
      await stack.up("zavu.SubAccount", { name: "Acme" });
      const { outputs } = stack.resource("zavu.SubAccount");
      expect(stack.emulator.zavu.keyWorks(String(outputs["apiKey"])), `killed at call ${call}`).toBe(true);
      await stack.close();
      if (!wasKilled) break;
    }
  });

  it.each(["fails", "is killed"])(
    "a Zavu account that is activated again by an up that %s before the new key, and refreshed then, has a working key",
    async (how) => {
      await open();
      const up = () => stack.up("zavu.SubAccount", { name: "Acme" });
      await up();
      const { id } = stack.resource("zavu.SubAccount");
      stack.emulator.zavu.deactivate(id);
      await stack.refresh("zavu.SubAccount");
      if (how === "fails") {
        const path = "/v1/sub-accounts/{id}/api-keys";
        stack.emulator.fault({ method: "GET", path, fault: { kind: "status", when: "before", status: 400 } });
        await expect(up()).rejects.toThrow(/400/);
      } else {
        expect(await stack.crash(1, up)).toBe(true);
      }
      await stack.refresh("zavu.SubAccount");
      await up();
      expect(stack.emulator.zavu.accounts()[0]?.status).toBe("active");
      const { outputs } = stack.resource("zavu.SubAccount");
      expect(stack.emulator.zavu.keyWorks(String(outputs["apiKey"]))).toBe(true);
    },
  );

  it.each(["zavu", "bctrl"] as const)(
    "a %s key whose state has an empty id is deleted by no empty id",
    async (vendor) => {
      await open();
      await stack.up(`${vendor}.SubAccount`, { name: "Acme" });
      const args = { subAccountId: stack.resource(`${vendor}.SubAccount`).id, name: "backend" };
      await stack.up(`${vendor}.ApiKey`, args);
      const saved = stack.resource(`${vendor}.ApiKey`);
      stack.resources.set(`${vendor}.ApiKey acme`, { ...saved, outputs: { ...saved.outputs, keyId: "" } });
      stack.emulator.clearRequests();
      await stack.destroy(`${vendor}.ApiKey`).catch(() => undefined);
      expect(stack.emulator.requests.filter(({ path }) => path.endsWith("/"))).toEqual([]);
    },
  );
});
