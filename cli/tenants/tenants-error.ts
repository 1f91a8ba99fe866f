/** A refusal of `subaccounts tenants`, with each problem in its options or files, for the person who called it. */
export class TenantsError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}
