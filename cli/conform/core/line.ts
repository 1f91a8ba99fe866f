import { ConnectionError } from "../../../provider/core/base/errors";
import { isObject } from "../../../provider/core/base/json";
import type { Run } from "../../../provider/core/base/run";
import type { Request } from "../../../provider/core/vendor-io/exchange";
import type { RawCalls } from "../../../provider/core/vendor-io/raw-calls";

/** Most calls to a vendor in one run, attempts that failed and cleaning up included. */
const MOST_CALLS = 60;
/** Why a question was not asked that takes several calls. */
export const TOO_FEW = `too few of the ${MOST_CALLS} calls of a run were left for it`;
/** Most accounts that one run may make at a vendor. */
const MOST_ACCOUNTS = 2;
/** How often a call is tried that had no effect: a read without a reply, and any call beyond the rate limit. */
const MOST_ATTEMPTS = 3;

/** A call, in a vendor's words. */
export type Asked = Pick<Request, "query" | "headers" | "body">;

/** A reply as it is. */
export interface Raw {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  /** The parsed body; undefined where there is none, or none that is JSON. */
  readonly body: unknown;
  readonly isBodiless: boolean;
}

/** No question may be asked any more: the calls are used up, or the person wants the run to end. */
export class Ended extends Error {
  override readonly name = "Ended";
}

/** Is told of each call before it is sent. `headers` are those beside the connection's own. */
export type Listener = (call: {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}) => void;

/** Options of a line. */
export interface LineOptions {
  readonly run: Run;
  readonly send: RawCalls;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  readonly onCall?: Listener | undefined;
}

/**
 * The only way from this command to a vendor. It counts calls and accounts, sends a call that changes something only
 * about what this command made ({@link own}), and knows the keys in replies as secrets before anyone reads them.
 */
export class Line {
  readonly #options: LineOptions;
  readonly #own = new Set<string>();
  #calls = 0;
  #accounts = 0;
  #isCleaning = false;
  /** How many calls no question may use now, so that what is made can be ended. */
  reserve: () => number = () => 0;
  /** The names in creates without a reply: each may have made something that only the vendor's listing shows. */
  readonly lost: { readonly accounts: string[]; readonly keys: string[] } = { accounts: [], keys: [] };

  constructor(options: LineOptions) {
    this.#options = options;
  }

  get calls(): number {
    return this.#calls;
  }

  /** How many calls are left for questions. */
  get left(): number {
    return MOST_CALLS - this.#calls - this.reserve();
  }

  /** Notes the id of an account or key that is proven to be this command's. */
  own(id: string): void {
    this.#own.add(id);
  }

  /** From now on the reserve may be used, and an interruption no longer stops a call. */
  startCleaning(): void {
    this.#isCleaning = true;
  }

  /** @throws Ended, ConnectionError */
  get(path: string, asked: Asked = {}): Promise<Raw> {
    return this.#send("GET", path, asked);
  }

  /** Creates an account, under a name that this command made up. @throws Ended, ConnectionError */
  async createAccount(path: string, asked: Asked): Promise<Raw> {
    if (this.#accounts >= MOST_ACCOUNTS)
      throw new Ended(`${MOST_ACCOUNTS} creates were or may have been carried out before`);
    this.#accounts++;
    const reply = await this.#create("accounts", path, asked);
    if (isRefusal(reply)) this.#accounts--;
    return reply;
  }

  /** Creates a key of an account of ours; of an id that names nothing only to be refused. @throws Ended, ConnectionError */
  createKey(accountId: string, path: string, asked: Asked): Promise<Raw> {
    this.#refuseForeign(accountId);
    return this.#create("keys", path, asked);
  }

  /** Changes or ends an account or a key of ours. @throws Ended, ConnectionError */
  change(method: "PATCH" | "DELETE" | "POST", id: string, path: string, asked: Asked = {}): Promise<Raw> {
    this.#refuseForeign(id);
    return this.#send(method, path, asked);
  }

  /** Waits, unless the person wants the run to end. @throws Ended */
  async sleep(ms: number): Promise<void> {
    this.#refuseWhenOver();
    const { run, signal } = this.#options;
    const until = this.#isCleaning ? new AbortController().signal : signal;
    await run.world.sleep(ms, until).catch(() => this.#refuseWhenOver());
  }

  nowMs(): number {
    return this.#options.run.world.now();
  }

  #refuseForeign(id: string): void {
    if (!this.#own.has(id)) throw new Error(`conform: ${id} is not an account or a key of this command`);
  }

  async #create(what: keyof Line["lost"], path: string, asked: Asked): Promise<Raw> {
    try {
      const reply = await this.#send("POST", path, asked);
      if (reply.status >= 300 && !isRefusal(reply)) this.lost[what].push(nameIn(asked));
      return reply;
    } catch (error) {
      if (error instanceof ConnectionError && error.effect === "unknown") this.lost[what].push(nameIn(asked));
      throw error;
    }
  }

  async #send(method: Request["method"], path: string, asked: Asked): Promise<Raw> {
    for (let attempt = 1; ; attempt++) {
      this.#refuseWhenOver();
      this.#calls++;
      const { query, headers = {}, body } = asked;
      this.#options.onCall?.({ method, path: path + queryText(query), headers, body });
      try {
        const reply = await this.#attempt({ operation: "answer", method, path, ...asked });
        if (reply.status !== 429 || attempt >= MOST_ATTEMPTS) return reply;
      } catch (error) {
        const isHarmless =
          error instanceof ConnectionError &&
          (method === "GET" || error.effect === "none") &&
          !error.isLasting;
        if (!isHarmless || attempt >= MOST_ATTEMPTS) throw error;
      }
    }
  }

  async #attempt(request: Request): Promise<Raw> {
    const { status, header, body } = await this.#options.send(request);
    const text = body.text ?? "";
    const parsed = parse(text);
    learnKeys(parsed, this.#options.run);
    return { status, header, body: parsed, isBodiless: body.flaw === undefined && text === "" };
  }

  #refuseWhenOver(): void {
    const { signal } = this.#options;
    if (this.#isCleaning ? this.#calls < MOST_CALLS : !signal.aborted && this.left > 0) return;
    throw new Ended(
      signal.aborted && !this.#isCleaning
        ? "the run was interrupted before"
        : `the ${MOST_CALLS} calls of a run were used up before`,
    );
  }
}

/** Whether a reply says that nothing was done; a server error or a time-out at the vendor does not. */
function isRefusal({ status }: Raw): boolean {
  return status >= 400 && status < 500 && status !== 408;
}

function nameIn({ body }: Asked): string {
  return isObject(body) ? String(body["name"]) : "";
}

function queryText(query: Asked["query"]): string {
  const entries = Object.entries(query ?? {}).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return entries.length === 0 ? "" : `?${new URLSearchParams(entries)}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Members that hold a key, wherever they stand in a reply. */
const KEY_MEMBER = /^(?:api_?key|key|secret|db_password)$/i;

function learnKeys(value: unknown, run: Run): void {
  if (typeof value !== "object" || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    if (typeof member === "string" && KEY_MEMBER.test(name)) run.redactor.add(member);
    else learnKeys(member, run);
  }
}
