import { closest, distance } from "fastest-levenshtein";

/** So many of a name's letters may be other ones. */
const MOST = 0.34;

/**
 * The known name that a mistyped one most likely means, or the only one that it shortens (`maxRuns` for `maxActiveRuns`);
 * undefined where there is none. Case, `_` and `-` do not count.
 */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const wanted = plain(name);
  const forms = known.map(plain);
  if (wanted === "" || forms.length === 0) return undefined;
  const form = closest(wanted, forms);
  if (distance(wanted, form) <= MOST * Math.max(wanted.length, form.length))
    return known[forms.indexOf(form)];
  const [longer, ...others] = forms.filter((each) => isShort(wanted, each));
  return longer === undefined || others.length > 0 ? undefined : known[forms.indexOf(longer)];
}

function plain(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, "");
}

/** Whether a text is another one without some of its letters, and not without most of them. */
function isShort(text: string, of: string): boolean {
  let at = 0;
  for (const letter of of) if (letter === text[at]) at++;
  return at === text.length && text.length * 2 > of.length;
}
