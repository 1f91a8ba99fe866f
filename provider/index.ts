/**
 * What Pulumi's dynamic-provider process loads: one handler per type token. The names are in every state file
 * (see `__provider`), so they are never changed or removed.
 */
import { bctrlApiKey as bctrlApiKeyResource } from "./bctrl/api-key";
import { bctrlSubAccount as bctrlSubAccountResource } from "./bctrl/sub-account";
import { bolnaApiKey as bolnaApiKeyResource } from "./bolna/api-key";
import { bolnaSubAccount as bolnaSubAccountResource } from "./bolna/sub-account";
import { handler } from "./core/dispatch";
import { ownerHandler } from "./core/owner";
import { processRun } from "./core/process";
import { zavuApiKey as zavuApiKeyResource } from "./zavu/api-key";
import { zavuSubAccount as zavuSubAccountResource } from "./zavu/sub-account";

export const owner = ownerHandler(processRun);
export const bctrlApiKey = handler(bctrlApiKeyResource, processRun);
export const bctrlSubAccount = handler(bctrlSubAccountResource, processRun);
export const bolnaApiKey = handler(bolnaApiKeyResource, processRun);
export const bolnaSubAccount = handler(bolnaSubAccountResource, processRun);
export const zavuApiKey = handler(zavuApiKeyResource, processRun);
export const zavuSubAccount = handler(zavuSubAccountResource, processRun);
