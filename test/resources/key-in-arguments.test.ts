import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Values } from "../../provider/core/contract/resource";
import { argsOf, outcomeOf, VENDORS } from "../support/customers";
import { Stack } from "../support/stack";

let stack: Stack;
beforeEach(async () => {
  stack = await Stack.open();
});
afterEach(() => stack.close());

describe("an argument that holds the parent key", () => {
  it.each(VENDORS)("is refused before anything is sent: the name at %s", async (vendor) => {
    const { apiKey } = stack.emulator[vendor];
    const outcome = await outcomeOf(stack.up(`${vendor}.SubAccount`, argsOf(vendor, `Acme ${apiKey}`)));
    expect(outcome).toMatch(/name holds the key that \w+ is called with/);
    expect(outcome).not.toContain(apiKey);
    expect(stack.emulator.requests).toEqual([]);
  });

  const forms: [string, (key: string) => Values][] = [
    ["nested", (key) => ({ nested: { x: key } })],
    ["within a text", (key) => ({ note: `use ${key} here` })],
    ["as the name of a key", (key) => ({ nested: { [key]: 1 } })],
    ["in base64", (key) => ({ note: Buffer.from(key).toString("base64") })],
  ];
  it.each(forms)("is refused in metadata, %s, also of an account that is there", async (_form, metadata) => {
    const up = (more: Values) => outcomeOf(stack.up("zavu.SubAccount", argsOf("zavu", "Acme", more)));
    await up({});
    stack.emulator.clearRequests();
    expect(await up({ metadata: metadata(stack.emulator.zavu.apiKey) })).toMatch(/metadata holds the key/);
    expect(stack.emulator.requests).toEqual([]);
  });

  it("is not one that only looks like a key: it is stored as it is", async () => {
    const metadata = { nested: { x: `zv_live_${"a1".repeat(16)}` } };
    await stack.up("zavu.SubAccount", argsOf("zavu", "Acme", { metadata }));
    expect(stack.emulator.zavu.accounts()[0]?.metadata).toMatchObject(metadata);
    expect(await stack.refresh("zavu.SubAccount")).toBe("same");
  });
});
