import { randomInt } from "node:crypto";
import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import { exchange } from "./core/exchange";
import { readFault } from "./core/fault-text";
import { type FaultRuleOf, Faults } from "./core/faults";
import { allowedHosts, foreignHost, ownHost } from "./core/host";
import { bearerKey } from "./core/input";
import { LateEffects } from "./core/late";
import { type LoggedRequestOf, RequestLog } from "./core/log";
import type { AccountRow, Vendor, VendorContext } from "./core/vendor";
import { Persistence } from "./files/persistence";
import { checkedSeed, FORMAT, type Seed } from "./files/seed";
import { page } from "./page/routes";
import { close, serve } from "./server";
import {
  createVendors,
  type VendorHandles,
  type VendorName,
  type VendorSeeds,
  type VendorSwitches,
  type Vendors,
} from "./vendors";

/** A scripted fault and the requests that it hits. */
export type FaultRule = FaultRuleOf<VendorName>;

/** One request as a vendor saw it. */
export type LoggedRequest = LoggedRequestOf<VendorName>;

/** How to start: everything is optional. */
export interface EmulatorOptions extends VendorSwitches {
  /** Default 0: any free port. */
  port?: number;
  /** The address to listen at: `0.0.0.0` is open to other machines and containers. Default: `127.0.0.1`. */
  host?: string;
  /** Host names by which requests may come, besides those of this machine: `["emulator"]`. Every other one is refused. */
  allowHosts?: readonly string[];
  /** Accounts and keys to begin with. */
  seed?: Seed;
  /** Faults of the next requests, as {@link Emulator.fault} takes them. */
  faults?: readonly (FaultRule | string)[];
  /** A file in which accounts and keys survive a restart. It has keys in clear, and is readable by its owner alone. */
  persist?: string;
  /** Told why `persist` cannot be written, while running. Default: `console.warn`. */
  warn?: (message: string) => void;
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
export interface Emulator extends VendorHandles, AsyncDisposable {
  /**
   * A second organization at every vendor, at the same addresses, which the keys in a request tell from the first. It
   * begins with the same switches but for its ids, and {@link Emulator.overview} leaves it out.
   */
  readonly other: VendorHandles;
  /** `http://127.0.0.1:PORT`, which in a browser shows the accounts. */
  readonly url: string;
  /** The environment variables that point a program here: base URL and key of every vendor. */
  readonly environment: Readonly<Record<string, string>>;
  /** Every request to a vendor in order of arrival, pending ones too. Each access is a new array. */
  readonly requests: readonly LoggedRequest[];
  clearRequests(): void;
  /**
   * Scripts a fault, by a rule or as the command writes it: `zavu:lost-reply:1`. Rules are consumed in order; the first that
   * is ready for a request wins. Throws an error that lists what there is for a text that is no fault.
   */
  fault(rule: FaultRule | string): void;
  /** The faults that have not hit all their requests yet: a test that expects a fault expects none here at its end. */
  readonly pendingFaults: readonly FaultRule[];
  clearFaults(): void;
  /** Forgets accounts, keys, requests, faults and changed switches: as if just started, without the seed. */
  reset(): void;
  /** Lets the late effects that are due by the clock happen; each request does so first. */
  landLateEffects(): Promise<void>;
  /** Every vendor with its accounts, for people. */
  overview(): VendorOverview[];
  /** Stops listening and destroys open connections, so that a hanging request cannot hold it up. */
  close(): Promise<void>;
}

/**
 * Starts stand-ins for all vendors, on the loopback interface unless told otherwise. Rejects with the system's error
 * (`EADDRINUSE`) if the port cannot be had, and with an error in plain words for options that are wrong.
 *
 * @example
 * await using emulator = await startEmulator();
 * Object.assign(process.env, emulator.environment);
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { now = () => new Date(), random = () => randomInt(2 ** 32) / 2 ** 32 } = options;
  const address = options.host ?? "127.0.0.1";
  const asked = allowedHosts(options.allowHosts ?? []);
  const own = ownHost(address, asked);
  // An address by which it listens is no name that a page could have point here.
  const allowed = new Set([...asked, own.toLowerCase()]);
  const persistence =
    options.persist === undefined
      ? undefined
      : new Persistence(options.persist, options.warn ?? ((message) => console.warn(message)));
  const seed = persistence?.read() ?? checkedSeed(options.seed ?? {}, "the seed");

  let origin = "";
  const log = new RequestLog<VendorName>();
  const faults = new Faults<VendorName>();
  const late = new LateEffects(now);
  const changed = persistence?.changed ?? (() => {});
  const organizationOf = (organization: VendorContext["organization"]) =>
    createVendors(
      (name) => ({ url: () => `${origin}/${name}`, now, random, organization, changed }),
      options,
    );
  const vendors = organizationOf("own");
  const others = organizationOf("other");
  load(vendors, seed);
  load(others, seed.other ?? {});
  const restoreSwitches = [...Object.values(vendors), ...Object.values(others)].map(rememberSwitches);
  const running = Object.entries(vendors) as [VendorName, Vendor][];
  const overview = (): VendorOverview[] =>
    running.map(([name, { title, environment, rows }]) => {
      return { name, title, url: `${origin}/${name}`, environment, rows: rows() };
    });
  const routes = Object.fromEntries(running.map(([name, vendor]) => [name, vendor.routes])) as Record<
    VendorName,
    Vendor["routes"]
  >;
  const script = (rule: FaultRule | string): void =>
    faults.add(typeof rule === "string" ? readFault(rule, routes) : rule);
  for (const rule of options.faults ?? []) script(rule);

  const app = new Hono<{ Bindings: HttpBindings }>();
  app.use((c, next) => {
    const problem = foreignHost(c.env.incoming.headers.host, allowed);
    return problem === undefined ? next() : Promise.resolve(c.text(problem, 421));
  });
  for (const [name, vendor] of running) {
    app.all(`/${name}/*`, async (c) => {
      const key = bearerKey(c.req.header("authorization")) ?? "";
      const isOthers = key === others[name].apiKey || others[name].handle.keyWorks(key);
      const called = isOthers ? others[name] : vendor;
      const response = await exchange(name, called, c.req.raw, c.env, { log, faults, late, now });
      await persistence?.saved();
      return response;
    });
  }
  app.route("/", page({ vendors: running, overview, log, faults, script }));

  const { server, port } = await serve(app.fetch, options.port ?? 0, address);
  origin = `http://${own}:${port}`;
  await persistence
    ?.begin(() => ({ format: FORMAT, ...dump(vendors), other: dump(others) }))
    .catch(async (error: unknown) => {
      await close(server);
      throw error;
    });
  const end = async (): Promise<void> => {
    await persistence?.saved();
    await close(server);
    await persistence?.saved();
  };

  return {
    ...handlesOf(vendors),
    other: handlesOf(others),
    url: origin,
    environment: Object.fromEntries(
      running.flatMap(([name, { environment, apiKey }]) => [
        [environment.baseUrl, `${origin}/${name}`],
        [environment.apiKey, apiKey],
      ]),
    ),
    get requests() {
      return log.entries;
    },
    clearRequests: () => log.clear(),
    fault: script,
    get pendingFaults() {
      return faults.pending;
    },
    clearFaults: () => faults.clear(),
    reset: () => {
      for (const vendor of [...Object.values(vendors), ...Object.values(others)]) vendor.forget();
      for (const restore of restoreSwitches) restore();
      faults.clear();
      late.clear();
      log.clear();
    },
    landLateEffects: async () => {
      await late.land();
    },
    overview,
    close: end,
    [Symbol.asyncDispose]: end,
  };
}

function handlesOf(vendors: Vendors): VendorHandles {
  const handles = Object.entries(vendors).map(([name, { handle }]) => [name, handle]);
  return Object.fromEntries(handles) as VendorHandles;
}

function load(vendors: Vendors, seeds: VendorSeeds): void {
  for (const [name, vendor] of Object.entries(vendors) as [VendorName, Vendor][]) {
    vendor.load(seeds[name] ?? {});
  }
}

function dump(vendors: Vendors): VendorSeeds {
  const dumped = Object.entries(vendors).map(([name, vendor]) => [name, vendor.dump()]);
  return Object.fromEntries(dumped);
}

/** Returns what puts a vendor's switches back to what they are now. */
function rememberSwitches({ switches }: Vendor): () => void {
  const before = { ...switches };
  return () => {
    for (const name of Object.keys(switches)) if (!(name in before)) Reflect.deleteProperty(switches, name);
    Object.assign(switches, before);
  };
}
