import { type Context, Hono } from "hono";
import { z } from "zod";
import type { FaultRuleOf, Faults } from "../core/faults";
import { handChange, handValue } from "../core/hand-fields";
import type { RequestLog } from "../core/log";
import { Mistake } from "../core/mistake";
import type { Vendor } from "../core/vendor";
import { crossSite, pageHeaders } from "./headers";
import { html } from "./html";
import { scriptText } from "./scripts";
import { aboutOf, type Overview, stateOf } from "./state";
import { style } from "./style";
import type { HandFields } from "./view";

/** What the page shows and changes. */
interface Shown<Name extends string> {
  readonly vendors: readonly (readonly [Name, Vendor])[];
  overview(): Overview<Name>;
  readonly log: RequestLog<Name>;
  readonly faults: Faults<Name>;
  /** Scripts a fault in the form of the command. @throws Mistake */
  script(rule: FaultRuleOf<Name> | string): void;
}

const settings = z.strictObject({
  rate: z.int("the rate is a whole number of calls a minute from 1").min(1).max(1_000_000).nullable(),
  latencyMs: z.int("the latency is a whole number of milliseconds").min(0).max(600_000),
});
const texts = z.record(z.string(), z.string());

/** The page at `/`, and below `/_/` what its script asks for. */
export function page<Name extends string>({ vendors, overview, log, faults, script }: Shown<Name>): Hono {
  const app = new Hono();
  const answer = (c: Context, value: object) => c.json(value, 200, pageHeaders);
  const done = (c: Context) => c.body(null, 204, pageHeaders);
  const vendorOf = (c: Context): Vendor => {
    const name = c.req.param("vendor");
    const found = vendors.find(([each]) => each === name)?.[1];
    if (found === undefined) throw new Mistake(`there is no vendor ${name}`);
    return found;
  };
  const accountOf = (c: Context) => {
    const [vendor, id] = [vendorOf(c), c.req.param("id") ?? ""];
    const account = vendor.account(id);
    if (account === undefined) throw new Mistake(`there is no account ${id} any more`);
    return { vendor, id, account };
  };

  app.onError((error, c) => {
    const problem = error instanceof z.ZodError ? z.prettifyError(error) : error.message;
    return c.json(
      { problem },
      error instanceof Mistake || error instanceof z.ZodError ? 400 : 500,
      pageHeaders,
    );
  });
  app.use("/_/*", async (c, next) => {
    const problem = c.req.method === "GET" ? undefined : crossSite((name) => c.req.header(name));
    return problem === undefined ? next() : c.json({ problem: `The request ${problem}` }, 403, pageHeaders);
  });

  app.get("/", (c) => c.html(html, 200, pageHeaders));
  app.get("/_/style.css", (c) => c.body(style, 200, { ...pageHeaders, "content-type": "text/css" }));
  app.get("/_/:script{[a-z-]+\\.mjs}", (c) => {
    const text = scriptText(c.req.param("script"));
    if (text === undefined) return c.notFound();
    return c.body(text, 200, { ...pageHeaders, "content-type": "text/javascript" });
  });
  app.get("/favicon.ico", (c) => done(c));
  app.get("/_/about", (c) => answer(c, aboutOf(vendors, overview())));
  app.get("/_/state", (c) => answer(c, stateOf(vendors, overview(), { log, faults: faults.pending })));

  app.post("/_/faults", async (c) => {
    script(z.string().parse(await c.req.json()));
    return done(c);
  });
  app.delete("/_/faults", (c) => {
    faults.clear();
    return done(c);
  });
  app.put("/_/vendors/:vendor", async (c) => {
    const { rate, latencyMs } = settings.parse(await c.req.json());
    const { switches } = vendorOf(c);
    Object.assign(switches, {
      latencyMs,
      enforceRateLimit: rate !== null,
      ...(rate !== null && { requestsPerMinute: rate }),
    });
    return done(c);
  });
  app.get("/_/vendors/:vendor/accounts/:id", (c) => {
    const { vendor, account } = accountOf(c);
    const fields = vendor.fields().map((field) => ({ ...field, value: handValue(account, field) }));
    return answer(c, { fields } satisfies HandFields);
  });
  app.patch("/_/vendors/:vendor/accounts/:id", async (c) => {
    const change = handChange(vendorOf(c).fields(), texts.parse(await c.req.json()));
    const { vendor, id } = accountOf(c);
    vendor.change(id, change);
    return done(c);
  });
  app.delete("/_/vendors/:vendor/accounts/:id", (c) => {
    const { vendor, id } = accountOf(c);
    vendor.remove(id);
    return done(c);
  });
  return app;
}
