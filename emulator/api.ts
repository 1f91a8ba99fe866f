import type { FaultRuleOf } from "./core/faults";
import type { LoggedRequestOf } from "./core/log";
import type { AccountRow } from "./core/vendor";
import type { Seed } from "./files/seed";
import type { VendorHandles, VendorName, VendorSwitches } from "./vendors";

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
