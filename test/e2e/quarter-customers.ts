import type { Emulator } from "../../emulator";
import type { Proxy } from "../support/proxy";

/** A call that a customer's key may make, by vendor. */
const CALLS = { zavu: "/v1/me", bctrl: "/v1/auth/whoami", bolna: "/user/me" };
type Vendor = keyof typeof CALLS;

/** The customers' programs: each account has the key that was delivered last, or that was there before. */
export class Customers {
  /** Account, as `vendor id` → key. */
  readonly held = new Map<string, string>();
  /** Keys that stopped working in the middle of a deployment. */
  readonly failures: string[] = [];
  /** Accounts whose customers are to be served, as `vendor id`. */
  served: ReadonlySet<string> = new Set();
  readonly #emulator: Emulator;

  /** Looks after each write of a deployment, which passes the proxy. */
  constructor(emulator: Emulator, proxy: Proxy) {
    this.#emulator = emulator;
    proxy.onReply((_, { method, path }) => {
      if (method !== "GET") this.#look(`${method} ${path}`);
      return undefined;
    });
  }

  #look(after: string): void {
    const { zavu, bctrl, bolna, other } = this.#emulator;
    const handles = { zavu: [zavu, other.zavu], bctrl: [bctrl, other.bctrl], bolna: [bolna, other.bolna] };
    for (const account of this.served) {
      const vendor = vendorOf(account);
      const key = this.held.get(account) ?? "";
      const works = handles[vendor].some((handle) => handle.accountOfKey(key) === account.slice(vendor.length + 1));
      if (!works) this.failures.push(`${account} after ${after}`);
    }
  }

  /** Every customer who is to be served calls its vendor. @returns the refused ones, also those within a deployment */
  async call(): Promise<string[]> {
    const refused = [...this.failures];
    for (const account of this.served) {
      const vendor = vendorOf(account);
      const headers = { authorization: `Bearer ${this.held.get(account)}` };
      const reply = await fetch(`${this.#emulator[vendor].url}${CALLS[vendor]}`, { headers });
      const text = await reply.text();
      // Bolna's stand-in has no call for customers, and says of a key that works what it is not for.
      if (!reply.ok && !text.includes("cannot manage sub-accounts")) refused.push(`${account}: ${text}`);
    }
    return refused;
  }
}

export function vendorOf(account: string): Vendor {
  return account.slice(0, account.indexOf(" ")) as Vendor;
}
