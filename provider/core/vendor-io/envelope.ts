import { isObject } from "../base/json";
import type { Failure } from "./refusal";

/** The members of an error envelope, `{code, message}`: flat, or nested under `error`. */
export interface Envelope extends Pick<Failure, "code" | "message"> {
  /** The object in which they are, and the body around it. */
  readonly inner: Readonly<Record<string, unknown>>;
  readonly outer: Readonly<Record<string, unknown>>;
}

/** Reads the code and the message of an error body that is flat or nested; neither where it is something else. */
export function envelopeOf(body: unknown): Envelope {
  const outer = isObject(body) ? body : {};
  const inner = isObject(outer["error"]) ? outer["error"] : outer;
  return { inner, outer, code: textOf(inner["code"]), message: textOf(inner["message"]) };
}

/**
 * Reads an error body of a vendor whose every error has a code and a message, and whose 404s with both are about an account
 * or a key: a gateway's reply has a message alone.
 */
export function codeAndMessage(body: unknown): Failure {
  const { inner, code, message } = envelopeOf(body);
  const isVendors = Boolean(code && message);
  return { code, message, details: inner["details"], isVendors, isNotFound: isVendors };
}

/** A text; undefined for anything else. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
