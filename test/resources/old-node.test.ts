import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { refuseOldNode } from "../../provider/core/base/node";
import { refuseOldNode as refuseInProgram } from "../../sdk/core/resource";
import { Stack } from "../support/stack";

const { versions } = process;
const pretend = (node: string) =>
  Object.defineProperty(process, "versions", { value: { ...versions, node } });

describe("a Node that is too old", () => {
  let stack: Stack | undefined;
  afterEach(async () => {
    Object.defineProperty(process, "versions", { value: versions });
    await stack?.close();
  });

  it("is refused by refresh and destroy, which run no program, before anything is sent", async () => {
    stack = await Stack.open();
    await stack.up("zavu.SubAccount", { name: "Acme" });
    stack.emulator.clearRequests();
    pretend("20.20.2");
    const said = /^pulumi-subaccounts needs Node 22\.19 or newer; this is 20\.20\.2 \(.*first on PATH/;
    await expect(stack.refresh("zavu.SubAccount")).rejects.toThrow(said);
    await expect(stack.destroy("zavu.SubAccount")).rejects.toThrow(said);
    expect(stack.emulator.requests).toEqual([]);
  });

  it("is the same for the provider, for programs and in package.json", () => {
    const manifest = JSON.parse(readFileSync(join(__dirname, "../../package.json"), "utf8"));
    expect(manifest.engines.node).toBe(">=22.19");
    for (const node of ["22.18.9", "20.99.0", "8.0.0"]) {
      pretend(node);
      for (const refuse of [() => refuseOldNode(), refuseInProgram])
        expect(refuse, node).toThrow(/Node 22\.19/);
    }
    for (const node of ["22.19.0", "23.0.0", "24.1.0"]) {
      pretend(node);
      for (const refuse of [() => refuseOldNode(), refuseInProgram]) expect(refuse, node).not.toThrow();
    }
  });
});
