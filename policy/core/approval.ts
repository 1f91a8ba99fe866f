import type { PolicyConfigJSONSchema } from "@pulumi/policy/schema";
import type { Report } from "./policy";

/** A permission for named accounts to change in named ways, until a day. */
export interface Approval<Change extends string> {
  /** externalId, logical name or URN of each account, or name or URN of a key whose account the stack does not have. */
  readonly accounts: readonly string[];
  readonly changes: readonly Change[];
  /** The last day, such as `2026-12-04`, in UTC. */
  readonly until: string;
  readonly reason: string;
}

/** The most days ahead that an approval may last. */
const MAX_DAYS = 14;
const DAY_MS = 86_400_000;

/** The configuration's property with approvals of such changes. */
export function approvalsSchema(changes: readonly string[]) {
  return {
    type: "array",
    description: `changes of this run that do not count: \`accounts\` (externalId, logical name or URN of each; for a key of an account that the stack does not have, those of the key), \`changes\` (kinds), \`until\` (the last day in UTC, such as \`2026-12-04\`, at most ${MAX_DAYS} days ahead) and \`reason\`. What is expired counts again`,
    items: {
      type: "object",
      properties: {
        accounts: { type: "array", items: { type: "string", minLength: 1 }, minItems: 1 },
        changes: { type: "array", items: { type: "string", enum: [...changes] }, minItems: 1 },
        until: { type: "string", pattern: "^\\d{4}-\\d{2}-\\d{2}$" },
        reason: { type: "string", minLength: 1 },
      },
      required: ["accounts", "changes", "until", "reason"],
      additionalProperties: false,
    },
    default: [],
  } satisfies PolicyConfigJSONSchema;
}

/** Sorts approvals into those that hold and the days of the expired ones. One that is not allowed is reported, and does not hold. */
export function approvalsOf<Change extends string>(
  all: readonly Approval<Change>[],
  nowMs: number,
  report: Report,
): { readonly valid: readonly Approval<Change>[]; readonly expired: readonly string[] } {
  const valid: Approval<Change>[] = [];
  const expired: string[] = [];
  for (const approval of all) {
    const { accounts, changes, until, reason } = approval;
    const end = Date.parse(`${until}T00:00:00Z`) + DAY_MS;
    if (!accounts?.length || !changes?.length || !reason || Number.isNaN(end)) {
      report(
        "an approval does not hold: it has to name accounts, changes, a reason, and a last day such as until: 2026-12-04",
      );
    } else if (end <= nowMs) expired.push(until);
    else if (end > nowMs + (MAX_DAYS + 1) * DAY_MS) {
      report(
        `an approval does not hold: until ${until} is more than ${MAX_DAYS} days ahead. Choose an earlier day, or approve it later`,
      );
    } else valid.push(approval);
  }
  return { valid, expired };
}
