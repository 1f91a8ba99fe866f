/** What goes wrong with a request. `before` and `after` are about the effect at the vendor, not about the reply. */
export type Fault =
  /** The socket is destroyed without a reply. */
  | { kind: "drop"; when: "before" | "after" }
  /**
   * The reply is replaced. Without `body` it is the vendor's own error envelope for that status; a string is sent
   * as it is (HTML), anything else as JSON.
   */
  | {
      kind: "status";
      when: "before" | "after";
      status: number;
      headers?: Record<string, string>;
      body?: unknown;
    }
  /** The reply comes `ms` late; with `when: "before"` the effect does, too, even if the client has left by then. */
  | { kind: "delay"; ms: number; when?: "before" | "after" }
  /** No reply, until the client goes away or the emulator is closed. */
  | { kind: "hang"; when: "before" | "after" }
  /** A status (default 200) with an HTML page for a body. */
  | { kind: "garbage"; when: "before" | "after"; status?: number }
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

/** A fault in words, for the log: `drop after`, `status 429 before`, `delay 50 ms`. */
export function describeFault(fault: Fault): string {
  switch (fault.kind) {
    case "drop":
    case "hang":
      return `${fault.kind} ${fault.when}`;
    case "status":
      return `status ${fault.status} ${fault.when}`;
    case "garbage":
      return `garbage ${fault.status ?? 200} ${fault.when}`;
    case "delay":
      return `delay ${fault.ms} ms${fault.when === "before" ? " before" : ""}`;
    case "lag":
      return `lag ${fault.reads} reads`;
    case "truncate":
      return "truncate";
  }
}

function matches<V extends string>(armed: Armed<V>, vendor: V, method: string, path: string): boolean {
  const { rule } = armed;
  if (rule.vendor !== undefined && rule.vendor !== vendor) return false;
  if (rule.method !== undefined && rule.method.toUpperCase() !== method) return false;
  // `search` ignores the position that a global pattern keeps between two tests.
  return armed.path === undefined || path.search(armed.path) !== -1;
}

function pathPattern(path: string): RegExp {
  const literal = path.replace(/[.*+?^$()|[\]\\]/g, "\\$&");
  return new RegExp(`^${literal.replace(/\{[^{}/]*\}/g, "[^/]+")}$`);
}
