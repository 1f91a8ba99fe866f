import { badRequest } from "../core/refusal";

const dayMs = 24 * 60 * 60 * 1000;

/** Calls end in one of these: https://www.bolna.ai/docs/api-reference/sub-accounts/usage. */
const statuses = [
  ..."scheduled queued rescheduled initiated ringing in-progress call-disconnected completed".split(" "),
  ..."balance-low busy no-answer canceled failed stopped error".split(" "),
];

/** Usage of an account, whatever the window; absent values are 0. Durations in seconds, costs in cents. */
export interface BolnaUsage {
  total_records?: number;
  total_duration?: number;
  total_cost?: number;
  total_platform_cost?: number;
  total_telephony_cost?: number;
  status_map?: Record<string, number>;
}

/**
 * The usage of an account without calls. The window is the current month up to the end of today (UTC) unless asked
 * otherwise. Throws a refusal for one that ends before it begins or is longer than 32 days.
 * @see https://www.bolna.ai/docs/api-reference/sub-accounts/usage
 */
export function noUsage(
  query: { from?: Date | undefined; to?: Date | undefined },
  now: Date,
): Record<string, unknown> {
  const from = query.from ?? new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1));
  const to =
    query.to ?? new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + 1) - 1);
  if (to < from) throw badRequest([{ field: "to", message: "must not be before from" }]);
  if (to.getTime() - from.getTime() > 32 * dayMs) {
    throw badRequest([{ field: "to", message: "the window must not be longer than 32 days" }]);
  }
  return {
    from: zoneless(from),
    to: zoneless(to),
    total_records: 0,
    total_duration: 0,
    total_cost: 0,
    total_platform_cost: 0,
    total_telephony_cost: 0,
    status_map: Object.fromEntries(statuses.map((status) => [status, 0])),
    synthesizer_cost_map: {},
    transcriber_cost_map: {},
    llm_cost_map: { cost: 0, tokens: {} },
  };
}

/** The vendor's examples have microseconds and no zone. */
function zoneless(date: Date): string {
  return `${date.toISOString().slice(0, -1)}000`;
}
