import { randomInt } from "node:crypto";
import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import type { Emulator, EmulatorOptions, FaultRule } from "./api";
import { exchange } from "./core/exchange";
import { readFault } from "./core/fault-text";
import { Faults } from "./core/faults";
import { allowedHosts, foreignHost, ownHost } from "./core/host";
import { LateEffects } from "./core/late";
import { RequestLog } from "./core/log";
import { Persistence } from "./files/persistence";
import { checkedSeed } from "./files/seed";
import { Organizations } from "./organizations";
import { page } from "./page/routes";
import { close, serve } from "./server";
import type { VendorName } from "./vendors";

/** What all requests share. */
interface Shared {
  readonly organizations: Organizations;
  readonly log: RequestLog<VendorName>;
  readonly faults: Faults<VendorName>;
  readonly late: LateEffects;
  readonly now: () => Date;
  readonly persistence: Persistence | undefined;
  /** Host names that are answered. */
  readonly allowed: ReadonlySet<string>;
  script(rule: FaultRule | string): void;
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
  const { port = 0, host = "127.0.0.1" } = options;
  const names = allowedHosts(options.allowHosts ?? []);
  const own = ownHost(host, names);
  // An address by which it listens is no name that a page could have point here.
  const shared = share(options, new Set([...names, own.toLowerCase()]));
  const { organizations, persistence } = shared;

  const { server, port: taken } = await serve(serverOf(shared).fetch, port, host);
  organizations.origin = `http://${own}:${taken}`;
  const end = async (): Promise<void> => {
    await persistence?.saved();
    await close(server);
    await persistence?.saved();
  };
  await persistence
    ?.begin(() => organizations.dump())
    .catch(async (error: unknown) => {
      await close(server);
      throw error;
    });
  return Object.assign(handleOf(shared), { close: end, [Symbol.asyncDispose]: end });
}

/** What is there before a request comes. Throws for options that are wrong. */
function share(options: EmulatorOptions, allowed: ReadonlySet<string>): Shared {
  const { now = () => new Date(), random = () => randomInt(2 ** 32) / 2 ** 32, persist } = options;
  const warn = options.warn ?? ((message: string) => console.warn(message));
  const persistence = persist === undefined ? undefined : new Persistence(persist, warn);
  const seed = persistence?.read() ?? checkedSeed(options.seed ?? {}, "the seed");
  const context = { now, random, changed: persistence?.changed ?? (() => {}) };
  const organizations = new Organizations(context, { switches: options, seed });
  const faults = new Faults<VendorName>();
  const script = (rule: FaultRule | string): void =>
    faults.add(typeof rule === "string" ? readFault(rule, organizations.routes) : rule);
  for (const rule of options.faults ?? []) script(rule);
  const log = new RequestLog<VendorName>();
  return { organizations, log, faults, late: new LateEffects(now), now, persistence, allowed, script };
}

/** Answers each vendor's calls below its name, and the page. */
function serverOf(shared: Shared): Hono<{ Bindings: HttpBindings }> {
  const { organizations, log, faults, persistence, allowed, script } = shared;
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.use((c, next) => {
    const problem = foreignHost(c.env.incoming.headers.host, allowed);
    return problem === undefined ? next() : Promise.resolve(c.text(problem, 421));
  });
  for (const [name] of organizations.running) {
    app.all(`/${name}/*`, async (c) => {
      const vendor = organizations.called(name, c.req.header("authorization"));
      const response = await exchange(name, vendor, c.req.raw, c.env, shared);
      await persistence?.saved();
      return response;
    });
  }
  const overview = () => organizations.overview();
  app.route("/", page({ vendors: organizations.running, overview, log, faults, script }));
  return app;
}

/** The emulator as a program has it, but for its end. */
function handleOf({
  organizations,
  log,
  faults,
  late,
  script,
}: Shared): Omit<Emulator, "close" | typeof Symbol.asyncDispose> {
  return {
    ...organizations.handles,
    url: organizations.origin,
    environment: organizations.environment,
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
      organizations.reset();
      faults.clear();
      late.clear();
      log.clear();
    },
    landLateEffects: async () => {
      await late.land();
    },
    overview: () => organizations.overview(),
  };
}
