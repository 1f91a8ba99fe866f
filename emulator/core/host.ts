// `localhost`, a name below it, 127.0.0.0/8 or [::1], with a port or without.
const LOOPBACK = /^(?:(?:[\w-]+\.)*localhost\.?|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;

/**
 * Why a request with this `Host` is not answered. A web page may have its own host name resolve to this machine (DNS
 * rebinding), and would drive the emulator from a browser on this machine.
 */
export function foreignHost(host: string | undefined): string | undefined {
  if (host !== undefined && LOOPBACK.test(host)) return undefined;
  return (
    "The emulator answers requests for this machine alone: their Host header must be localhost, a name below it, " +
    "127.0.0.1 or [::1]. Another one may come from a web page whose name points here (DNS rebinding).\n"
  );
}
