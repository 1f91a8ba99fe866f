import type { CommonSwitches } from "./common-switches";
import type { HandField } from "./hand-fields";
import type { RateSwitches } from "./rate-window";
import type { Session } from "./store";

/** The context that the emulator gives each vendor. */
export interface VendorContext {
  /** `http://127.0.0.1:8787/zavu`; valid once the emulator listens. */
  readonly url: () => string;
  /** The emulator's clock. */
  readonly now: () => Date;
  /** Uniform in [0, 1), like `Math.random`: for ids and keys. */
  readonly random: () => number;
  /** Told of each change of a record. */
  readonly changed: () => void;
  /** Which of the vendor's two organizations this is; each has accounts, switches and a parent key of its own. */
  readonly organization: "own" | "other";
}

/** What records are made of. `now` is the vendor's clock. */
export interface Making<Switches> extends Pick<VendorContext, "now" | "random"> {
  readonly switches: Switches;
}

/** A call that a vendor has: `GET`, `/v1/sub-accounts/{id}`. */
export interface Route {
  readonly method: string;
  readonly path: string;
}

/** The bindings of a vendor's routes, `c.env`: the request's view of the records, and its body as text. */
export interface VendorEnv<Account> {
  Bindings: { readonly session: Session<Account>; readonly text: string };
}

/** One line about an account for people: column name to text. Never holds a secret. */
export type AccountRow = Readonly<Record<string, string>>;

/** A vendor as the rest of the emulator sees it; everything that differs between vendors is behind this. */
export interface Vendor<Handle = unknown> {
  /** Human name: `Zavu`. */
  readonly title: string;
  /** The parent key that this vendor accepts. */
  readonly apiKey: string;
  /** The handle of a vendor, `emulator.<vendor>`. */
  readonly handle: Handle;
  readonly switches: CommonSwitches & RateSwitches;
  /** Environment variables with which a program is pointed here. */
  readonly environment: { readonly baseUrl: string; readonly apiKey: string };
  /** Answers one request, addressed by the vendor's own path. `hideReads` > 0 makes its effect lag. */
  answer(request: Request, text: string, hideReads: number): Promise<Response>;
  /** Headers of every reply to this request, scripted ones included. */
  replyHeaders(request: Request): Record<string, string>;
  /** The vendor's error envelope for a scripted status of the reply to this request, with this message or one of its own. */
  errorBody(status: number, request: Request, message?: string): unknown;
  /** The members by which a page of a listing says that it is the last, of so many items; those that it has are set. */
  lastPage(shown: number): object;
  rows(): AccountRow[];
  /** The calls that it has. */
  readonly routes: readonly Route[];
  /** The fields of an account that a person can change by hand. */
  fields(): readonly HandField[];
  /** An account as it really is, without secrets. */
  account(id: string): object | undefined;
  /** Changes fields of an account behind the program's back. Throws if there is no such account. */
  change(id: string, fields: Readonly<Record<string, unknown>>): void;
  /** Removes an account for good. */
  remove(id: string): void;
  /** All that it holds, secrets too, as a seed file has it. */
  dump(): unknown;
  /** Puts in what a seed file has, which fits the vendor's schema of one. */
  load(content: unknown): void;
  /** Forgets accounts, keys, usage and requests, as if it had just been started; switches stay. */
  forget(): void;
}
