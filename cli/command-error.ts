import type { Command } from "commander";

/** A refusal of a command, with each problem in its options or files, for the person who called it. */
export class CommandError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

/** Does what a command is for. What it refuses ends the command with 1, and a line for each problem. */
export async function orRefuse(command: Command, body: () => Promise<void>): Promise<void> {
  try {
    await body();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    command.error(error.problems.map((each) => `error: ${each}`).join("\n"));
  }
}
