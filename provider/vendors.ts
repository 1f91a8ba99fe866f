import { bctrlApiKey } from "./bctrl/api-key";
import { bctrl } from "./bctrl/client";
import { bctrlSubAccount } from "./bctrl/sub-account";
import { bolnaApiKey } from "./bolna/api-key";
import { bolna } from "./bolna/client";
import { bolnaSubAccount } from "./bolna/sub-account";
import type { Run } from "./core/base/run";
import type { Settings } from "./core/vendor-io/config";
import { connect } from "./core/vendor-io/connection";
import type { Vendor, VendorFacts } from "./core/vendor-io/vendor";
import { zavuApiKey } from "./zavu/api-key";
import { zavu } from "./zavu/client";
import { zavuSubAccount } from "./zavu/sub-account";

/** The registry: one line per vendor. */
export const vendors = {
  bctrl: { vendor: entry(bctrl), SubAccount: bctrlSubAccount, ApiKey: bctrlApiKey },
  bolna: { vendor: entry(bolna), SubAccount: bolnaSubAccount, ApiKey: bolnaApiKey },
  zavu: { vendor: entry(zavu), SubAccount: zavuSubAccount, ApiKey: zavuApiKey },
};

/** Any vendor of the registry, whatever its client: what works with each of them alike. */
export interface AnyVendor extends VendorFacts {
  /** Asks the vendor whether it accepts the key; see `probe` of `Vendor`. */
  readonly probeWith: (settings: Settings, run: Run) => Promise<string>;
}

/** Every vendor of the registry. */
export const everyVendor: readonly AnyVendor[] = Object.values(vendors).map(({ vendor }) => vendor);

function entry<Client>(vendor: Vendor<Client>): AnyVendor {
  return {
    ...vendor,
    probeWith: (settings, run) => vendor.probe(connect(vendor, settings, run).client),
  };
}
