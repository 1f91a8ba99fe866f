import { describe, expect, it } from "vitest";
import { z } from "zod";
import { nestedResource } from "../../../provider/core/nested/nested-resource";
import { vendors } from "../../../provider/vendors";

const proxyOf = (fixed: "label" | "region") =>
  nestedResource({
    account: vendors.bctrl.SubAccount,
    kind: "Proxy",
    noun: "proxy",
    nouns: "proxies",
    identity: "label",
    description: {
      doc: "A proxy.",
      page: "https://example.com",
      args: {
        label: { schema: z.string(), doc: "Its name.", ...(fixed === "label" && { updatable: false }) },
        region: { schema: z.string(), doc: "Where it is.", ...(fixed === "region" && { updatable: false }) },
      },
      sample: { label: "a", region: "eu" },
    },
    endpoints: () => {
      throw new Error("not called");
    },
  });

describe("an object within an account whose identity the vendor cannot change", () => {
  it("is replaced by another identity, and says so with the plural that it is given", () => {
    const { replaces, description, manifest } = proxyOf("label");
    expect(replaces).toEqual(["subAccountId", "label"]);
    expect(description.argsDoc).toContain("Another `subAccountId` or `label` replaces the proxy;");
    expect(manifest.createdOnce).toContain("the account's proxies are listed");
  });

  it("is no kind with another argument that cannot be changed: the new object would meet the old one", () => {
    expect(() => proxyOf("region")).toThrow("Proxy: region is no identity, and so cannot be fixed");
  });
});
