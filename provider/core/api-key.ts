import { secretsOf } from "./account-keys";
import { PartialFailure, SubaccountsError } from "./errors";
import { holdOfKey, isHeld, issueKey, type KeyApi, keysOfSecret, listedKey, revokeKey } from "./keys";
import type { KeyManifest } from "./manifest";
import type { Context, Resource, Values, WriteContext } from "./resource";
import type { Vendor } from "./vendor";

/** What a vendor's key handler says of itself, where keys are objects of their own and shown only once. */
export interface ApiKeyKind<Client, Args extends Values> {
  readonly vendor: Vendor<Client>;
  readonly args: Resource<Client, Args>["args"];
  readonly keys: (context: Context<Client>) => KeyApi;
}

/** The arguments that every vendor's key has. */
interface ApiKeyArgs extends Values {
  readonly subAccountId: string;
  readonly name?: string | undefined;
}

/** A key's resource, with what the documentation is made of. */
export interface KeyResource<Client, Args extends Values> extends Resource<Client, Args> {
  readonly manifest: KeyManifest;
}

const SHOWN_ONCE: KeyManifest = {
  shown: "once, in the reply that makes it; from then on it is in the state alone",
  deletion: "the key is revoked",
  lostKey: "the key that nobody got is revoked, and a new one comes out of the same `up`",
  removedOutside: "revoked: gone, `up` makes a new one",
};

/** The life of a key, the same for every vendor that shows a key only once. */
export function apiKey<Client, Args extends ApiKeyArgs>({
  vendor,
  args,
  keys,
}: ApiKeyKind<Client, Args>): KeyResource<Client, Args> {
  async function create(context: WriteContext<Client>, wanted: Args): Promise<{ id: string; state: Values }> {
    const api = keys(context);
    const { subAccountId } = wanted;
    const before = await api.list(subAccountId);
    if (before === undefined) {
      throw new SubaccountsError(
        `${vendor.title} has no sub-account "${subAccountId}" to make a key for. Pass the account's id, for example acme.id`,
      );
    }
    const issued = await issueKey(context, api, subAccountId, wanted, before);
    const known = { ...wanted, apiKey: issued.secret, keyId: issued.id };
    try {
      const { prefix, createdAt } = await listedKey(context, api, subAccountId, issued.id);
      // It may be what an interrupted run left behind, and it may be somebody's: only a person can tell.
      const own = [...secretsOf(context, subAccountId)].flatMap((secret) => keysOfSecret(before, secret));
      for (const key of before.filter((listed) => !own.includes(listed))) {
        if (
          wanted.name === undefined ||
          key.name !== wanted.name ||
          key.used ||
          key.revoked ||
          isHeld(context, key.id)
        )
          continue;
        context.run.warn(
          `${vendor.title}: the sub-account ${subAccountId} has another key named "${key.name}" (${key.id}), never used and not ` +
            "known to this run; it was left as it is. Revoke it at the vendor if nobody has it",
        );
      }
      return { id: issued.id, state: { ...known, keyPrefix: prefix, createdAt } };
    } catch (error) {
      throw new PartialFailure(issued.id, known, error);
    }
  }

  async function read(context: Context<Client>, _id: string, before: Values): Promise<Values | undefined> {
    const { subAccountId, keyId } = before;
    const api = keys(context);
    const [accountId, wanted] = [String(subAccountId), String(keyId)];
    const key =
      (await api.find?.(accountId, wanted)) ?? (await api.list(accountId))?.find(({ id }) => id === wanted);
    if (key === undefined || key.revoked) return undefined;
    return { ...before, keyPrefix: key.prefix, createdAt: key.createdAt };
  }

  return {
    vendor,
    kind: "ApiKey",
    manifest: SHOWN_ONCE,
    args,
    defaults: {},
    secrets: ["apiKey"],
    transient: [],
    keyed: [],
    replaces: Object.keys(args.shape).filter((name) => name !== "connection"),
    claims: ({ subAccountId, name }) =>
      new Map(
        typeof subAccountId === "string" && typeof name === "string"
          ? [["name", `${subAccountId} ${name}`]]
          : [],
      ),
    remember: ({ run, connection }, _id, { keyId }, urn) => {
      if (typeof keyId === "string") run.hold(holdOfKey(connection, keyId), urn);
    },
    create,
    read,
    // Only a changed connection, or the repair of a create that failed half-way, comes here: both need a look.
    async update(context, id, before, wanted) {
      const after = await read(context, id, before);
      if (after) return { ...after, connection: wanted["connection"] };
      throw new SubaccountsError(
        `${vendor.title}: the key ${String(before["keyId"])} of ${wanted.subAccountId} is revoked or cannot be read through this ` +
          "connection. Run `pulumi refresh`, then `pulumi up` makes a new one",
      );
    },
    async delete(context, _id, before) {
      await revokeKey(context, keys(context), String(before["subAccountId"]), String(before["keyId"]));
    },
  };
}
