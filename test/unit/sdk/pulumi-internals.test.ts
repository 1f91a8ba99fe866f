import * as pulumi from "@pulumi/pulumi";
import { expect, it } from "vitest";
import { isConfigSecret, ownAliases, parentOf, plainValue } from "../../../sdk/core/pulumi-internals";

// With another version of Pulumi's SDK this file says which of its hidden fields are gone.
it("Pulumi's SDK still has the hidden fields that are read", async () => {
  await pulumi.runtime.setMocks({
    call: () => ({}),
    newResource: ({ name, inputs }) => ({ id: name, state: inputs }),
  });
  const parent = new pulumi.ComponentResource("shop:index:Group", "vip", {}, { aliases: [{ name: "best" }] });
  const child = new pulumi.ComponentResource("shop:index:Group", "child", {}, { parent });
  expect(parentOf(child)).toBe(parent);
  expect(await Promise.all(ownAliases(parent).map((each) => plainValue(each)))).toEqual([
    "urn:pulumi:stack::project::shop:index:Group::best",
  ]);
  expect(await plainValue(pulumi.output("known"))).toBe("known");
  pulumi.runtime.setAllConfig({ "shop:open": "a", "shop:closed": "b" }, ["shop:closed"]);
  expect(["shop:open", "shop:closed"].map(isConfigSecret)).toEqual([false, true]);
});
