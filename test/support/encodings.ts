/** How a vendor may write a text that it repeats; the first group is what vendors are known to do. */
export const ENCODINGS: Readonly<Record<string, (text: string) => string>> = {
  "as it is": (text) => text,
  JSON: (text) => JSON.stringify(text).slice(1, -1),
  "JSON in JSON": (text) => JSON.stringify(JSON.stringify(text)),
  "JSON in ASCII": ascii,
  "JSON in ASCII in JSON": (text) => JSON.stringify(ascii(text)).slice(1, -1),
  HTML: (text) => text.replace(/[&<>"']/g, (each) => MARKUP[each] ?? each),
  "HTML of JSON": (text) => JSON.stringify(text).replace(/[&<>"']/g, (each) => MARKUP[each] ?? each),
  "decimal entities": (text) => points(text, (code) => `&#${code};`),
  "hex entities": (text) => points(text, (code) => `&#x${code.toString(16)};`),
  "a Python repr": (text) =>
    text.replace(/[\\']/g, "\\$&").replace(/[^ -~]/g, (each) => `\\x${hex(each, 2)}`),
  "a URL": (text) => encodeURIComponent(text),
  "a URL in lower case": (text) => encodeURIComponent(text).toLowerCase(),
  "a form": (text) => new URLSearchParams({ p: text }).toString().slice(2),
  base64: (text) => Buffer.from(text).toString("base64"),
  "basic authentication": (text) => Buffer.from(`user:${text}`).toString("base64"),
  "upper case": (text) => text.toUpperCase(),
  "lower case": (text) => text.toLowerCase(),
  "its first half": (text) => text.slice(0, Math.ceil(text.length / 2)),

  "its last half": (text) => text.slice(Math.floor(text.length / 2)),
  "its first third": (text) => text.slice(0, Math.ceil(text.length / 3)),
  backwards: (text) => text.split("").reverse().join(""),
  hex: (text) => Buffer.from(text).toString("hex"),
  "base64 for URLs": (text) => Buffer.from(text).toString("base64url"),
  "base64 of base64": (text) => Buffer.from(Buffer.from(text).toString("base64")).toString("base64"),
  "rot 13": (text) => text.replace(/[a-z]/gi, (each) => LETTERS[(LETTERS.indexOf(each) + 26) % 52] ?? each),
  "every character as \\u": (text) => points(text, (code) => `\\u${code.toString(16).padStart(4, "0")}`),
  "blanks between": (text) => [...text].join(" "),
  "dashes between": (text) => [...text].join("-"),
  "groups of four": (text) => text.match(/.{1,4}/gs)?.join(" ") ?? text,
  numbers: (text) => [...text].map((each) => each.codePointAt(0)).join(" "),
  "numbers in a list": (text) => JSON.stringify([...text].map((each) => each.codePointAt(0))),
  signs: (text) =>
    [...text]
      .map((each) =>
        points(each, (code) => code.toString(2))
          .replace(/0/g, ".")
          .replace(/1/g, "-"),
      )
      .join(" "),
  "bytes in hex": (text) => [...Buffer.from(text)].map((byte) => byte.toString(16)).join(" "),
};

const MARKUP: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#x27;",
};

/** Each letter is followed, 26 places on, by the one that stands for it. */
const LETTERS = "aAbBcCdDeEfFgGhHiIjJkKlLmMnNoOpPqQrRsStTuUvVwWxXyYzZ";

function ascii(text: string): string {
  return JSON.stringify(text)
    .slice(1, -1)
    .replace(/[^ -~]/g, (each) => `\\u${hex(each, 4)}`);
}

function hex(character: string, digits: number): string {
  return character.charCodeAt(0).toString(16).padStart(digits, "0");
}

function points(text: string, form: (code: number) => string): string {
  return [...text].map((each) => form(each.codePointAt(0) ?? 0)).join("");
}
