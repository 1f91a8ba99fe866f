import type { BctrlSwitches } from "./switches";

/** The versions that a request asks for by header. How they differ is not documented: here, in nothing. */
const datedVersions = ["2026-10-03", "2026-10-01"];

/**
 * The API version that a request speaks: a dated one, the v1 paths as they were documented before it, or the two
 * documented v2 paths. All three work on the same accounts.
 */
export type Face = "current" | "v1" | "v2";

/** The face of a request by its path and its `BCTRL-Version`; undefined where the vendor supports no such version. */
export function faceOf(
  path: string,
  version: string | undefined,
  { withoutVersion }: BctrlSwitches,
): Face | undefined {
  if (path.startsWith("/v2/")) return "v2";
  if (version === undefined) return withoutVersion === 400 ? undefined : withoutVersion;
  return datedVersions.includes(version) ? "current" : undefined;
}

/** A reply's body, which in the newest version says what it is. */
export function answered(face: Face, object: string, body: Record<string, unknown>): Record<string, unknown> {
  return face === "current" ? { ...body, object } : body;
}
