import type { Http } from "./http";
import type { RateLimit } from "./rate-budget";
import type { Failure } from "./refusal";

/** The names of a vendor and of its settings. */
export interface VendorFacts {
  /** As in type tokens, config keys and folders: "zavu". */
  readonly name: string;
  /** As people write it: "Zavu". */
  readonly title: string;
  readonly defaultBaseUrl: string;
  /** Environment variables used where the config key is absent. */
  readonly env: {
    readonly apiKey: string;
    readonly baseUrl: string;
    /** Another name of the base URL, which the vendor's SDK reads: a shell made for it must not reach another place. */
    readonly sdkBaseUrl?: string;
    readonly apiVersion?: string;
  };
  /** The API versions that the client speaks, the default first; absent where there is one. */
  readonly apiVersions?: readonly string[];
  /** Finds a wrong key without a call, such as a sub-account's key. */
  readonly keyProblem?: (apiKey: string) => string | undefined;
  /** Matches the vendor's keys anywhere in a text; with the flag `g`. Absent where that is undocumented. */
  readonly keyShape?: RegExp;
}

/** The facts by which core reaches a vendor; each vendor's client.ts exports one. */
export interface Vendor<Client> extends VendorFacts {
  /** The rate that the vendor documents, to start with; absent where it documents none. */
  readonly rateLimit?: RateLimit;
  readonly authHeaders: (apiKey: string) => Record<string, string>;
  readonly decodeFailure: (body: unknown) => Failure;
  /** The remedy for an error reply of this vendor, in one sentence; undefined for the general advice. */
  readonly advice: (status: number, failure: Failure, client: Client) => Promise<string | undefined>;
  /** Whether a code is a matter of the plan, of credits or of verification, so that a 403 with it says nothing of the key. */
  readonly isOfPlan?: (code: string) => boolean;
  /**
   * The vendor's cheapest call that shows whether the key is accepted and may manage sub-accounts.
   *
   * @returns whose key it is, as far as the vendor says. @throws CallError, SubaccountsError
   */
  readonly probe: (client: Client) => Promise<string>;
  /** @param apiVersion one of `apiVersions`; undefined where there are none. */
  readonly client: (http: Http, apiVersion: string | undefined) => Client;
}
