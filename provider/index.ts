/**
 * The handlers that Pulumi's dynamic-provider process loads, one per type token. The names are in every state file
 * (see `__provider`), so they are never changed or removed.
 */

import { ownerHandler } from "./dynamic/owner";
import { processRun } from "./dynamic/process";
import { handler } from "./dynamic/protocol";
import { vendors } from "./vendors";

const { bctrl, bolna, zavu } = vendors;

export const owner = ownerHandler(processRun);
export const bctrlApiKey = handler(bctrl.ApiKey, processRun);
export const bctrlSubAccount = handler(bctrl.SubAccount, processRun);
export const bolnaApiKey = handler(bolna.ApiKey, processRun);
export const bolnaSubAccount = handler(bolna.SubAccount, processRun);
export const zavuApiKey = handler(zavu.ApiKey, processRun);
export const zavuSubAccount = handler(zavu.SubAccount, processRun);
