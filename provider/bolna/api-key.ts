import { z } from "zod";
import type { Account } from "../core/account/fields";
import { observe, refuseAbsent } from "../core/account/observe";
import { SubaccountsError } from "../core/base/errors";
import { connection, subAccountId } from "../core/contract/arguments";
import type { Context, Values } from "../core/contract/resource";
import type { KeyResource } from "../core/key/api-key";
import { type BolnaClient, bolna } from "./client";
import { accountFacts, accounts } from "./sub-account";

const args = z.strictObject({
  subAccountId,
  connection,
});

type Args = z.infer<typeof args>;

/** `bolna.ApiKey`: the one key Bolna gives an account, read from the listing. It makes and deletes nothing. */
export const bolnaApiKey: KeyResource<BolnaClient, Args> = {
  vendor: bolna,
  kind: "ApiKey",
  manifest: {
    shown: "at any time, in the listing of the accounts",
    deletion: "nothing: the key stays, and works as long as its account exists",
    lostKey: "nothing is made, so nothing can be lost",
    removedOutside:
      "its account is proven to be gone: gone with it; another key in the listing: drift, taken over by `refresh`",
  },
  args,
  defaults: {},
  secrets: ["apiKey"],
  transient: [],
  keyed: [],
  replaces: ["subAccountId"],
  async create(context, wanted) {
    return { id: wanted.subAccountId, state: await present(context, wanted) };
  },
  // The id is that of the account.
  async read(context, subAccountId, before) {
    const looking = { facts: accountFacts, context, before, accounts: accounts(context) };
    const observed = await observe(looking, subAccountId, true);
    if (observed.presence === "gone") return undefined;
    if (observed.account === undefined) throw refuseAbsent(looking, subAccountId, observed);
    return stateOf({ subAccountId, connection: before["connection"] }, observed.account);
  },
  update: (context, _id, _before, wanted) => present(context, wanted),
  async delete() {},
};

/** The state of a key: its account's, and the organization that it was read in. */
function stateOf(wanted: Values, { apiKey, outputs }: Account): Values {
  return { ...wanted, apiKey, __place: accountFacts.placeOf?.(outputs) };
}

async function present(context: Context<BolnaClient>, wanted: Args): Promise<Values> {
  const account = await accounts(context).find(wanted.subAccountId, true);
  if (account?.apiKey !== undefined) return stateOf(wanted, account);
  throw new SubaccountsError(
    `Bolna has no sub-account "${wanted.subAccountId}" whose key could be read. Pass the account's id, for example acme.id`,
  );
}
