/**
 * Whether the reply goes wrong before the effect at the vendor, which then never comes; after it; or before an effect
 * that comes `lateMs` later all the same, by the emulator's clock.
 */
type When = "before" | "after" | { readonly lateMs: number };

/** A 404 of a gateway: a page, or JSON with a `message` or a `code`. */
export type ForeignReply = "html" | "no route" | "not found" | "code";

/** The fault of a request. `before` and `after` are about the effect at the vendor, not about the reply. */
export type Fault =
  /** The socket is destroyed without a reply. */
  | { kind: "drop"; when: When }
  /**
   * The reply is replaced. Without `body` it is the vendor's own error envelope for that status, for 404 that of an
   * account or key that there is not; a string is sent as it is (HTML), anything else as JSON.
   */
  | {
      kind: "status";
      when: When;
      status: number;
      headers?: Record<string, string>;
      body?: unknown;
    }
  /** The reply comes `ms` late; with `when: "before"` the effect does, too, even if the client has left by then. */
  | { kind: "delay"; ms: number; when?: "before" | "after" }
  /** No reply, until the client goes away or the emulator is closed. */
  | { kind: "hang"; when: When }
  /** A status (default 200) with an HTML page for a body. */
  | { kind: "garbage"; when: When; status?: number }
  /** The effect is done; the reply's body goes on until the client leaves. */
  | { kind: "endless" }
  /** The effect is done; the reply's body comes in ten pieces, the last one `ms` after the head, in real time. */
  | { kind: "slow"; ms: number }
  /** A 404 that is not the vendor's, without its headers; the request never reaches the vendor. */
  | { kind: "foreign"; as: ForeignReply }
  /** A page of a listing shows its first `keep` items, none with 0, and says that it is the last. */
  | { kind: "cut"; keep: number }
  /** The answer is that to the same request for another path, as from a cache that confuses its entries. */
  | { kind: "instead"; path: string }
  /**
   * The effect is done; of the reply, the full `content-length` and half of the body arrive, then the socket closes.
   * Of a reply without a body nothing arrives.
   */
  | { kind: "truncate" }
  /** The effect is done and answered, but invisible to the next `reads` GET requests to that vendor. */
  | { kind: "lag"; reads: number };

/** Which requests a fault hits. Rules are tried in the order of their arrival; the first that is ready wins. */
export interface FaultRuleOf<VendorName extends string> {
  vendor?: VendorName;
  method?: string;
  /** Only requests that change something: all but GET and HEAD. */
  writesOnly?: boolean;
  /** The vendor's exact path, where `{id}` (any name in braces) stands for one segment; or a pattern. */
  path?: string | RegExp;
  /** How many matching requests pass first. Default 0. */
  skip?: number;
  /** How many requests are hit before the rule is used up. Default 1; `Infinity` is allowed. */
  times?: number;
  fault: Fault;
}

interface Armed<VendorName extends string> {
  readonly rule: FaultRuleOf<VendorName>;
  readonly path: RegExp | undefined;
  skip: number;
  times: number;
}

/** The scripted faults of one emulator. */
export class Faults<VendorName extends string> {
  #armed: Armed<VendorName>[] = [];

  add(rule: FaultRuleOf<VendorName>): void {
    const { path, skip = 0, times = 1 } = rule;
    this.#armed.push({ rule, path: typeof path === "string" ? pathPattern(path) : path, skip, times });
  }

  /** The rules that are not used up, in order, with how many requests each still hits. */
  get pending(): FaultRuleOf<VendorName>[] {
    return this.#armed.map(({ rule, skip, times }) => ({ ...rule, skip, times }));
  }

  clear(): void {
    this.#armed = [];
  }

  /** The fault for a request that has just arrived, if any. Counts it against the rules. */
  take(vendor: VendorName, method: string, path: string): Fault | undefined {
    for (const armed of this.#armed) {
      if (!matches(armed, vendor, method, path)) continue;
      if (armed.skip > 0) {
        armed.skip -= 1;
        continue;
      }
      armed.times -= 1;
      if (armed.times <= 0) this.#armed = this.#armed.filter((other) => other !== armed);
      return armed.rule.fault;
    }
    return undefined;
  }
}

/** A fault in words, for the log: `drop after`, `status 429 before`, `hang, late by 50 ms`, `delay 50 ms`. */
export function describeFault(fault: Fault): string {
  switch (fault.kind) {
    case "drop":
    case "hang":
      return fault.kind + timing(fault.when);
    case "status":
      return `status ${fault.status}${timing(fault.when)}`;
    case "garbage":
      return `garbage ${fault.status ?? 200}${timing(fault.when)}`;
    case "delay":
      return `delay ${fault.ms} ms${fault.when === "before" ? " before" : ""}`;
    case "lag":
      return `lag ${fault.reads} reads`;
    case "truncate":
    case "endless":
      return fault.kind;
    case "slow":
      return `slow, ${fault.ms} ms`;
    case "foreign":
      return `foreign 404, ${fault.as}`;
    case "cut":
      return `cut to ${fault.keep}`;
    case "instead":
      return `instead ${fault.path}`;
  }
}

function timing(when: When): string {
  return typeof when === "string" ? ` ${when}` : `, late by ${when.lateMs} ms`;
}

function matches<V extends string>(armed: Armed<V>, vendor: V, method: string, path: string): boolean {
  const { rule } = armed;
  if (rule.writesOnly && (method === "GET" || method === "HEAD")) return false;
  if (rule.vendor !== undefined && rule.vendor !== vendor) return false;
  if (rule.method !== undefined && rule.method.toUpperCase() !== method) return false;
  // `search` ignores the position that a global pattern keeps between two tests.
  return armed.path === undefined || path.search(armed.path) !== -1;
}

/** Matches a vendor's path, in which `{id}` stands for one segment. */
export function pathPattern(path: string): RegExp {
  const literal = path.replace(/[.*+?^$()|[\]\\]/g, "\\$&");
  return new RegExp(`^${literal.replace(/\{[^{}/]*\}/g, "[^/]+")}$`);
}
