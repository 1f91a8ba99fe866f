import { type BctrlSwitches, createBctrl } from "./bctrl";
import { type BolnaSwitches, createBolna } from "./bolna";
import type { VendorContext } from "./core/vendor";
import { createZavu, type ZavuSwitches } from "./zavu";

/** How each vendor behaves where its documentation is silent; whatever is left out has its default. */
export interface VendorSwitches {
  zavu?: Partial<ZavuSwitches>;
  bolna?: Partial<BolnaSwitches>;
  bctrl?: Partial<BctrlSwitches>;
}

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
type Vendors = ReturnType<typeof createVendors>;

/** `zavu`, `bolna` or `bctrl`. */
export type VendorName = keyof Vendors;

/** The handles of all vendors, for tests. */
export type VendorHandles = { readonly [Name in VendorName]: Vendors[Name]["handle"] };
