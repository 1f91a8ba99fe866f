import { type Account, label } from "./core/account";
import { BaselineError, baselineSchema, compareWithBaseline, type Pair } from "./core/baseline";
import { declared, limitsOf } from "./core/limit";
import { stackPolicy } from "./core/policy";

interface Config {
  readonly percent?: number;
  readonly always?: number;
  readonly baseline?: string;
}

const PERCENT = 10;
const ALWAYS = 1;
/** How many of the accounts a message names. */
const NAMED = 5;

/** One run changes few accounts in a way that hurts or costs. */
export const blastRadius = stackPolicy<Config>(
  {
    name: "blast-radius",
    description: "One run deletes few of the accounts, and raises the limits of few.",
    enforcementLevel: "mandatory",
    configSchema: {
      properties: {
        percent: {
          type: "number",
          minimum: 0,
          maximum: 100,
          description:
            "how many of the accounts before the run may be deleted or raised by it, both together, in per cent",
          default: PERCENT,
        },
        always: {
          type: "integer",
          minimum: 0,
          description: "how many may be, however few accounts there are",
          default: ALWAYS,
        },
        baseline: baselineSchema,
      },
    },
    about: {
      sees: "the accounts of the baseline and those that the stack is to hold: one that is in the baseline alone is deleted, unless it is retained, moved by an alias, or adopted by another resource; one with a higher limit than in the baseline, or without one that it had, is raised",
      cannotSee:
        "anything without a baseline: it is a violation that there is none; whether the baseline is the state of a moment ago. `pulumi destroy` asks no policy",
      unknown: "counts as raised, and so does a limit that the baseline holds encrypted",
      example: { percent: 5, always: 2, baseline: "/tmp/baseline.json" },
    },
  },
  (stack, config, report) => {
    const { percent = PERCENT, always = ALWAYS } = config;
    let pairs: Pair[];
    try {
      pairs = compareWithBaseline(stack, config);
    } catch (error) {
      if (!(error instanceof BaselineError)) throw error;
      report(error.message);
      return;
    }
    const deleted = pairs.filter(({ before, now }) => now === undefined && !before.isRetained);
    const raised = pairs.filter(({ before, now }) => now !== undefined && isRaised(before.account, now));
    const touched = deleted.length + raised.length;
    const allowed = Math.max(always, Math.floor((pairs.length * percent) / 100));
    if (touched <= allowed) return;
    const which = [names("deleted", deleted), names("raised", raised)].filter((text) => text !== "");
    report(
      `this run deletes or raises ${touched} of ${pairs.length} accounts; at most ${allowed} (${percent} %, and ${always} in any case) are allowed at once. ${which.join(". ")}. Do it in several runs, or let more be allowed for this one`,
    );
  },
);

/** Whether any limit is higher than before, or gone, or might be. */
function isRaised(before: Account, now: Account): boolean {
  return limitsOf(now).some((limit) => {
    const had = declared(before, limit);
    const has = declared(now, limit);
    if (had === "null" || had === "absent") return false;
    if (has === "unknown" || had === "unknown") return true;
    return typeof has === "number" ? has > had : true;
  });
}

function names(what: string, pairs: readonly Pair[]): string {
  if (pairs.length === 0) return "";
  const named = pairs.slice(0, NAMED).map(({ before }) => label(before.account));
  const more = pairs.length > NAMED ? ` and ${pairs.length - NAMED} more` : "";
  return `${what}: ${named.join(", ")}${more}`;
}
