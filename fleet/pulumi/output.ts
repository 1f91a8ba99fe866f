/** The summary that a command of the CLI ends with. */
export interface Outcome {
  /** Resources by what became of them: `created`, `updated`, `deleted`, `replaced`, `unchanged`. */
  readonly counts: Readonly<Record<string, number>>;
  /** Errors by the name of the resource; the stack's own name for the program. */
  readonly errors: readonly ResourceError[];
  /** Warnings, each once. */
  readonly warnings: readonly string[];
}

/** An error of the diagnostics at the end of a run. */
interface ResourceError {
  readonly type: string;
  readonly name: string;
  readonly message: string;
}

const COUNT =
  /^\s+(?:[+~-]+\s*)?(\d+) (created|updated|deleted|replaced|unchanged|to create|to update|to delete|to replace)\b/;
const UNCHANGED = /(\d+) unchanged/;
const RESOURCE = /^ {2}(\S+:\S+) \((.+)\):$/;
const ERROR = /^ {4}error: (.*)$/;
const WARNING = /^ {4}warning: (.*)$/;

/** Reads the counts, errors and warnings from what `pulumi up`, `preview` or `refresh` printed. */
export function outcomeOf(lines: readonly string[]): Outcome {
  const counts: Record<string, number> = {};
  const errors: ResourceError[] = [];
  const warnings = new Set<string>();
  let current: { type: string; name: string } | undefined;
  let isIn: "diagnostics" | "resources" | undefined;
  for (const line of lines) {
    if (/^\S.*:$/.test(line))
      isIn = { "Diagnostics:": "diagnostics", "Resources:": "resources" }[line] as typeof isIn;
    if (isIn === "resources") count(line, counts);
    if (isIn !== "diagnostics") {
      // An error of the CLI itself, such as of a lock, has no resource.
      const own = /^error: (.*)$/.exec(line)?.[1];
      if (own) errors.push({ type: "", name: "", message: own });
      continue;
    }
    const [, type, name] = RESOURCE.exec(line) ?? [];
    if (type !== undefined && name !== undefined) current = { type, name };
    const message = ERROR.exec(line)?.[1];
    if (message !== undefined && current) errors.push({ ...current, message });
    const warning = WARNING.exec(line)?.[1];
    if (warning !== undefined) warnings.add(warning);
  }
  return { counts, errors, warnings: [...warnings] };
}

/** The error of a call that was under way when the process of its plugin ended, as by a lack of memory: gRPC's words. */
const CUT_OFF = /error reading from server|transport is closing/;

/** Whether a plugin, such as the provider, ended with calls under way, so that what these did is not known. */
export function isCutOff({ errors }: Pick<Outcome, "errors">): boolean {
  return errors.some(({ message }) => CUT_OFF.test(message));
}

const NAMES: Readonly<Record<string, string>> = {
  "to create": "created",
  "to update": "updated",
  "to delete": "deleted",
  "to replace": "replaced",
};

function count(line: string, counts: Record<string, number>): void {
  const [, number, what = ""] = COUNT.exec(line) ?? [];
  const name = NAMES[what] ?? what;
  if (number !== undefined) counts[name] = (counts[name] ?? 0) + Number(number);
  const unchanged = UNCHANGED.exec(line)?.[1];
  if (unchanged !== undefined) counts["unchanged"] = Number(unchanged);
}
