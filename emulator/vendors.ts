import { bctrl } from "./bctrl";
import { bolna } from "./bolna";
import { type SeedOf, seedSchema } from "./core/record-kinds";
import type { StandIn } from "./core/stand-in";
import { type Mark, switchSchema } from "./core/switches";
import type { VendorContext } from "./core/vendor";
import { zavu } from "./zavu";

/** The registry: one line per vendor. The name is also the vendor's path prefix and its member of the emulator. */
export const standIns = { zavu, bolna, bctrl };

/** `zavu`, `bolna` or `bctrl`. */
export type VendorName = keyof typeof standIns;

/** The names of all vendors. */
export const vendorNames = Object.keys(standIns) as readonly VendorName[];

/** The handles of all vendors, for tests. */
export type VendorHandles = {
  readonly [Name in VendorName]: (typeof standIns)[Name] extends StandIn<infer Handle, infer _>
    ? Handle
    : never;
};

/** How each vendor behaves where its documentation is silent; whatever is left out has its default. */
export type VendorSwitches = { [Name in VendorName]?: Partial<VendorHandles[Name]["switches"]> };

/** Accounts and keys of each vendor, in its own words and units. */
export type VendorSeeds = { readonly [Name in VendorName]?: SeedOf<(typeof standIns)[Name]["accounts"]> };

/** The schemas of {@link VendorSwitches} and {@link VendorSeeds}, for files. */
export const switchSchemas = byName((name) => switchSchema(standIns[name].switches).exactOptional());
export const seedSchemas = byName((name) => seedSchema(standIns[name].accounts).exactOptional());

/** How each switch of each vendor can be told of the real one. */
export const switchMarks = byName((name): Readonly<Record<string, Mark>> => {
  const { switches } = standIns[name] as StandIn;
  return Object.fromEntries(Object.entries(switches).map(([each, { mark }]) => [each, mark]));
});

/** Every vendor, running. */
export type Vendors = ReturnType<typeof startVendors>;

/** Starts every vendor's stand-in for one of its organizations. */
export function startVendors(context: (name: string) => VendorContext, switches: VendorSwitches) {
  return byName((name) => (standIns[name] as StandIn).run(context(name), switches[name] ?? {}));
}

export function byName<Value>(make: (name: VendorName) => Value): Record<VendorName, Value> {
  return Object.fromEntries(vendorNames.map((name) => [name, make(name)])) as Record<VendorName, Value>;
}
