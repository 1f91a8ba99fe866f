import { type FaultRuleOf, pathPattern } from "./faults";
import { Mistake } from "./mistake";
import { faultNamed, faultNames } from "./named-faults";
import { unknownName } from "./nearest";
import type { Route } from "./vendor";

/** The routes of each vendor, by its name. */
export type RoutesOf<VendorName extends string> = Readonly<Record<VendorName, readonly Route[]>>;

/** How a fault is written. */
const FAULT_FORM = "vendor:fault[:count[:METHOD /route]]";

/**
 * Reads `zavu:lost-reply`, `bctrl:status-503:3` or `zavu:hang:1:POST /v1/sub-accounts`. The count is 1 where it is left out;
 * `always` has no end; `*` is every vendor. @throws Mistake
 */
export function readFault<VendorName extends string>(
  text: string,
  routes: RoutesOf<VendorName>,
): FaultRuleOf<VendorName> {
  const [, vendor = "", name = "", count, route] =
    /^([^:]*):([^:]*)(?::([^:]*)(?::(.*))?)?$/s.exec(text.trim()) ?? [];
  const refuse = (problem: string): never => {
    throw new Mistake(`the fault ${JSON.stringify(text)}: ${problem}`);
  };
  if (name === "") return refuse(`is not of the form ${FAULT_FORM}, such as zavu:lost-reply:1`);
  const isVendor = (known: string): known is VendorName => Object.hasOwn(routes, known);
  if (vendor !== "*" && !isVendor(vendor))
    return refuse(unknownName(vendor, "a vendor", [...Object.keys(routes), "*"]));
  const named = faultNamed(name) ?? refuse(unknownName(name, "a fault", faultNames));
  if (named.ofListings && route === undefined) {
    return refuse(`needs the route of a listing: ${vendor}:${name}:1:GET /…`);
  }
  const times = timesOf(count) ?? refuse(`the count is a whole number from 1, or always, not "${count}"`);
  const known = vendor === "*" ? Object.values<readonly Route[]>(routes).flat() : routes[vendor];
  const call = route === undefined ? {} : (callOf(route, known) ?? refuse(unknownRoute(route, known)));
  const writesOnly = named.ofWrites && route === undefined;
  return {
    ...(vendor !== "*" && { vendor }),
    ...call,
    ...(writesOnly && { writesOnly }),
    times,
    fault: named.fault,
  };
}

function timesOf(count = ""): number | undefined {
  if (count === "") return 1;
  if (count === "always") return Number.POSITIVE_INFINITY;
  return /^[1-9]\d{0,8}$/.test(count) ? Number(count) : undefined;
}

/** The method and the path of a route that the vendor has. */
function callOf(route: string, known: readonly Route[]): { method: string; path: string } | undefined {
  const [method = "", path = "", ...rest] = route.trim().split(/\s+/);
  const called = path.replace(/\{[^{}/]*\}/g, "x");
  const fits = known.some(
    (each) => each.method === method.toUpperCase() && pathPattern(each.path).test(called),
  );
  return rest.length === 0 && fits ? { method: method.toUpperCase(), path } : undefined;
}

function unknownRoute(route: string, known: readonly Route[]): string {
  return unknownName(
    route,
    "a route",
    known.map(({ method, path }) => `${method} ${path}`),
  );
}
