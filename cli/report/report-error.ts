/** A refusal of `subaccounts report` or `show`, with each problem in its options or files. */
export class ReportError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}
