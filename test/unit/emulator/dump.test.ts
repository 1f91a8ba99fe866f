import { describe, expect, it } from "vitest";
import { emulate } from "./support";

describe("What a vendor's stand-in holds", () => {
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
