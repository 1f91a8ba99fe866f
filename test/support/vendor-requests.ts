import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import type { Emulator, LoggedRequest } from "../../emulator";

/** A call with a body, as its vendor documents it: `METHOD /path`, in which `{id}` stands for one segment. */
interface DocumentedCall {
  readonly vendor: string;
  readonly call: string;
  /** The resource whose contract makes it, `zavu.Webhook`; absent for accounts and keys. */
  readonly resource?: string;
  /** Pages of the vendor, or its own clients. */
  readonly sources: readonly string[];
  /** A JSON Schema of the body, closed: what a vendor does not document is not sent. */
  readonly body: object;
}

const file = join(__dirname, "../fixtures/vendor-requests.json");

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });

const calls = (JSON.parse(readFileSync(file, "utf8")) as DocumentedCall[]).map(compiled);

function compiled({ vendor, call, resource, body }: DocumentedCall) {
  const pattern = new RegExp(`^${call.replace(/\{\w+\}/g, "[^/]+")}$`);
  return { vendor, call, resource, pattern, isBody: ajv.compile(body) };
}

/** The documented calls with a body of a vendor's accounts and keys, or of another resource, sorted. */
export function documentedCalls(vendor: string, resource?: string): string[] {
  const found = calls.filter((each) => each.vendor === vendor && each.resource === resource);
  return found.map(({ call }) => call).sort();
}

/** Adds calls of a vendor that there is in tests alone. */
export function document(more: readonly DocumentedCall[]): void {
  calls.push(...more.map(compiled));
}

const VERSIONS = ["2026-10-01", "2026-10-03"];

/** The documented call that a request with a body is. */
export function documentedCall({ vendor, method, path }: LoggedRequest): string | undefined {
  return calls.find((each) => each.vendor === vendor && each.pattern.test(`${method} ${path}`))?.call;
}

/** What vendors do not document of a request: its body or some of it, or a header. */
export function problemsOfRequest(request: LoggedRequest): string[] {
  const { vendor, method, path, body, status, headers } = request;
  const problems: string[] = [];
  const { "content-type": type, "idempotency-key": key, "bctrl-version": version } = headers;
  if (key !== undefined && !/^[\x21-\x7e]{1,200}$/.test(key)) problems.push("Idempotency-Key");
  if (version !== undefined && !VERSIONS.includes(version)) problems.push("BCTRL-Version");
  // Of a request that was cut off, the body never came.
  const isWhole = body !== undefined || status !== undefined;
  if (isWhole && (type === "application/json") !== (body !== undefined)) problems.push("Content-Type");
  if (body !== undefined) {
    const documented = calls.find((each) => each.vendor === vendor && each.call === documentedCall(request));
    if (documented === undefined) problems.push("has a body");
    else if (!documented.isBody(body)) problems.push(ajv.errorsText(documented.isBody.errors));
  }
  return problems.map((problem) => `${vendor} ${method} ${path}: ${problem}`);
}

/** Has every request of an emulator checked by the time that its log is cleared, or that it is closed. */
export function checkRequests(emulator: Emulator): Emulator {
  const problems: string[] = [];
  const check = () => {
    for (const request of emulator.requests) problems.push(...problemsOfRequest(request));
  };
  const { clearRequests, close } = emulator;
  emulator.clearRequests = () => {
    check();
    clearRequests();
  };
  emulator.close = async () => {
    check();
    await close();
    if (problems.length > 0)
      throw new Error(`the vendors do not document:\n${[...new Set(problems)].join("\n")}`);
  };
  return emulator;
}
