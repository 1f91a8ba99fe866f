/** One request as a vendor saw it, and what it answered. */
export interface LoggedRequestOf<VendorName extends string> {
  readonly vendor: VendorName;
  readonly method: string;
  /** The vendor's path, without the emulator's prefix: `/v1/sub-accounts`. */
  readonly path: string;
  readonly query: Record<string, string>;
  /** Parsed JSON; the text itself where it is no JSON; undefined without a body. May hold secrets: for tests only. */
  body: unknown;
  /** The status of the reply; undefined while the request is pending, and for good where the reply was dropped. */
  status: number | undefined;
  /** The scripted fault that hit this request, in words. */
  fault?: string;
  readonly at: Date;
  /** Names in lower case; whatever carries a key is masked to its first characters. */
  readonly headers: Record<string, string>;
}

/** Every request in order of arrival. An entry is added on arrival and filled in as the request proceeds. */
export class RequestLog<VendorName extends string> {
  #entries: LoggedRequestOf<VendorName>[] = [];
  #count = 0;

  /** How many requests arrived since the start, cleared ones too. */
  get count(): number {
    return this.#count;
  }

  get entries(): readonly LoggedRequestOf<VendorName>[] {
    return [...this.#entries];
  }

  latest(count: number): readonly LoggedRequestOf<VendorName>[] {
    return this.#entries.slice(-count);
  }

  arrive(
    vendor: VendorName,
    request: Request,
    url: URL,
    path: string,
    at: Date,
  ): LoggedRequestOf<VendorName> {
    const headers = Object.fromEntries(request.headers);
    for (const [name, value] of Object.entries(headers)) {
      if (CREDENTIAL.test(name)) headers[name] = mask(value);
    }
    const entry: LoggedRequestOf<VendorName> = {
      vendor,
      method: request.method,
      path,
      query: Object.fromEntries(url.searchParams),
      body: undefined,
      status: undefined,
      at,
      headers,
    };
    this.#entries.push(entry);
    this.#count += 1;
    return entry;
  }

  clear(): void {
    this.#entries = [];
  }
}

/** JSON where it is JSON, else the text, for the log. */
export function parseForLog(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Names of headers in which vendors want a key: `authorization`, `x-api-key`, `x-acme-token`. */
const CREDENTIAL = /(?:^|-)(?:authorization|api-?key|token|secret|cookie)$/;

/** The scheme and the first characters of a credential: enough to tell keys apart, useless to anyone else. */
function mask(header: string): string {
  const [scheme = "", credential = ""] = header.split(" ", 2);
  return credential === "" ? "…" : `${scheme} ${credential.slice(0, 8)}…`;
}
