import type { Findings } from "./verify.mts";

/** How an operation came through. */
export type Way =
  /** The operation itself succeeded in spite of it. */
  | "same up"
  /** The operation failed or was ended, and the next `up` completed it. */
  | "next up"
  /** The next `up` was refused with the `adopt` line, and the one with that line completed it. */
  | "adopt line"
  /** The operation was refused, as it is without any fault, and changed nothing. */
  | "refused"
  | "FAILED";

/** What came of one disturbance of one call. */
export interface Outcome {
  readonly way: Way;
  /** Keys that nobody has and a warning names. */
  readonly leftovers: number;
  /** The call that was really hit: those of a program of several come in any order. */
  readonly call?: string;
  /** What is wrong, where the promise was not kept. */
  readonly problems: readonly string[];
}

/** The outcome, unless something was found. */
export function outcome(way: Way, ...found: readonly Findings[]): Outcome {
  const problems = [...new Set(found.flatMap((each) => each.problems))];
  const leftovers = new Set(found.flatMap((each) => each.leftovers)).size;
  return { way: problems.length > 0 ? "FAILED" : way, leftovers, problems };
}

/** An outcome for something that should not have happened at all. */
export function failed(problem: string): Outcome {
  return { way: "FAILED", leftovers: 0, problems: [problem] };
}

/** The `adopt` line of an error: the id in it. */
export function adoptLine(text: string): string | undefined {
  return /adopt: "([^"]+)"/.exec(text)?.[1];
}
