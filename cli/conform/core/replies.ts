import type { ZavuSwitches } from "../../../emulator";
import { SubaccountsError } from "../../../provider/core/base/errors";
import { isObject } from "../../../provider/core/base/json";
import type { Answers } from "./answers";
import type { Line, Raw } from "./line";

/** A member deep inside a value; undefined where there is none. */
export function at(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>((inner, name) => (isObject(inner) ? inner[name] : undefined), value);
}

/** A text deep inside a value; undefined where there is none. */
export function textAt(value: unknown, ...path: string[]): string | undefined {
  const found = at(value, ...path);
  return typeof found === "string" && found !== "" ? found : undefined;
}

/** The objects of a list, or undefined where there is no list of objects. */
export function objectsOf(value: unknown): Record<string, unknown>[] | undefined {
  return Array.isArray(value) && value.every(isObject) ? value : undefined;
}

/** Whether a member is there at all, be it null. */
export function has(value: unknown, name: string): boolean {
  return isObject(value) && Object.hasOwn(value, name);
}

/** Milliseconds since the epoch of a text such as `2026-03-10T12:00:00Z`. */
export function timeOf(value: unknown): number | undefined {
  const time = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

export const isOk = ({ status }: Raw): boolean => status >= 200 && status < 300;

/** How a member reads that was never set. */
export function unset(value: unknown, name: string): null | "absent" | undefined {
  if (!has(value, name)) return "absent";
  return at(value, name) === null ? null : undefined;
}

/** The shape of an error: `{error: {code}}` or `{code}`. */
export function envelopeOf({ body }: Raw): "nested" | "flat" | undefined {
  if (textAt(body, "error", "code") !== undefined) return "nested";
  return textAt(body, "code") === undefined ? undefined : "flat";
}

/** Calls with a key that no vendor has. */
export const WRONG_KEY = { headers: { authorization: "Bearer subaccounts-conform-no-key" } };

/** Why nothing can be asked with a key. */
export function notOurs(title: string, why: string, status = 401): SubaccountsError {
  const advice =
    status >= 500 ? "Run this again later" : "Give a parent key; subaccounts doctor says where it comes from";
  return new SubaccountsError(`${title} takes no question with this key: ${why}. ${advice}`);
}

const HEADERS = [
  ..."date x-request-id x-bctrl-request-id retry-after retry-after-ms x-ratelimit-limit x-ratelimit-remaining".split(
    " ",
  ),
  ..."x-ratelimit-reset ratelimit ratelimit-policy bctrl-version deprecation sunset etag cache-control".split(
    " ",
  ),
  ..."content-type content-encoding content-language server via cf-ray".split(" "),
];

/** Tells what any reply shows: its headers, the vendor's clock, whether it is compressed unasked. */
export function tellHeaders(
  answers: Answers<Pick<ZavuSwitches, "clockOffsetMs" | "gzip">>,
  line: Line,
  reply: Raw,
): void {
  const there = HEADERS.filter((name) => reply.header(name) !== undefined);
  answers.note("response headers", there.join(", ") || "none of those that this command looks for");
  const encoding = reply.header("content-encoding");
  answers.tell(
    "gzip",
    encoding === "gzip",
    encoding ? `content-encoding is ${encoding}` : "no content-encoding",
  );
  const vendorMs = Date.parse(reply.header("date") ?? "");
  if (Number.isNaN(vendorMs)) {
    answers.cannotTell(["clockOffsetMs"], "replies have no Date header");
    return;
  }
  // A Date header has no fractions, and some time passed since.
  const aheadMs = Math.ceil((vendorMs - line.nowMs()) / 1000) * 1000 + 0;
  const offset = Math.abs(aheadMs) <= 2_000 ? 0 : aheadMs;
  answers.tell(
    "clockOffsetMs",
    offset,
    `its Date is ${offset / 1000} s ahead of this machine's, to the second`,
  );
}
