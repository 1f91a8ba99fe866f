import type { JsonObject } from "../base/json";
import type { Fields } from "../contract/fields";
import { type CollectionCalls, collection } from "../vendor-io/collection";
import type { Http } from "../vendor-io/http";
import type { Account } from "./fields";
import type { AccountApi } from "./kind";

/** The usual calls about accounts. */
export interface UsualAccounts<Wire>
  extends Pick<CollectionCalls<Wire, Account>, "path" | "object" | "reply" | "page"> {
  /** An account in the words of our arguments. */
  readonly toAccount: (reply: Wire) => Account;
  /** The vendor's names of fields and of `metadata`, where it has others. */
  readonly words?: Readonly<Record<string, string>>;
  /** Metadata in the vendor's form. Default: as it is. */
  readonly metadataAs?: (metadata: JsonObject) => JsonObject;
}

/** The account endpoints of a vendor whose calls are the usual ones; its delete is its own. */
export function usualAccounts<Wire>(
  http: Http,
  { toAccount, words = {}, metadataAs = (metadata) => metadata, ...calls }: UsualAccounts<Wire>,
): Required<Pick<AccountApi, "create" | "get" | "page" | "update">> {
  const { create, get, page, update } = collection(http, {
    noun: "sub-account",
    all: "sub-accounts",
    toItem: toAccount,
    ...calls,
  });
  const bodyOf = (fields: Fields, metadata: JsonObject | undefined) => {
    const all = { ...fields, ...(metadata && { metadata: metadataAs(metadata) }) };
    return Object.fromEntries(Object.entries(all).map(([name, value]) => [words[name] ?? name, value]));
  };
  return {
    create: (fields, metadata) => create(bodyOf(fields, metadata)),
    get,
    page: (cursor) => page(cursor),
    update: (id, fields, metadata) => update(id, bodyOf(fields, metadata)),
  };
}
