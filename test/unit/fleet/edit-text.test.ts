import { describe, expect, it } from "vitest";
import { withChildren, withPin } from "../../../fleet/move/edit-text";
import { partsOf } from "../../../fleet/move/split";

describe("a pin in a tenant's file", () => {
  it.each([
    [
      "a flow mapping",
      "- { externalId: a, name: A } # ours\n",
      "- { externalId: a, shard: eu, name: A } # ours\n",
    ],
    [
      "a block mapping in a list",
      "# customers\n- externalId: b\n- externalId: a # ours\n  name:   A\n",
      "# customers\n- externalId: b\n- externalId: a # ours\n  shard: eu\n  name:   A\n",
    ],
    [
      "a file of one tenant without a last line end",
      "name: A\nexternalId: a",
      "name: A\nexternalId: a\nshard: eu",
    ],
    [
      "a document of several",
      "externalId: b\n---\nexternalId: a\n",
      "externalId: b\n---\nexternalId: a\nshard: eu\n",
    ],
    [
      "an entry with another pin",
      "- externalId: a\n  shard: us # far\n",
      "- externalId: a\n  shard: eu # far\n",
    ],
  ])("is written into %s, and nothing else changes", (_, before, after) => {
    expect(withPin(before, "a", "eu")).toBe(after);
  });

  it.each([
    ["a flow mapping", "- { externalId: a, shard: eu, name: A }\n", "- { externalId: a, name: A }\n"],
    ["a block mapping", "externalId: a\nshard: eu # far\nname: A\n", "externalId: a\nname: A\n"],
  ])("is taken out of %s", (_, before, after) => {
    expect(withPin(before, "a", undefined)).toBe(after);
  });

  it.each([
    ["another tenant's", "externalId: b\n"],
    ["an entry whose first line is the pin", "- shard: eu\n  externalId: a\n"],
  ])("is left to a person in %s", (_, text) => {
    expect(withPin(text, "a", undefined)).toBeUndefined();
  });
});

describe("the parts of a shard in the map", () => {
  it.each([
    ["a line", '# map\nshards: ["0-7", "8-f"] # all\n', '# map\nshards: ["0-3", "4-7", "8-f"] # all\n'],
    ["a list", "shards:\n  # low\n  - 0-7\n  - 8-f\n", "shards:\n  # low\n  - 0-3\n  - 4-7\n  - 8-f\n"],
  ])("take its place in %s", (_, before, after) => {
    expect(withChildren(before, "0-7", ["0-3", "4-7"])).toBe(after);
  });

  it.each([
    [
      "f",
      16,
      ["f0", "f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "fa", "fb", "fc", "fd", "fe", "ff"],
    ],
    ["f", 2, ["f0-f7", "f8-ff"]],
    ["0-7", 8, ["0", "1", "2", "3", "4", "5", "6", "7"]],
    ["6-a", 2, ["60-87", "88-af"]],
    ["00-3f", 4, ["00-0f", "10-1f", "20-2f", "30-3f"]],
  ])("of %s, %i of them, are as long as they need to be", (shard, into, parts) => {
    expect(partsOf(shard, into)).toEqual(parts);
  });

  it("are none of a shard that tenants are pinned to, and none that would be too long", () => {
    expect(() => partsOf("canary", 2)).toThrow("has no part of the hash");
    expect(() => partsOf("ffffffff", 2)).toThrow("would need 9 digits");
  });
});
