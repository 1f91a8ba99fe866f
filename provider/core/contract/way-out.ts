/** What a schema says of itself, to find what was meant by a value of the wrong type. */
interface Expected {
  readonly takes: (value: unknown) => boolean;
  /** Keys of the objects that it takes. */
  readonly names: readonly string[];
  /** The rule, as a message gives it. */
  readonly rule: string;
}

const EMPTY = "; write {} for one without arguments of its own";

/** Composes what to write instead of a value of the wrong type: `; write …`, or nothing. */
export function wayOut(value: unknown, expected: Expected): string {
  const { takes, names } = expected;
  if ((value === null || value === true) && takes({})) return EMPTY;
  if (Number.isFinite(value) || typeof value === "boolean") {
    return takes(String(value)) ? "; put it in quotes" : "";
  }
  const listed = Array.isArray(value) ? value : [value];
  if (listed.length > 0 && listed.every((name) => names.includes(name))) {
    const entries = Object.fromEntries(listed.map((name) => [name, {}]));
    if (takes(entries)) return `; write { ${listed.map((name) => `${name}: {}`).join(", ")} }`;
  }
  return typeof value === "string" ? insteadOfText(value, expected) : "";
}

function insteadOfText(value: string, { takes, rule }: Expected): string {
  if (/^(?:no?|off)$/i.test(value) && takes(false)) return "; write false";
  if (/^(?:y|yes|on)$/i.test(value) && takes(true)) return "; write true";
  if (takes([value])) return "; write it as a list, in [ ]";
  if (![0, 1, 0.5, 100].some(takes)) return "";
  if (/^(?:unlimited|unbounded|infinite|infinity|none|no|off|no limit)$/i.test(value) && takes(null)) {
    return "; write null, or name it in `unlimited`";
  }
  // "50" in quotes may be meant as an amount as well, but digits alone are what the code would hold.
  if (/\d/.test(value) && !/^\d+$/.test(value) && rule.includes("cents")) {
    return "; write whole cents alone, as 5000 for 50.00";
  }
  if (value.trim() !== "" && takes(Number(value))) {
    return "; write the number without quotes, or read it with config.requireNumber";
  }
  return /\d/.test(value) ? "; write the number alone" : "";
}
