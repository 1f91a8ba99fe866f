import type { Context, Env, Handler, Hono } from "hono";
import type { z } from "zod";
import { noQuery, readBody, readQuery, refuseBody } from "./input";
import type { VendorRecord } from "./record-kinds";
import { Refusal } from "./refusal";
import type { VendorEnv } from "./vendor";

type EnvOf<Account> = Env & VendorEnv<Account>;

/** The input of a call; other parameters and bodies are refused. Schemas are made when the call comes, by the switches. */
interface Takes<Query, Body> {
  query?(): z.ZodType<Query>;
  body?(): z.ZodType<Body>;
}

/** A call as it comes. */
interface Asked<Account, E extends Env, Query, Body> {
  readonly c: Context<E>;
  readonly query: Query;
  readonly body: Body;
  /** The account that the path names by `{id}`. Throws 404 if there is none. */
  readonly account: Account;
  /** Stores an account and returns it. */
  put(account: Account): Account;
}

/** Adds a call, `PATCH /v1/sub-accounts/{id}`, to a vendor's API. */
export type AddCall<Account, E extends Env> = <Query = Record<never, never>, Body = undefined>(
  call: string,
  takes: Takes<Query, Body>,
  answer: (asked: Asked<Account, E, Query, Body>) => Response,
) => void;

/**
 * Adds calls that refuse what they do not take: first query parameters, then the body, then an account that there is not.
 *
 * @param notFound the words of that refusal.
 */
export function strictCalls<Account extends VendorRecord, E extends EnvOf<Account>>(
  app: Hono<E>,
  notFound: string,
): AddCall<Account, E> {
  return (call, takes, answer) => {
    const [method = "", path = ""] = call.split(" ");
    const handler: Handler<E> = (c) => {
      const { session } = c.env as EnvOf<Account>["Bindings"];
      const query = readQuery<unknown>(c as never, takes.query?.() ?? noQuery) as never;
      const body = (takes.body ? readBody<unknown>(c as never, takes.body()) : undefined) as never;
      if (!takes.body && method !== "GET") refuseBody(c as never);
      return answer({
        c,
        query,
        body,
        get account() {
          const account = session.get(c.req.param("id") ?? "");
          if (!account) throw new Refusal(404, notFound);
          return account;
        },
        put: (account) => {
          session.put(account.id, account);
          return account;
        },
      });
    };
    app.on(method, path.replace(/\{(\w+)\}/g, ":$1"), handler);
  };
}
