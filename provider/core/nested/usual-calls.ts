import { z } from "zod";
import { type Http, segment } from "../vendor-io/http";
import type { NestedEndpoints, NestedObject } from "./nested";

/** The usual four calls of a kind of object: list and create at a path, change (PATCH) and delete below it by its id. */
export interface UsualCalls<Wire> {
  /** `webhook`, for messages. */
  readonly noun: string;
  /** Several of them. Default: the noun with an `s`. */
  readonly nouns?: string;
  /** The path of an account's objects, of which `id` is encoded already. */
  readonly path: (id: string) => string;
  /** The shape of an object in every reply: strict in what is used, open to new fields. */
  readonly object: z.ZodType<Wire>;
  /** The object in the words of our arguments. */
  readonly toObject: (object: Wire) => NestedObject;
  /** The member of a reply that holds the object. */
  readonly reply: string;
  readonly page: {
    /** The member with the objects of a page. */
    readonly items: string;
    /** The member with the cursor of the next page; empty, null or absent on the last one. */
    readonly next: string;
    /** The query that sends it, and what is sent beside it. */
    readonly cursor: string;
    readonly query?: Readonly<Record<string, string>>;
  };
  /** The reply to a delete. Default: without a body. */
  readonly removed?: z.ZodType;
}

/** The endpoints of a kind of object whose calls are the usual ones. */
export function usualCalls<Wire>(http: Http, calls: UsualCalls<Wire>): NestedEndpoints {
  const { noun, nouns = `${noun}s`, page, toObject, removed = z.undefined() } = calls;
  const path = (accountId: string) => calls.path(segment(accountId));
  const one = z.looseObject({ [calls.reply]: calls.object });
  const oneOf = (reply: z.infer<typeof one>) => toObject(reply[calls.reply] as Wire);
  const listed = z.looseObject({ [page.items]: z.array(calls.object), [page.next]: z.string().nullish() });
  return {
    page: async (accountId, cursor) => {
      const reply = await http.send({
        operation: `list the ${nouns} of the sub-account`,
        method: "GET",
        path: path(accountId),
        query: { ...page.query, [page.cursor]: cursor },
        reply: listed,
      });
      const next = reply[page.next] as string | null | undefined;
      return { items: (reply[page.items] as Wire[]).map(toObject), next: next || undefined };
    },
    create: async (accountId, body) =>
      oneOf(
        await http.send({
          operation: `create the ${noun}`,
          method: "POST",
          path: path(accountId),
          body,
          reply: one,
        }),
      ),
    update: async (accountId, id, body) =>
      oneOf(
        await http.send({
          operation: `update the ${noun}`,
          method: "PATCH",
          path: `${path(accountId)}/${segment(id)}`,
          body,
          reply: one,
          expects: { id, idOf: (reply) => oneOf(reply).id },
        }),
      ),
    remove: (accountId, id) =>
      http.send({
        operation: `delete the ${noun}`,
        method: "DELETE",
        path: `${path(accountId)}/${segment(id)}`,
        reply: removed,
      }),
  };
}
