import { isObject } from "../base/json";
import type { Failure } from "./refusal";

/** The members of an error envelope, `{code, message}`: flat, or nested under `error`. */
export interface Envelope extends Pick<Failure, "code" | "message"> {
  /** The object in which they are, and the body around it. */
  readonly inner: Readonly<Record<string, unknown>>;
  readonly outer: Readonly<Record<string, unknown>>;
}

/** Reads the code and the message of an error body that is flat or nested; neither where it is something else. */
export function envelopeOf(
  body: unknown,
  { error = "error", code = "code", message = "message" }: Omit<Names, "notFound"> = {},
): Envelope {
  const outer = isObject(body) ? body : {};
  const inner = isObject(outer[error]) ? outer[error] : outer;
  return { inner, outer, code: textOf(inner[code]), message: textOf(inner[message]) };
}

/** The names of what an error body has, where they are others. */
interface Names {
  /** The object in which the others may be. Default: `error`. */
  readonly error?: string;
  readonly code?: string;
  readonly message?: string;
  readonly details?: string;
  /** The codes of a 404 about an account or a key. Default: any, since a gateway's reply has a message alone. */
  readonly notFound?: readonly string[];
}

/** Reads the error bodies of a vendor whose every error has a code and a message. */
export function codeAndMessage(names: Names = {}): (body: unknown) => Failure {
  const { details = "details", notFound } = names;
  return (body) => {
    const { inner, code, message } = envelopeOf(body, names);
    const isVendors = Boolean(code && message);
    const isNotFound = isVendors && (notFound?.includes(code ?? "") ?? true);
    return { code, message, details: inner[details], isVendors, isNotFound };
  };
}

/** A text; undefined for anything else. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
