import { describe, expect, it } from "vitest";
import { z } from "zod";
import { UNKNOWN } from "../../../provider/core/contract/check";
import type { Fields } from "../../../provider/core/contract/description";
import { nestedResource } from "../../../provider/core/nested/nested-resource";
import { vendors } from "../../../provider/vendors";

const proxyOf = (fixed: "label" | "region", more: Fields = {}) =>
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
        ...more,
      },
      sample: { label: "a", region: "eu" },
    },
    endpoints: () => {
      throw new Error("not called");
    },
  });

describe("an object within an account that the vendor cannot change in every way", () => {
  it("is replaced by another identity that is fixed, and says so with the plural that it is given", () => {
    const { replaces, description, manifest } = proxyOf("label");
    expect(replaces).toEqual(["subAccountId", "label"]);
    expect(description.argsDoc).toContain("Another `subAccountId` or `label` replaces the proxy;");
    expect(manifest.createdOnce).toContain("the account's proxies are listed");
  });

  it("refuses another value of an argument that cannot be changed, and none of one that cannot be unset, but for a new object", () => {
    const { rules, description } = proxyOf("region", {
      note: { schema: z.string().optional(), doc: "A note.", clearable: false },
    });
    const olds = { subAccountId: "a", label: "one", region: "eu", note: "n" };
    const of = (change: object) => rules?.({ ...olds, ...change }, olds, {}).map(({ path }) => path);
    expect(of({ label: "two", note: "other" })).toEqual([]);
    expect(of({ region: "us", note: undefined })).toEqual(["note", "region"]);
    expect(of({ subAccountId: "b", region: "us", note: undefined })).toEqual([]);
    expect(rules?.({ ...olds, region: UNKNOWN }, olds, {})).toEqual([]);
    expect(rules?.(olds, undefined, {})).toEqual([]);
    expect(description.argsDoc).toContain(
      "but bctrl has no way to change `region` or to unset `note`: that is refused.",
    );
    expect(description.args["region"]).toMatchObject({
      change: "refused, unless `subAccountId` changes too",
    });
  });
});
