import { describe, expect, it } from "vitest";
import { emulate } from "./support";

describe("What a vendor's stand-in holds", () => {
  it("is given out whole, and taken in by another one with ids, keys and their secrets", async () => {
    const [one, other] = [await emulate(), await emulate()];
    const zavuKey = one.zavu.addKey(one.zavu.seed({ name: "A", metadata: { x: 1 } }).id);
    const bctrlKey = one.bctrl.addKey(one.bctrl.seed({ name: "B", limits: { maxSpaces: 2 } }).id);
    const { api_key: bolnaKey } = one.bolna.seed({ name: "C", allow_concurrent_calls: 4 });
    one.bctrl.archive(one.bctrl.seed({ name: "D" }).id);
    for (const vendor of ["zavu", "bctrl", "bolna"] as const) {
      // As it comes out of a file.
      other[vendor].restore(JSON.parse(JSON.stringify(one[vendor].dump())));
      expect(other[vendor].accounts()).toEqual(one[vendor].accounts());
      expect(other[vendor].dump()).toEqual(one[vendor].dump());
    }
    expect(other.zavu.keyWorks(zavuKey.key)).toBe(true);
    expect(other.bctrl.keyWorks(bctrlKey.key)).toBe(true);
    expect(other.bolna.keyWorks(bolnaKey)).toBe(true);
    expect(other.requests).toEqual([]);
  });

  it("may lack what came later: that is as in a new account or key", async () => {
    const { zavu, bctrl, bolna } = await emulate();
    for (const vendor of [zavu, bctrl, bolna]) vendor.restore([{ id: "old" }]);
    expect(zavu.accounts()).toMatchObject([{ id: "old", status: "active", keys: [{ name: "Default" }] }]);
    expect(bctrl.accounts()).toMatchObject([{ id: "old", status: "active", limits: { maxSpaces: null } }]);
    expect(bolna.accounts()).toMatchObject([{ id: "old", allow_concurrent_calls: 1 }]);

    const keyOfOld = { id: "key", secret: "bctrl_old", subaccountId: "old" };
    bctrl.restore([keyOfOld]);
    expect(bctrl.keys()).toMatchObject([{ id: "key", subaccountId: "old", revokedAt: null }]);
    expect(bctrl.accountOfKey("bctrl_old")).toBe("old");
  });

  it("is a copy", async () => {
    const { zavu } = await emulate();
    zavu.seed({ metadata: { a: 1 } });
    Object.assign(Object(zavu.dump()[0]), { name: "Changed" });
    expect(zavu.accounts()[0]?.name).toBe("Seeded");
  });
});
