import { z } from "zod";
import { parseTime } from "../base/time";
import { type CollectionCalls, collection } from "../vendor-io/collection";
import { type Http, segment } from "../vendor-io/http";
import type { NestedEndpoints, NestedObject } from "./nested";

/** The usual calls about the objects of an account of one kind. */
export interface UsualCalls<Wire>
  extends Pick<CollectionCalls<Wire, NestedObject>, "noun" | "object" | "reply" | "page"> {
  /** Several of them. Default: the noun with an `s`. */
  readonly nouns?: string;
  /** The path of an account's objects, of which `id` is encoded already. */
  readonly path: (id: string) => string;
  /** The object in the words of our arguments. Default: its members are called like them, and `createdAt` like itself. */
  readonly toObject?: (object: Wire) => NestedObject;
  /** The reply to a delete. Default: without a body. */
  readonly removed?: z.ZodType;
}

/** The endpoints of a kind of object whose calls are the usual ones. */
export function usualCalls<Wire extends { readonly id: string }>(
  http: Http,
  { nouns, path, toObject = named, removed = z.undefined(), ...calls }: UsualCalls<Wire>,
): NestedEndpoints {
  const all = `${nouns ?? `${calls.noun}s`} of the sub-account`;
  const of = (accountId: string) =>
    collection(http, { ...calls, all, path: path(segment(accountId)), toItem: toObject });
  return {
    page: (accountId, cursor) => of(accountId).page(cursor),
    create: (accountId, body) => of(accountId).create(body),
    update: (accountId, id, body) => of(accountId).update(id, body),
    remove: (accountId, id) => of(accountId).remove(id, removed),
  };
}

function named({ id, ...fields }: { readonly id: string }): NestedObject {
  return { id, fields, createdAtMs: parseTime(Reflect.get(fields, "createdAt")) };
}
