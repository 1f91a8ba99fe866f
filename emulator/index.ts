/**
 * Stand-ins for the vendors, for tests and for trying things out: strict, with the vendors' own ids, envelopes and
 * status codes, scriptable faults and a complete log of requests.
 */
export type { Emulator, EmulatorOptions, FaultRule, LoggedRequest, VendorOverview } from "./api";
export type {
  BctrlAccountView,
  BctrlEmulator,
  BctrlFields,
  BctrlKeyView,
  BctrlSwitches,
  BctrlUsage,
} from "./bctrl";
export type { BolnaAccountView, BolnaEmulator, BolnaFields, BolnaSwitches, BolnaUsage } from "./bolna";
export type { Fault } from "./core/faults";
export type { Mark } from "./core/switches";
export { startEmulator } from "./emulator";
export { readSeed, readSwitches, type Seed } from "./files/seed";
export { describeAccounts } from "./table";
export { switchMarks, type VendorName, type VendorSeeds, type VendorSwitches, vendorNames } from "./vendors";
export type { ZavuAccountView, ZavuEmulator, ZavuFields, ZavuKeyView, ZavuSwitches } from "./zavu";
