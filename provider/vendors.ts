import { bctrl } from "./bctrl/client";
import { bolna } from "./bolna/client";
import type { Vendor } from "./core/vendor";
import { zavu } from "./zavu/client";

/** The registry: one line per vendor, in the order of the alphabet. */
export const vendors = { bctrl, bolna, zavu };

/** Any vendor of the registry, for what works with each of them alike. */
export type AnyVendor = Vendor<never>;
