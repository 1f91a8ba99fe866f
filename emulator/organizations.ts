import type { VendorOverview } from "./api";
import { bearerKey } from "./core/input";
import type { Vendor, VendorContext } from "./core/vendor";
import { FORMAT, type Seed } from "./files/seed";
import {
  byName,
  startVendors,
  type VendorHandles,
  type VendorName,
  type VendorSeeds,
  type VendorSwitches,
  type Vendors,
  vendorNames,
} from "./vendors";

/** The two organizations of every vendor: what they hold, as a whole. */
export class Organizations {
  readonly #own: Vendors;
  readonly #other: Vendors;
  readonly #restoreSwitches: readonly (() => void)[];
  /** `http://127.0.0.1:PORT`, once the emulator listens. */
  origin = "";

  constructor(
    context: Pick<VendorContext, "now" | "random" | "changed">,
    { switches, seed }: { switches: VendorSwitches; seed: Seed },
  ) {
    const create = (organization: VendorContext["organization"]): Vendors =>
      startVendors((name) => ({ ...context, organization, url: () => `${this.origin}/${name}` }), switches);
    this.#own = create("own");
    this.#other = create("other");
    load(this.#own, seed);
    load(this.#other, seed.other ?? {});
    this.#restoreSwitches = this.#all.map(rememberSwitches);
  }

  /** The vendors of the first organization, by name. */
  get running(): [VendorName, Vendor][] {
    return vendorNames.map((name) => [name, this.#own[name]]);
  }

  get handles(): VendorHandles & { readonly other: VendorHandles } {
    return { ...handlesOf(this.#own), other: handlesOf(this.#other) };
  }

  /** The routes of each vendor. */
  get routes(): Readonly<Record<VendorName, Vendor["routes"]>> {
    return byName((name) => this.#own[name].routes);
  }

  /** The environment variables that point a program here. */
  get environment(): Record<string, string> {
    return Object.fromEntries(
      this.running.flatMap(([name, { environment, apiKey }]) => [
        [environment.baseUrl, `${this.origin}/${name}`],
        [environment.apiKey, apiKey],
      ]),
    );
  }

  /** The vendor in the organization whose key a request carries, by its `Authorization`; the first one without a key. */
  called(name: VendorName, authorization: string | undefined): Vendor {
    const key = bearerKey(authorization) ?? "";
    const other = this.#other[name];
    return key === other.apiKey || other.handle.keyWorks(key) ? other : this.#own[name];
  }

  overview(): VendorOverview[] {
    return this.running.map(([name, { title, environment, rows }]) => {
      return { name, title, url: `${this.origin}/${name}`, environment, rows: rows() };
    });
  }

  /** All that they hold, secrets too. */
  dump(): Seed {
    const dumpOf = (vendors: Vendors): VendorSeeds => byName((name) => vendors[name].dump() as object);
    return { format: FORMAT, ...dumpOf(this.#own), other: dumpOf(this.#other) };
  }

  /** Forgets all that they hold, and puts the switches back. */
  reset(): void {
    for (const vendor of this.#all) vendor.forget();
    for (const restore of this.#restoreSwitches) restore();
  }

  get #all(): Vendor[] {
    return [...Object.values(this.#own), ...Object.values(this.#other)];
  }
}

function handlesOf(vendors: Vendors): VendorHandles {
  return byName((name) => vendors[name].handle) as unknown as VendorHandles;
}

function load(vendors: Vendors, seeds: VendorSeeds): void {
  for (const name of vendorNames) vendors[name].load(seeds[name] ?? {});
}

/** Returns what puts a vendor's switches back to what they are now. */
function rememberSwitches({ switches }: Vendor): () => void {
  const before = { ...switches };
  return () => {
    for (const name of Object.keys(switches)) if (!(name in before)) Reflect.deleteProperty(switches, name);
    Object.assign(switches, before);
  };
}
