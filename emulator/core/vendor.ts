import type { CommonSwitches } from "./common-switches";
import type { Session, Store } from "./store";

/** The context that the emulator gives each vendor. */
export interface VendorContext {
  /** `http://127.0.0.1:8787/zavu`; valid once the emulator listens. */
  readonly url: () => string;
  /** The emulator's clock. */
  readonly now: () => Date;
  /** Uniform in [0, 1), like `Math.random`: for ids and keys. */
  readonly random: () => number;
  /** Which of the vendor's two organizations this is; each has accounts, switches and a parent key of its own. */
  readonly organization: "own" | "other";
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
  readonly switches: CommonSwitches;
  /** Environment variables with which a program is pointed here. */
  readonly environment: { readonly baseUrl: string; readonly apiKey: string };
  /** Answers one request, addressed by the vendor's own path. `hideReads` > 0 makes its effect lag. */
  answer(request: Request, text: string, hideReads: number): Promise<Response>;
  /** Headers of every reply to this request, scripted ones included. */
  replyHeaders(request: Request): Record<string, string>;
  /** The vendor's error envelope for a scripted status of the reply to this request, with this message or one of its own. */
  errorBody(status: number, request: Request, message?: string): unknown;
  rows(): AccountRow[];
}

/** Builds `answer` of a vendor from its routes and its records; its writes lag as a switch says. */
export function answerWith<Account>(
  app: { fetch(request: Request, env: VendorEnv<Account>["Bindings"]): Response | Promise<Response> },
  store: Store<Account>,
  { now, switches }: Pick<VendorContext, "now"> & { readonly switches: CommonSwitches },
): Vendor["answer"] {
  return async (request, text, hideReads) => {
    const nowMs = now().getTime();
    const session = store.open(request.method === "GET" || request.method === "HEAD", nowMs);
    const response = await app.fetch(request, { session, text });
    session.hide({ reads: hideReads });
    session.hide({ ms: nowMs + switches.lagMs });
    return response;
  };
}
