import { z } from "zod";
import { type BctrlSwitches, createBctrl } from "./bctrl";
import { type BctrlSeed, bctrlSeed } from "./bctrl/seed";
import { bctrlSwitchValues } from "./bctrl/switch-values";
import { type BolnaSwitches, createBolna } from "./bolna";
import { type BolnaSeed, bolnaSeed } from "./bolna/seed";
import { bolnaSwitchValues } from "./bolna/switch-values";
import type { VendorContext } from "./core/vendor";
import { createZavu, type ZavuSwitches } from "./zavu";
import { type ZavuSeed, zavuSeed } from "./zavu/seed";
import { zavuSwitchValues } from "./zavu/switch-values";

/** How each vendor behaves where its documentation is silent; whatever is left out has its default. */
export interface VendorSwitches {
  zavu?: Partial<ZavuSwitches>;
  bolna?: Partial<BolnaSwitches>;
  bctrl?: Partial<BctrlSwitches>;
}

/** Accounts and keys of each vendor, in its own words and units. */
export interface VendorSeeds {
  readonly zavu?: ZavuSeed;
  readonly bolna?: BolnaSeed;
  readonly bctrl?: BctrlSeed;
}

/** The schemas of {@link VendorSwitches} and {@link VendorSeeds}, for files: one line per vendor. */
export const switchSchemas = {
  zavu: z.strictObject(zavuSwitchValues).partial().exactOptional(),
  bolna: z.strictObject(bolnaSwitchValues).partial().exactOptional(),
  bctrl: z.strictObject(bctrlSwitchValues).partial().exactOptional(),
};
export const seedSchemas = {
  zavu: zavuSeed.exactOptional(),
  bolna: bolnaSeed.exactOptional(),
  bctrl: bctrlSeed.exactOptional(),
};

/** The names of all vendors. */
export const vendorNames = Object.keys(seedSchemas) as readonly VendorName[];

/**
 * The registry: one line per vendor, here and above. The name is also the vendor's path prefix and its member of the
 * emulator.
 */
export function createVendors(context: (name: string) => VendorContext, switches: VendorSwitches) {
  return {
    zavu: createZavu(context("zavu"), switches.zavu ?? {}),
    bolna: createBolna(context("bolna"), switches.bolna ?? {}),
    bctrl: createBctrl(context("bctrl"), switches.bctrl ?? {}),
  };
}

/** Every vendor, running. */
export type Vendors = ReturnType<typeof createVendors>;

/** `zavu`, `bolna` or `bctrl`. */
export type VendorName = keyof Vendors;

/** The handles of all vendors, for tests. */
export type VendorHandles = { readonly [Name in VendorName]: Vendors[Name]["handle"] };
