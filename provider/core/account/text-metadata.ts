import { isObject, type Json, type JsonObject } from "../base/json";
import { STAMP_KEY } from "../contract/arguments";

/** Metadata in the form of a vendor that keeps texts alone: the ownership marker is the text of its JSON. */
export function toTexts(metadata: JsonObject): JsonObject {
  const marker = metadata[STAMP_KEY];
  return isObject(marker) ? { ...metadata, [STAMP_KEY]: JSON.stringify(marker) } : metadata;
}

/** The metadata that a vendor keeps as texts. One under the marker's key that is no JSON stays a text, which is no marker. */
export function fromTexts(texts: Readonly<Record<string, string>>): JsonObject {
  const marker = texts[STAMP_KEY];
  if (marker === undefined) return texts;
  try {
    return { ...texts, [STAMP_KEY]: JSON.parse(marker) as Json };
  } catch {
    return texts;
  }
}
