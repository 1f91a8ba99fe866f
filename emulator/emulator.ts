import { randomInt } from "node:crypto";
import { createServer, type Server } from "node:http";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import { exchange } from "./core/exchange";
import { type FaultRuleOf, Faults } from "./core/faults";
import { foreignHost } from "./core/host";
import { bearerKey } from "./core/input";
import { LateEffects } from "./core/late";
import { type LoggedRequestOf, RequestLog } from "./core/log";
import type { AccountRow, Vendor, VendorContext } from "./core/vendor";
import { pageHeaders, pageHtml } from "./page/html";
import { pageState } from "./page/state";
import { createVendors, type VendorHandles, type VendorName, type VendorSwitches } from "./vendors";

/** A scripted fault and the requests that it hits. */
export type FaultRule = FaultRuleOf<VendorName>;

/** One request as a vendor saw it. */
export type LoggedRequest = LoggedRequestOf<VendorName>;

/** How to start: everything is optional. */
export interface EmulatorOptions extends VendorSwitches {
  /** Default 0: any free port. */
  port?: number;
  /** The clock of time stamps and rate windows. Default: the real one. */
  now?: () => Date;
  /** Uniform in [0, 1), for ids and keys; must vary. Default: cryptographic randomness. */
  random?: () => number;
}

/** One vendor and its accounts, as people are shown them: never with a secret. */
export interface VendorOverview {
  readonly name: VendorName;
  readonly title: string;
  readonly url: string;
  /** The environment variables that point a program here, by what they hold. */
  readonly environment: { readonly baseUrl: string; readonly apiKey: string };
  readonly rows: readonly AccountRow[];
}

/** A running emulator with its vendors. */
export interface Emulator extends VendorHandles {
  /**
   * A second organization at every vendor, at the same addresses, which the keys in a request tell from the first. It
   * begins with the same switches but for its ids, and {@link Emulator.overview} leaves it out.
   */
  readonly other: VendorHandles;
  /** `http://127.0.0.1:PORT`, which in a browser shows the accounts. */
  readonly url: string;
  /** Every request to a vendor in order of arrival, pending ones too. Each access is a new array. */
  readonly requests: readonly LoggedRequest[];
  clearRequests(): void;
  /** Scripts a fault. Rules are consumed in order; the first that is ready for a request wins. */
  fault(rule: FaultRule): void;
  clearFaults(): void;
  /** Lets the late effects that are due by the clock happen; each request does so first. */
  landLateEffects(): Promise<void>;
  /** Every vendor with its accounts, for people. */
  overview(): VendorOverview[];
  /** Stops listening and destroys open connections, so that a hanging request cannot hold it up. */
  close(): Promise<void>;
}

/**
 * Starts stand-ins for all vendors on the loopback interface. Rejects with the system's error (`EADDRINUSE`) if the
 * port cannot be had.
 *
 * @example
 * const emulator = await startEmulator();
 * process.env["ZAVU_BASE_URL"] = emulator.zavu.url;
 * process.env["ZAVUDEV_API_KEY"] = emulator.zavu.apiKey;
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { port = 0, now = () => new Date(), random = () => randomInt(2 ** 32) / 2 ** 32 } = options;
  let origin = "";
  const log = new RequestLog<VendorName>();
  const faults = new Faults<VendorName>();
  const late = new LateEffects(now);
  const organizationOf = (organization: VendorContext["organization"]) =>
    createVendors((name) => ({ url: () => `${origin}/${name}`, now, random, organization }), options);
  const vendors = organizationOf("own");
  const others = organizationOf("other");
  const running = Object.entries(vendors) as [VendorName, Vendor][];
  const overview = (): VendorOverview[] =>
    running.map(([name, { title, environment, rows }]) => {
      return { name, title, url: `${origin}/${name}`, environment, rows: rows() };
    });

  const app = new Hono<{ Bindings: HttpBindings }>();
  app.use((c, next) => {
    const problem = foreignHost(c.env.incoming.headers.host);
    return problem === undefined ? next() : Promise.resolve(c.text(problem, 421));
  });
  for (const [name, vendor] of running) {
    app.all(`/${name}/*`, (c) => {
      const key = bearerKey(c.req.header("authorization")) ?? "";
      const isOthers = key === others[name].apiKey || others[name].handle.keyWorks(key);
      const asked = isOthers ? others[name] : vendor;
      return exchange(name, asked, c.req.raw, c.env, { log, faults, late, now });
    });
  }
  app.get("/", (c) => c.html(pageHtml, 200, pageHeaders));
  app.get("/_/state", (c) => c.json(pageState(overview(), log), 200, pageHeaders));

  // The adapter's replacements of the global Request and Response would leak into the program under test.
  const server = createServer(getRequestListener(app.fetch, { overrideGlobalObjects: false }));
  origin = `http://127.0.0.1:${await listen(server, port)}`;

  return {
    ...handlesOf(vendors),
    other: handlesOf(others),
    url: origin,
    get requests() {
      return log.entries;
    },
    clearRequests: () => log.clear(),
    fault: (rule) => faults.add(rule),
    clearFaults: () => faults.clear(),
    landLateEffects: async () => {
      await late.land();
    },
    overview,
    close: () => close(server),
  };
}

function handlesOf(vendors: ReturnType<typeof createVendors>): VendorHandles {
  const handles = Object.entries(vendors).map(([name, { handle }]) => [name, handle]);
  return Object.fromEntries(handles) as VendorHandles;
}

/** Resolves to the port that was really taken. */
function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // Already closed is fine, too.
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
