import type { z } from "zod";
import type { Account } from "../core/account/fields";
import { observe, refuseAbsent } from "../core/account/observe";
import { SubaccountsError } from "../core/base/errors";
import { described } from "../core/contract/description";
import type { Context, Values } from "../core/contract/resource";
import { connectionOf, subAccountIdOf } from "../core/contract/shared-fields";
import type { KeyResource } from "../core/key/api-key";
import { type BolnaClient, bolna } from "./client";
import { accountFacts, accounts } from "./sub-account";

const description = {
  doc: `The one key Bolna gives a sub-account, as a resource of its own, so that it stays known in previews when the
account changes. It makes and deletes nothing at Bolna.`,
  argsDoc: "A change reads the key of the other account.",
  page: "https://www.bolna.ai/docs/api-reference/sub-accounts/get_all",
  example: `const acme = new bolna.SubAccount("acme", {
  name: "Acme Corp",
  allowConcurrentCalls: 4,
  deletionPolicy: "retain",
});
export const key = new bolna.ApiKey("acme", { subAccountId: acme.id }).apiKey;`,
  args: {
    subAccountId: subAccountIdOf("Id of the sub-account whose key is wanted", "replacement"),
    connection: connectionOf(bolna.title, "key"),
  },
  outputs: { apiKey: { type: "string", doc: "The key itself, secret.", secret: true } },
} as const;

const { args, ...facts } = described(description);

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
  ...facts,
  args,
  transient: [],
  keyed: [],
  replaces: ["subAccountId"],
  async create(context, wanted) {
    return { id: wanted.subAccountId, state: await present(context, wanted) };
  },
  // The id is that of the account.
  async read(context, subAccountId, before) {
    const looking = { facts: accountFacts, context, before, accounts: accounts(context) };
    const observed = await observe(looking, subAccountId, "refresh");
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
