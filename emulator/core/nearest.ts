import { closest, distance } from "fastest-levenshtein";

/** The known name that a mistyped one most likely means; undefined where none is near. Case, `_` and `-` do not count. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const wanted = plain(name);
  const forms = known.map(plain);
  if (wanted === "" || forms.length === 0) return undefined;
  const form = closest(wanted, forms);
  // A third of the letters may be other ones.
  const isNear = distance(wanted, form) * 3 <= Math.max(wanted.length, form.length);
  return isNear ? known[forms.indexOf(form)] : undefined;
}

/** ` is not a fault; did you mean lost-reply? There are: …`, of a mistyped name. */
export function unknownName(name: string, noun: string, known: readonly string[]): string {
  const meant = nearest(name, known);
  const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
  return `${JSON.stringify(name)} is not ${noun}${hint || "."} There are: ${known.join(", ")}`;
}

function plain(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, "");
}
