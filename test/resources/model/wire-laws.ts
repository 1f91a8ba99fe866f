import type { LoggedRequest } from "../../../emulator";
import { subjectOf, VENDORS } from "../../vendors/index.mts";

const CREATES = new Set(VENDORS.map((vendor) => subjectOf(vendor).calls.create));

/** Creates in a row of unknown outcome, and requests of one create, after which nothing more is sent. */
const MOST_UNCLEAR = 8 * 4;

/** What an operation sent that it must not send; empty if nothing. */
export function wireProblems(calls: readonly LoggedRequest[]): string[] {
  return [
    ...calls
      .filter(({ path }) => /\/(undefined|null)(\/|$)/.test(path))
      .map(({ method, path }) => `sends ${method} ${path}`),
    ...afterRefusedKey(calls),
    ...afterBreaker(calls),
  ];
}

/** A parent key that was refused is not used again. */
function afterRefusedKey(calls: readonly LoggedRequest[]): string[] {
  return calls.flatMap(({ vendor, status, path }, index) => {
    const next = status === 401 ? calls.slice(index + 1).find((call) => call.vendor === vendor) : undefined;
    return next ? [`sends ${next.method} ${next.path} after the key was refused at ${path}`] : [];
  });
}

/** While a vendor loses every reply to a create, the creates end. */
function afterBreaker(calls: readonly LoggedRequest[]): string[] {
  let unclear = 0;
  for (const { method, path, status } of calls) {
    if (method !== "POST" || !CREATES.has(`${method} ${path}`)) continue;
    unclear = status === undefined || status >= 500 ? unclear + 1 : 0;
  }
  return unclear > MOST_UNCLEAR ? [`sends ${unclear} creates in a row of unknown outcome`] : [];
}
