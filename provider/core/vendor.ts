import type { Failure, Http } from "./http";

/** What core needs to know of a vendor to reach it; each vendor's client.ts exports one. */
export interface Vendor<Client> {
  /** As in type tokens, config keys and folders: "zavu". */
  readonly name: string;
  /** As people write it: "Zavu". */
  readonly title: string;
  readonly defaultBaseUrl: string;
  /** Environment variables used where the config key is absent. */
  readonly env: { readonly apiKey: string; readonly baseUrl: string };
  /** What is wrong with a key that can be seen without a call, such as a sub-account's key. */
  readonly keyProblem?: (apiKey: string) => string | undefined;
  /** What the vendor's keys look like anywhere in a text; with the flag `g`. */
  readonly keyShape: RegExp;
  readonly authHeaders: (apiKey: string) => Record<string, string>;
  readonly decodeFailure: (body: unknown) => Failure;
  /** What to do about an error reply of this vendor, in one sentence; undefined for the general advice. */
  readonly advice: (status: number, failure: Failure, http: Http) => Promise<string | undefined>;
  readonly client: (http: Http) => Client;
}
