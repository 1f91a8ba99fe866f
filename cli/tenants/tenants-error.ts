/** What is wrong with what `subaccounts tenants` was given; each problem is for the person who called it. */
export class TenantsError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}
