/** The longest text of a vendor that a message repeats, in characters. */
const LONGEST = 300;

const BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;

// Controls (ANSI escapes begin with one), bidi and other format characters, halves of characters, private ones, and
// whatever has no width.
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}]/gu;

// `##[…]` and `##vso[…]` are commands to CI systems wherever they stand in a line; `::…::` is one at its beginning alone.
const CI_COMMAND = /##(?=\w*\[)/g;

/** A run of characters without a blank that is long enough to be a key in some encoding. */
const LONG_RUN = /\S{20,}/g;

/** Ids of vendors are shorter than a key in any encoding, and hold no sign that a shell reads. */
const ID = /^[\w.:@-]{1,40}$/;

/** A name that a vendor gives, for people: no part of it is long enough to be a key in whatever encoding. */
export function printableName(text: string): string {
  return printable(text, 80).replace(LONG_RUN, "…");
}

/** An id that a vendor gives, safe to be pasted into a shell; undefined for what does not look like one. */
export function printableId(text: string): string | undefined {
  return ID.test(text) ? text : undefined;
}

/**
 * A text of unknown origin as one line of printable characters: line breaks become a blank, what cannot be seen U+FFFD.
 *
 * @param longest it is cut to so many characters.
 */
export function printable(text: string, longest = LONGEST): string {
  const cut = text.length > longest ? `${text.slice(0, longest - 1).replace(/[\uD800-\uDBFF]$/, "")}…` : text;
  return cut.replace(BREAKS, " ").replace(UNSEEN, "\u{fffd}").replace(CI_COMMAND, "# ");
}
