import { z } from "zod";
import { type Http, orGone, segment } from "./http";
import type { Page } from "./page-reader";

/** How a vendor lists objects. */
export interface ListedPages {
  /** The member of a reply with the objects of a page. */
  readonly items: string;
  /** The member with the cursor of the next page; empty, null or absent on the last one. */
  readonly next: string;
  /** The query that sends the cursor, and what is sent beside it. */
  readonly cursor: string;
  readonly query?: Readonly<Record<string, string>>;
}

/** A kind of object with the usual calls: list and create at a path; read, change (PATCH) and delete below it, by the id. */
export interface CollectionCalls<Wire, Item extends { readonly id: string }> {
  /** For messages: `sub-account`, and `sub-accounts`. */
  readonly noun: string;
  readonly all: string;
  readonly path: string;
  /** The shape of an object in every reply: strict in what is used, open to new fields. */
  readonly object: z.ZodType<Wire>;
  readonly toItem: (object: Wire) => Item;
  /** The member of a reply to a call about one object that holds it. */
  readonly reply: string;
  readonly page: ListedPages;
}

/** The calls about a kind of object; for one that the vendor does not have, `update` and `remove` throw. */
export interface Collection<Item> {
  page(cursor: string | undefined): Promise<Page<Item>>;
  create(body: object): Promise<Item>;
  /** Undefined: the vendor's own "not found". */
  get(id: string): Promise<Item | undefined>;
  update(id: string, body: object): Promise<Item>;
  /** @param reply its shape; any other 2xx proves nothing */
  remove(id: string, reply: z.ZodType, verb?: string): Promise<void>;
}

export function collection<Wire, Item extends { readonly id: string }>(
  http: Http,
  { noun, all, path, object, toItem, reply, page }: CollectionCalls<Wire, Item>,
): Collection<Item> {
  const one = z.looseObject({ [reply]: object });
  const itemOf = (answer: z.infer<typeof one>) => toItem(answer[reply] as Wire);
  const listed = z.looseObject({ [page.items]: z.array(object), [page.next]: z.string().nullish() });
  const at = (id: string) => `${path}/${segment(id)}`;
  const known = (id: string) => ({
    path: at(id),
    reply: one,
    expects: { id, idOf: (answer: z.infer<typeof one>) => itemOf(answer).id },
  });
  return {
    page: async (cursor) => {
      const query = { ...page.query, [page.cursor]: cursor };
      const answer = await http.send({
        operation: `list the ${all}`,
        method: "GET",
        path,
        query,
        reply: listed,
      });
      const next = answer[page.next] as string | null | undefined;
      return { items: (answer[page.items] as Wire[]).map(toItem), next: next || undefined };
    },
    create: async (body) =>
      itemOf(await http.send({ operation: `create the ${noun}`, method: "POST", path, body, reply: one })),
    get: (id) =>
      orGone(http.send({ operation: `read the ${noun}`, method: "GET", ...known(id) }).then(itemOf)),
    update: async (id, body) =>
      itemOf(await http.send({ operation: `update the ${noun}`, method: "PATCH", body, ...known(id) })),
    remove: async (id, shape, verb = "delete") => {
      await http.send({ operation: `${verb} the ${noun}`, method: "DELETE", path: at(id), reply: shape });
    },
  };
}
