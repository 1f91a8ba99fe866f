import type { Env } from "hono";
import type { z } from "zod";
import type { AddCall } from "./calls";
import { type PageSwitches, pageOf } from "./paging";
import type { VendorRecord } from "./record-kinds";
import { Refusal } from "./refusal";

/** A kind of object of an account whose calls are the usual ones. */
interface Calls<Stored extends VendorRecord, Created, Query> {
  /** `/v1/sub-accounts/{id}/webhooks`; the account has them under its last segment. */
  readonly path: string;
  /** A whole one, of the body of a create. */
  make(body: Created): Stored;
  query(): z.ZodType<Query>;
  created(): z.ZodType<Created>;
  patched(): z.ZodType<object>;
  /** The reply about one, and a page of them. */
  one(stored: Stored): object;
  page(page: { readonly items: readonly Stored[]; readonly next: string | null }): object;
  /** The refusal of an id that there is not. */
  readonly notFound: { readonly message: string; readonly code?: string };
}

/** Adds the usual calls about the objects of an account: list and create at a path; change and delete (204) below it. */
export function subObjectCalls<
  Account extends VendorRecord,
  E extends Env,
  Stored extends VendorRecord,
  Created,
  Query extends { limit: number; cursor?: string | undefined },
>(
  call: AddCall<Account, E>,
  switches: PageSwitches,
  { path, make, query, created, patched, one, page, notFound }: Calls<Stored, Created, Query>,
): void {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const allOf = (account: Account) => (Reflect.get(account, name) ?? []) as readonly Stored[];
  const found = (account: Account, id: string | undefined) => {
    const stored = allOf(account).find((each) => each.id === id);
    const { message, code } = notFound;
    if (!stored) throw new Refusal(404, message, code === undefined ? {} : { code });
    return stored;
  };
  call(`GET ${path}`, { query }, ({ c, query, account }) =>
    c.json(page(pageOf(allOf(account), query, switches))),
  );
  call(`POST ${path}`, { body: created }, ({ c, body, account, put }) => {
    const stored = make(body);
    put({ ...account, [name]: [...allOf(account), stored] });
    return c.json(one(stored), 201);
  });
  call(`PATCH ${path}/{objectId}`, { body: patched }, ({ c, body, account, put }) => {
    const before = found(account, c.req.param("objectId"));
    const after = { ...before, ...body };
    put({ ...account, [name]: allOf(account).map((each) => (each === before ? after : each)) });
    return c.json(one(after));
  });
  call(`DELETE ${path}/{objectId}`, {}, ({ c, account, put }) => {
    const gone = found(account, c.req.param("objectId"));
    put({ ...account, [name]: allOf(account).filter((each) => each !== gone) });
    return c.body(null, 204);
  });
}
