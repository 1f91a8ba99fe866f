import type { Context, Env, Handler, Hono } from "hono";
import type { z } from "zod";
import { noQuery, readBody, readQuery, refuseBody } from "./input";

interface BodyEnv extends Env {
  Bindings: { readonly text: string };
}

/** What a call takes; parameters and bodies that it does not are refused. Schemas are made when the call comes, by the switches. */
interface Takes<Query, Body> {
  query?(): z.ZodType<Query>;
  body?(): z.ZodType<Body>;
}

/** A call as it comes. */
export interface Asked<E extends BodyEnv, Query, Body> {
  readonly c: Context<E>;
  readonly query: Query;
  readonly body: Body;
}

/** Adds a call, `PATCH /v1/sub-accounts/{id}`, to a vendor's API. */
export type AddCall<E extends BodyEnv> = <Query = Record<never, never>, Body = undefined>(
  call: string,
  takes: Takes<Query, Body>,
  answer: (asked: Asked<E, Query, Body>) => Response,
) => void;

/** Adds calls that refuse what they do not take: first query parameters, then the body. */
export function strictCalls<E extends BodyEnv>(app: Hono<E>): AddCall<E> {
  return (call, takes, answer) => {
    const [method = "", path = ""] = call.split(" ");
    const handler: Handler<E> = (c) => {
      const query = readQuery<unknown>(c, takes.query?.() ?? noQuery) as never;
      if (takes.body) return answer({ c, query, body: readBody(c, takes.body()) });
      if (method !== "GET") refuseBody(c);
      return answer({ c, query, body: undefined as never });
    };
    app.on(method, path.replace(/\{(\w+)\}/g, ":$1"), handler);
  };
}
