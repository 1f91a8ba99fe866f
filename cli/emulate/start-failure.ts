import type { Wishes } from "./options";

/** Why the emulator did not start, and what to do. */
export function startFailure({ port, host }: Wishes, error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "EADDRINUSE") {
    return `port ${port} is taken by another program. Stop that one, or choose another port: --port 0 takes any free one`;
  }
  if (code === "EACCES") return `port ${port} needs more rights. Choose one above 1023: --port 8787`;
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND" || code === "EAI_AGAIN") {
    return `--host ${host} is not an address of this machine. Use 127.0.0.1, or 0.0.0.0 for all that it has`;
  }
  const message = error instanceof Error ? error.message : String(error);
  return code === undefined ? message : `cannot listen on port ${port}: ${message}`;
}
