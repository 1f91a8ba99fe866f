/** How many a message names. */
const NAMED = 3;

/** The first of some texts, and how many more there are. */
export function few(texts: readonly string[]): string {
  const more = texts.length - NAMED;
  return [...texts.slice(0, NAMED), ...(more > 0 ? [`${more} more`] : [])].join("; ");
}
