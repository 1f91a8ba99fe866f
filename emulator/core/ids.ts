/** `length` characters of `alphabet`. */
export function randomText(random: () => number, alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet.charAt(Math.floor(random() * alphabet.length))).join("");
}

/** Characters of opaque ids and keys. */
export const lettersAndDigits = "abcdefghijklmnopqrstuvwxyz0123456789";

/** Characters of bctrl's ids. */
export const urlSafe = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

/** Characters of Bolna's keys. */
export const hexDigits = "0123456789abcdef";

/** A version 4 UUID made of the injected randomness. */
export function randomUuid(random: () => number): string {
  const hex = randomText(random, hexDigits, 30);
  const variant = "89ab".charAt(Math.floor(random() * 4));
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(12, 15)}`,
    `${variant}${hex.slice(15, 18)}`,
    hex.slice(18, 30),
  ].join("-");
}
