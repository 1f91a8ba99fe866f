import { z } from "zod";
import { define, type SwitchesOf } from "./switches";

/** The effect of a PATCH on stored metadata. */
export const metadataSwitches = {
  /** The effect of a PATCH on the stored `metadata`: replace it, or merge its top-level keys into it. */
  metadata: define(z.literal(["replace", "merge"]), "replace", "scratch"),
  /** The effect of a null value of a top-level key in a merge. */
  mergeNull: define(z.literal(["removes", "stores", "ignored"]), "removes", "scratch"),
};

/** The effect of a PATCH on stored metadata. */
export interface MetadataSwitches extends SwitchesOf<typeof metadataSwitches> {}

/** The metadata that is stored after `sent` was sent. */
export function patchedMetadata(
  stored: Record<string, unknown> | null,
  sent: Record<string, unknown>,
  switches: MetadataSwitches,
): Record<string, unknown> {
  if (switches.metadata === "replace") return sent;
  const merged = new Map(Object.entries(stored ?? {}));
  for (const [key, value] of Object.entries(sent)) {
    if (value !== null || switches.mergeNull === "stores") merged.set(key, value);
    else if (switches.mergeNull === "removes") merged.delete(key);
  }
  return Object.fromEntries(merged);
}

/** Metadata of texts alone as a body has them; the text of a JSON object is stored as that object, as programs mean it. */
export const textMetadata = z.record(z.string(), z.string().nullable().transform(meant));

function meant(text: string | null): unknown {
  try {
    return text?.startsWith("{") ? JSON.parse(text) : text;
  } catch {
    return text;
  }
}

/** Metadata of texts alone, as replies show them. */
export function asTexts(metadata: Record<string, unknown>): Record<string, string> {
  const entries = Object.entries(metadata);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}
