import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Stack } from "../support/stack";

let stack: Stack;
beforeEach(async () => {
  stack = await Stack.open();
});
afterEach(() => stack.close());

describe("an account", () => {
  it("that a killed run renamed and marked for another owner is written to by the next up", async () => {
    await stack.up("bctrl.SubAccount", { name: "Acme" });
    stack.owner = "a-new-owner";
    const wanted = { name: "Beta", externalId: "beta" };
    // The call that is killed is the PATCH, after the account was read and its identity was looked for.
    expect(await stack.crash(2, () => stack.up("bctrl.SubAccount", wanted))).toBe(true);
    expect(stack.emulator.bctrl.accounts()).toMatchObject([wanted]);
    await stack.up("bctrl.SubAccount", wanted);
    expect(await stack.preview("bctrl.SubAccount", wanted)).toBe("same");
    expect(stack.emulator.bctrl.accounts()).toHaveLength(1);
  });

  it("whose externalId is taken out is refused while another one has its name", async () => {
    stack.emulator.bctrl.seed({ name: "Acme", externalId: "one" });
    await stack.up("bctrl.SubAccount", { name: "Acme", externalId: "two" });
    const up = stack.up("bctrl.SubAccount", { name: "Acme" });
    await expect(up).rejects.toThrow("already has an active sub-account with this name");
    expect(stack.emulator.bctrl.accounts()).toMatchObject([{ externalId: "one" }, { externalId: "two" }]);
  });

  it("that was replaced by force with the key of another organization makes the up fail, also with retain", async () => {
    const args = { name: "Acme", externalId: "acme", deletionPolicy: "retain" };
    await stack.up("zavu.SubAccount", args);
    stack.env["ZAVUDEV_API_KEY"] = stack.emulator.other.zavu.apiKey;
    const up = stack.up("zavu.SubAccount", args, { replace: true });
    await expect(up).rejects.toThrow("the key was changed for one of another organization");
    expect(stack.emulator.zavu.accounts()).toMatchObject([{ status: "active" }]);
  });

  it("of a vendor without keys of accounts has none in the state after a lost reply", async () => {
    stack.emulator.fault({ method: "POST", times: 9, fault: { kind: "drop", when: "after" } });
    await stack.up("bctrl.SubAccount", { name: "Acme" });
    expect(stack.resource("bctrl.SubAccount").outputs).not.toHaveProperty("apiKey");
  });

  it("that a listing shows without its time keeps the one of the reply to its create", async () => {
    const args = { name: "Acme", allowConcurrentCalls: 1, deletionPolicy: "delete" };
    await stack.up("bolna.SubAccount", args);
    expect(stack.resource("bolna.SubAccount").outputs["createdAt"]).toMatch(/^2026-01-01T/);
    expect(await stack.refresh("bolna.SubAccount")).toBe("same");
  });
});
