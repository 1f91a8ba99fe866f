import { bctrlApiKey } from "./bctrl/api-key";
import { bctrl } from "./bctrl/client";
import { bctrlSubAccount } from "./bctrl/sub-account";
import { bolnaApiKey } from "./bolna/api-key";
import { bolna } from "./bolna/client";
import { bolnaSubAccount } from "./bolna/sub-account";
import { zavuApiKey } from "./zavu/api-key";
import { zavu } from "./zavu/client";
import { zavuSubAccount } from "./zavu/sub-account";

/** The registry: one line per vendor. */
export const vendors = {
  bctrl: { vendor: bctrl, SubAccount: bctrlSubAccount, ApiKey: bctrlApiKey },
  bolna: { vendor: bolna, SubAccount: bolnaSubAccount, ApiKey: bolnaApiKey },
  zavu: { vendor: zavu, SubAccount: zavuSubAccount, ApiKey: zavuApiKey },
};
