import type { Emulator } from "../../emulator";
import type { Proxy as VendorProxy } from "../support/proxy";
import type { Estate } from "./quarter-estate";

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
  readonly #estate: Estate;
  readonly #endedByHand = new Set<string>();

  /** Looks after each write of a deployment, which passes the proxy. */
  constructor(emulator: Emulator, proxy: VendorProxy, estate: Estate) {
    this.#emulator = emulator;
    this.#estate = estate;
    for (const { vendor, id, key } of estate.accounts) this.held.set(`${vendor} ${id}`, key);
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
      const works = handles[vendor].some(
        (handle) => handle.accountOfKey(key) === account.slice(vendor.length + 1),
      );
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

  /** Ends by hand the keys that these tenants had before they got managed ones. */
  endFormerKeys(tenants: readonly string[]): void {
    const { zavu, bctrl } = this.#emulator;
    for (const { tenant, vendor, id, key } of this.#estate.accounts) {
      if (!tenants.includes(tenant) || vendor === "bolna") continue;
      this.#endedByHand.add(key);
      const former = workingKeys(this.#emulator).find(({ secret }) => secret === key);
      if (vendor === "zavu") zavu.revokeKey(id, former?.id ?? "");
      else bctrl.revokeKey(former?.id ?? "");
    }
  }

  /** Keys that work beside the one that an account's customer has, but for those that were there before and nobody has ended. */
  strangeKeys(): string[] {
    const found = new Set(this.#estate.accounts.map(({ key }) => key));
    // The name of those that accounts of Zavu are born with, and of those that a recovery makes in their place.
    const born = ["Default", "pulumi-subaccounts"];
    return workingKeys(this.#emulator)
      .filter(({ account, secret }) => this.held.get(account) !== secret)
      .filter(({ secret }) => !found.has(secret) || this.#endedByHand.has(secret))
      .filter(({ account, name }) => !(account.startsWith("zavu ") && born.includes(name)))
      .map(({ account, id, name }) => `${account}: ${id} "${name}"`);
  }
}

function vendorOf(account: string): Vendor {
  return account.slice(0, account.indexOf(" ")) as Vendor;
}

/** A key of a sub-account. */
interface Key {
  readonly id: string;
  readonly name: string;
  readonly secret: string;
  readonly revokedAt: unknown;
}

/** The keys of sub-accounts at Zavu and bctrl that are not revoked, each with its account, `vendor id`. */
function workingKeys({ zavu, bctrl, other }: Emulator): (Key & { readonly account: string })[] {
  const ofZavu = [...zavu.dump(), ...other.zavu.dump()] as unknown as { id: string; keys: Key[] }[];
  const ofBctrl = bctrl.dump() as unknown as (Key & { subaccountId?: string | null })[];
  return [
    ...ofZavu.flatMap(({ id, keys }) => keys.map((key) => ({ ...key, account: `zavu ${id}` }))),
    ...ofBctrl
      .filter(({ subaccountId }) => typeof subaccountId === "string")
      .map((key) => ({ ...key, account: `bctrl ${key.subaccountId}` })),
  ].filter(({ revokedAt }) => revokedAt === null);
}
