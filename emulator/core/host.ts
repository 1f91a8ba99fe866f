import { Mistake } from "./mistake";

// `localhost`, a name below it, 127.0.0.0/8 or [::1].
const LOOPBACK = /^(?:(?:[\w-]+\.)*localhost\.?|127(?:\.\d{1,3}){3}|\[::1\])$/i;
const NAME = /^(?:[\w-]+(?:\.[\w-]+)*|\[[\da-f:.]+\])$/i;

/**
 * Why a request with this `Host` is not answered. A web page may have its own host name resolve to this machine (DNS
 * rebinding), and would drive the emulator from a browser on this machine.
 */
export function foreignHost(host: string | undefined, allowed: ReadonlySet<string>): string | undefined {
  const name = (host ?? "").replace(/:\d+$/, "").toLowerCase();
  if (LOOPBACK.test(name) || allowed.has(name)) return undefined;
  return (
    "The emulator answers requests for this machine alone: their Host header must be localhost, a name below it, " +
    "127.0.0.1 or [::1]. Another one may come from a web page whose name points here (DNS rebinding). " +
    "If this name is the emulator's own, start it with --allow-host <name>.\n"
  );
}

/** Names as the `Host` header has them. @throws Mistake for one that is no name of a single host */
export function allowedHosts(names: readonly string[]): ReadonlySet<string> {
  return new Set(
    names.map((name) => {
      if (NAME.test(name)) return name.toLowerCase();
      throw new Mistake(
        `${JSON.stringify(name)} is not the name of one host. Give a name or an address as clients write it, ` +
          "without http:// and port: emulator, 192.168.1.5, [fd00::5]",
      );
    }),
  );
}

/**
 * The host by which this machine reaches an emulator that listens at an address. @throws Mistake for an address that is
 * open to others of which none is allowed to ask
 */
export function ownHost(address: string, allowed: ReadonlySet<string>): string {
  const isEvery = address === "0.0.0.0" || address === "::";
  if (isEvery && allowed.size === 0) {
    throw new Mistake(
      `the address ${address} is open to other machines, and no request of theirs would be answered. Say by which names ` +
        "they may ask: --allow-host emulator",
    );
  }
  if (isEvery) return address === "::" ? "[::1]" : "127.0.0.1";
  return address.includes(":") ? `[${address}]` : address;
}
