import { expect, it, vi } from "vitest";
import type * as registry from "../../../provider/usage";
import { openEstate } from "./report-estate";

// bctrl as a vendor that has no list of usage, only a call for each account.
vi.mock("../../../provider/usage", async (original) => {
  const { usages } = await original<typeof registry>();
  const { bctrl } = usages;
  if (bctrl === undefined) throw new Error("bctrl is not registered");
  const readerWith: typeof bctrl.readerWith = (...given) => {
    return { ...bctrl.readerWith(...given), pages: () => undefined };
  };
  return { usages: { ...usages, bctrl: { ...bctrl, readerWith } } };
});

it("the usage of a vendor that has no list of it is read account by account, and that is noted", async () => {
  const { json, emulator } = await openEstate({ bctrl: [{ id: "sub_2", name: "Other" }] });
  emulator.bctrl.setUsage("sub_2", { usedCredits: 70 });
  const { report, metric } = await json();
  expect(metric("sub_1", "limits.monthlyCreditLimit")).toMatchObject({ used: 9_000 });
  expect(report.notes).toContainEqual(expect.stringMatching(/bctrl.*, so they were read one by one$/));
  expect(metric("sub_2", "limits.monthlyCreditLimit")).toMatchObject({ used: 70 });
});
