import type { ZodType } from "zod";
import type { Emulator, LoggedRequest, VendorName } from "../../emulator";
import { type DocumentedCalls, subjectOf, VENDORS } from "../vendors/index.mts";

const calls = VENDORS.flatMap((vendor) =>
  subjectOf(vendor).documented.flatMap((group) => compiled(vendor, group)),
);

function compiled(vendor: VendorName, { calls, ...facts }: DocumentedCalls) {
  return Object.entries(calls).map(([call, body]) => {
    const pattern = new RegExp(`^${call.replace(/\{\w+\}/g, "[^/]+")}$`);
    return { ...facts, vendor, call, body, pattern };
  });
}

/** The documented calls with a body of a vendor's accounts and keys, or of another resource, sorted. */
export function documentedCalls(vendor: VendorName, resource?: string, isOfOtherVersion?: true): string[] {
  const found = calls.filter(
    (each) =>
      each.vendor === vendor && each.resource === resource && each.isOfOtherVersion === isOfOtherVersion,
  );
  return found.map(({ call }) => call).sort();
}

/** Adds calls of a vendor that there is in tests alone. */
export function document(vendor: VendorName, more: readonly DocumentedCalls[]): void {
  calls.push(...more.flatMap((group) => compiled(vendor, group)));
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
    else problems.push(...problemsOf(documented.body, body));
  }
  return problems.map((problem) => `${vendor} ${method} ${path}: ${problem}`);
}

/** The problem of a body, if there is one: a line, however many there are. */
function problemsOf({ safeParse }: ZodType, body: unknown): string[] {
  const { success, error } = safeParse(body);
  return success ? [] : [error.issues.map(({ path, message }) => `${path.join(".")} ${message}`).join("; ")];
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
