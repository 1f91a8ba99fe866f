import { type Context, type Env, Hono } from "hono";
import { Refusal } from "./refusal";

/** How a vendor lets requests in and answers refusals. */
interface Frame<E extends Env> {
  /** Puts a refusal into the vendor's envelope. */
  refuse(c: Context<E>, refusal: Refusal): Response;
  /** What comes before every call: whose key it is, the rate limit. Throws a refusal. */
  admit(c: Context<E>): void;
  /** The code of a call that there is not. */
  readonly unknownRoute?: string;
}

/** A vendor's API without calls yet: every refusal is in its envelope, and every request is let in first. */
export function vendorApp<E extends Env>({ refuse, admit, unknownRoute }: Frame<E>): Hono<E> {
  const app = new Hono<E>();
  app.onError((error, c) =>
    refuse(c, error instanceof Refusal ? error : new Refusal(500, `emulator: ${error.message}`)),
  );
  app.notFound((c) => {
    const message = `No route for ${c.req.method} ${c.req.path}`;
    return refuse(c, new Refusal(404, message, unknownRoute === undefined ? {} : { code: unknownRoute }));
  });
  app.use((c, next) => {
    admit(c);
    return next();
  });
  return app;
}
