/** One step of a Pulumi property path: `["name"]`, `[0]` or `[*]`, `.name`. */
const STEP = /\["((?:\\"|[^"])+)"\]|\[(\d+|\*)\]|\.?([^.[]+)/gy;
const PLAIN = /^[\w$*]+$/;

/** Every argument. */
export const EVERYTHING = "*";

/**
 * Writes property paths of `ignoreChanges` in one way, sorted and each once: `limits.maxSpaces`, `permissions[0]`,
 * `metadata["a.b"]`, `*`. A text that is no path stays as it is; Pulumi's engine passes over it.
 */
export function ignoredPaths(ignoreChanges: readonly string[]): string[] {
  return [...new Set(ignoreChanges.map(normalized))].sort();
}

function normalized(path: string): string {
  const steps = [...path.matchAll(STEP)];
  if (steps.map(([text]) => text).join("") !== path) return path;
  return steps
    .map(([, quoted, index, name]) => stepOf(quoted?.replaceAll('\\"', '"') ?? name, index))
    .join("")
    .replace(/^\./, "");
}

function stepOf(name: string | undefined, index: string | undefined): string {
  const key = index === EVERYTHING ? index : name;
  if (key === undefined) return `[${index}]`;
  return PLAIN.test(key) ? `.${key}` : `["${key.replaceAll('"', '\\"')}"]`;
}
