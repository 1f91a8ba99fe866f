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

/** So many names are listed at most. */
const MOST_LISTED = 20;

/** `"lostreply" is not a fault; did you mean lost-reply? There are: …`; of many names only some are listed. */
export function unknownName(name: string, noun: string, known: readonly string[]): string {
  const meant = nearest(name, known);
  const said = `${JSON.stringify(name)} is not ${noun}`;
  if (known.length > MOST_LISTED || known.join(", ").length > 250) {
    if (meant !== undefined) return `${said}; did you mean ${meant}?`;
    const some = known.length > MOST_LISTED ? known.slice(0, 5) : known;
    const more =
      some.length < known.length
        ? `, … (all ${known.length} are in the types of pulumi-subaccounts/emulator)`
        : "";
    return `${said}. There are: ${some.join(", ")}${more}`;
  }
  return `${said}${meant === undefined ? "." : `; did you mean ${meant}?`} There are: ${known.join(", ")}`;
}

function plain(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, "");
}
