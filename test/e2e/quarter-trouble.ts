import type { Emulator } from "../../emulator";
import type { Command } from "../../engine/command.mts";
import { familyOf, killAll } from "../support/process-family.mts";
import type { Proxy as VendorProxy } from "../support/proxy";

const FAULTS = [
  { kind: "drop", when: "after" },
  { kind: "drop", when: "before" },
  { kind: "status", when: "after", status: 500 },
  { kind: "status", when: "before", status: 503 },
  { kind: "status", when: "before", status: 429, headers: { "retry-after": "1" } },
  { kind: "truncate" },
] as const;

/** Kills deployments and disturbs their calls, in an order that a seed fixes. */
export class Trouble {
  /** What it did, for people. */
  readonly done: string[] = [];
  readonly #emulator: Emulator;
  readonly #random: () => number;
  /** The deployment to be killed: at which of its writes, before or after the effect. */
  #plan: { at: number; isAfter: boolean; victim: Command | undefined } | undefined;
  #target: string | undefined;
  #writes = 0;

  constructor(emulator: Emulator, proxy: VendorProxy, seed: number) {
    this.#emulator = emulator;
    this.#random = randomOf(seed);
    proxy.onRequest(({ method, path }) => {
      if (method === "GET" || this.#plan === undefined) return undefined;
      this.#writes += 1;
      if (this.#writes !== this.#plan.at) return undefined;
      this.#target = `${method} ${path}`;
      return this.#plan.isAfter ? undefined : this.#kill();
    });
    proxy.onReply((_, { method, path }) =>
      this.#plan !== undefined && this.#target === `${method} ${path}` ? this.#kill() : undefined,
    );
  }

  /** The next run is killed at one of its first `writes`; `watch` gets the run. */
  killWithin(writes: number): (run: Command) => void {
    const plan = {
      at: 1 + this.#below(writes),
      isAfter: this.#below(2) === 1,
      victim: undefined as Command | undefined,
    };
    this.#plan = plan;
    this.#writes = 0;
    this.#target = undefined;
    return (run) => {
      plan.victim = run;
    };
  }

  /** Three of the first `writes` calls of the next run that change something go wrong. */
  disturbWithin(writes: number): void {
    for (const _ of [1, 2, 3]) {
      const fault = FAULTS[this.#below(FAULTS.length)] ?? FAULTS[0];
      const skip = this.#below(Math.max(1, Math.floor(writes / 3)));
      this.#emulator.fault({ writesOnly: true, skip, fault });
      this.done.push(`${JSON.stringify(fault)} after ${skip} writes`);
    }
  }

  #kill(): "drop" {
    this.done.push(`killed ${this.#plan?.isAfter ? "after" : "before"} ${this.#target}`);
    const { victim } = this.#plan ?? {};
    this.#plan = undefined;
    if (victim) killAll(familyOf(victim.pid));
    return "drop";
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }
}

/** Mulberry32: uniform in [0, 1). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
