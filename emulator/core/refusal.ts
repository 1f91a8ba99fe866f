/** A problem of one field (or header, or query parameter) of a request. */
export interface Problem {
  /** Path of the field, `metadata.plan`; empty for the request as a whole. */
  readonly field: string;
  readonly message: string;
}

/**
 * Thrown by a route to answer with an error. Neutral: each vendor puts it into its own envelope. The message names
 * fields and rules, never a value that was sent, since a value may be a secret.
 */
export class Refusal extends Error {
  readonly status: number;
  readonly problems: readonly Problem[];
  /** The vendor's code, where the status alone does not tell it. */
  readonly code: string | undefined;
  /** The vendor's own words for this one case; replaces its usual envelope. */
  readonly body: unknown;
  readonly headers: Record<string, string>;

  constructor(
    status: number,
    message: string,
    extra: {
      problems?: readonly Problem[];
      code?: string;
      body?: unknown;
      headers?: Record<string, string>;
    } = {},
  ) {
    super(message);
    this.name = "Refusal";
    this.status = status;
    this.problems = extra.problems ?? [];
    this.code = extra.code;
    this.body = extra.body;
    this.headers = extra.headers ?? {};
  }
}

/** The refusal of a request with one or more bad fields (400). */
export function badRequest(problems: readonly Problem[]): Refusal {
  const message = problems
    .map(({ field, message }) => (field === "" ? message : `${field}: ${message}`))
    .join("; ");
  return new Refusal(400, message, { problems });
}

/** The reply of a refusal with this body. */
export function refusalReply({ status, headers }: Refusal, body: unknown): Response {
  return Response.json(body, { status, headers });
}
