import { bctrlUsage } from "./bctrl/usage";
import { bolnaUsage } from "./bolna/usage";
import type { VendorUsage } from "./core/usage";
import { zavuUsage } from "./zavu/usage";

/** The registry of what vendors say of use: one line per vendor. */
export const usages: Readonly<Record<string, VendorUsage>> = {
  bctrl: bctrlUsage,
  bolna: bolnaUsage,
  zavu: zavuUsage,
};
