import { onTestFinished } from "vitest";
import { type Emulator, type EmulatorOptions, startEmulator } from "../../../emulator";

/** The emulator's clock in these tests, unless one sets its own. */
export const noon = new Date("2026-03-10T12:00:00.000Z");

/** Starts an emulator that is closed when the test ends. */
export async function emulate(options: EmulatorOptions = {}): Promise<Emulator> {
  const emulator = await startEmulator({ now: () => noon, ...options });
  onTestFinished(() => emulator.close());
  return emulator;
}

/** What a test looks at in a reply. `body` is parsed JSON, else text; undefined if empty. */
interface Reply {
  status: number;
  body: unknown;
  headers: Headers;
}

export type Send = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Reply>;

/** Sends requests to one vendor with one key; a string as body is sent as it is. */
export function client(
  vendor: { url: string; apiKey: string },
  key: string = vendor.apiKey,
  always: Record<string, string> = {},
): Send {
  return async (method, path, body, headers = {}) => {
    const response = await fetch(vendor.url + path, {
      method,
      headers: {
        ...(key === "" ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...always,
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    return { status: response.status, body: parsed(await response.text()), headers: response.headers };
  };
}

/** Sends requests to bctrl in its newest version. */
export const newest = (bctrl: { url: string; apiKey: string }, key?: string): Send =>
  client(bctrl, key, { "bctrl-version": "2026-10-03" });

function parsed(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A member deep inside a reply's body. */
export function dig(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>((inner, key) => {
    return typeof inner === "object" && inner !== null
      ? Object.entries(inner).find(([k]) => k === String(key))?.[1]
      : undefined;
  }, value);
}

/** A text deep inside a reply's body. */
export const text = (value: unknown, ...path: (string | number)[]): string => String(dig(value, ...path));

/** How many items a list deep inside a reply's body has; 0 where there is none. */
export const count = (value: unknown, ...path: (string | number)[]): number =>
  [dig(value, ...path)].flat().filter((item) => item !== undefined).length;
