import { bearerKey } from "./input";
import { parseForLog } from "./log";

/** What a vendor answers that repeats what it was sent, each text of it passed through `echo`. */
export function echoOf(
  request: Request,
  text: string,
  echo: (text: string) => string,
): { message: string; requestId: string } {
  const key = bearerKey(request.headers.get("authorization") ?? undefined) ?? "";
  const requestId = echo(key);
  return {
    message: `The request is not valid: ${[key, ...textsIn(parseForLog(text))].map(echo).join(", ")}`,
    // A header has no place for other characters.
    requestId: /^[ -~]*$/.test(requestId) ? requestId : encodeURIComponent(requestId),
  };
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
