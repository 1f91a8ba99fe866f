/** What the page is sent, as JSON. Never holds a secret. */

/** What does not change while the emulator runs. */
export interface About {
  /** Faults by name, and what each does. */
  readonly faults: readonly { readonly name: string; readonly what: string }[];
  readonly vendors: readonly VendorAbout[];
}

/** One vendor of {@link About}. */
export interface VendorAbout {
  readonly name: string;
  readonly title: string;
  readonly url: string;
  /** `POST /v1/sub-accounts` */
  readonly routes: readonly string[];
}

/** What the page polls. */
export interface State {
  readonly vendors: readonly VendorState[];
  /** The faults that wait for requests, in words. */
  readonly faults: readonly string[];
  /** How many requests arrived since the start. */
  readonly count: number;
  /** The latest requests, newest first. */
  readonly requests: readonly RequestLine[];
}

/** One vendor of {@link State}. */
export interface VendorState {
  readonly name: string;
  /** Calls a minute that are answered; null where all are. */
  readonly rate: number | null;
  readonly latencyMs: number;
  /** Accounts, newest first: column name to text. */
  readonly rows: readonly Readonly<Record<string, string>>[];
  /** How many accounts there are, shown or not. */
  readonly accounts: number;
}

/** One request. */
export interface RequestLine {
  /** Counts from 1 since the start. */
  readonly number: number;
  readonly vendor: string;
  readonly method: string;
  readonly path: string;
  /** `limit=50&cursor=…`, without what looks like a credential. */
  readonly query: string;
  /** null while there is no reply. */
  readonly status: number | null;
  readonly fault: string | null;
  /** ISO 8601. */
  readonly at: string;
}

/** The fields of an account that a person can change, with their values as text; an empty one is not set. */
export interface HandFields {
  readonly fields: readonly {
    readonly name: string;
    readonly label: string;
    readonly kind: "number" | "text" | readonly string[];
    readonly unset?: string;
    readonly value: string;
  }[];
}
