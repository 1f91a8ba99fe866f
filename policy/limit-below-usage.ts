import type { Limit } from "../tenant/description";
import { type Account, isNamedIn, isSecret, label } from "./core/account";
import { baselineSchema, type Comparison, compareWithBaseline } from "./core/baseline";
import { few } from "./core/few";
import { type Declared, limitsOf, ofWhole, shown } from "./core/limit";
import { type Report, stackPolicy } from "./core/policy";
import { readText } from "./core/reading";
import { type Metric, periodText, readUsage, type Usage, UsageError } from "./core/usage";

interface Config {
  readonly usage?: string;
  readonly maxAgeDays?: number;
  readonly approved?: readonly string[];
  readonly baseline?: string;
}

/** The environment variable with the path of the usage file, where the configuration names none. */
const USAGE_VARIABLE = "SUBACCOUNTS_USAGE";
/** A week, between two reports, and a day for a late one. */
const MAX_AGE_DAYS = 8;
const DAY_MS = 86_400_000;
/** A limit that the run sets, and what it knows of the account. */
interface Setting {
  readonly account: Account;
  readonly limit: Limit;
  readonly had: Declared | "part";
  readonly has: Declared | "part";
  /** Undefined where the usage file has no such account. */
  readonly metrics: readonly Metric[] | undefined;
}

/** No limit goes below what its account has used. */
export const limitBelowUsage = stackPolicy<Config>(
  {
    name: "limit-below-usage",
    description: "No change sets a limit at or below what its account has used.",
    enforcementLevel: "advisory",
    configSchema: {
      properties: {
        usage: {
          type: "string",
          description: `path of the file that \`subaccounts report --json\` writes; absolute, or relative to the pack's folder. Without it, the environment variable \`${USAGE_VARIABLE}\``,
        },
        maxAgeDays: {
          type: "number",
          minimum: 0,
          description: "how old the file may be, in days",
          default: MAX_AGE_DAYS,
        },
        approved: {
          type: "array",
          description: "the accounts that may be lowered so: externalId, logical name or URN of each",
          items: { type: "string" },
          default: [],
        },
        baseline: baselineSchema,
      },
    },
    about: {
      sees: "the limits that the run lowers, or sets where none was declared, of accounts that are in the baseline or adopted, and what the usage file says of them; of a suspended tenant the limit that holds afterwards, so that a suspension is not judged",
      cannotSee:
        "what was used after the file was written: no policy asks a vendor. Limits of which nothing is used up, such as calls at once, are judged only where the file has a figure. It is a violation that the file is older than `maxAgeDays`, cannot be read, lacks a figure that is asked for, or has one of a period that was over when it was written; and that none is named, where the run lowers a limit",
      unknown: "is a violation, where the limit may have gone down",
      example: { usage: "/tmp/usage.json", maxAgeDays: 8, approved: ["tenant-acme"] },
    },
  },
  (stack, config, report) => {
    const { maxAgeDays = MAX_AGE_DAYS, approved = [] } = config;
    const nowMs = Date.now();
    const path = config.usage || process.env[USAGE_VARIABLE];
    const usage = path ? usageIn(path, { nowMs, maxAgeDays }, report) : undefined;
    if (path && usage === undefined) return;
    const compared = compareWithBaseline(stack, config, report);
    if (compared === undefined) return;
    const lowered = settingsOf(compared, usage).filter(
      (each) => isLowered(each) && !isNamedIn(approved, each.account),
    );
    if (usage !== undefined) for (const each of lowered) judge(each, { usage, nowMs }, report);
    else if (lowered.length > 0) {
      report(
        `there is no usage file, so it cannot be told whether limits that this run lowers are below what is used: ${few(lowered.map(whereOf))}. Write one by subaccounts report --json, and name it in the policy's usage or in ${USAGE_VARIABLE}`,
      );
    }
  },
);

/** Reads the usage file, and reports where it is too old; undefined where it cannot be read. */
function usageIn(
  path: string,
  { nowMs, maxAgeDays }: { readonly nowMs: number; readonly maxAgeDays: number },
  report: Report,
): Usage | undefined {
  try {
    const usage = readUsage(path);
    const days = (nowMs - usage.atMs) / DAY_MS;
    if (days > maxAgeDays) {
      report(
        `the usage file ${path} is of ${dayOf(usage.atMs)}, ${Math.floor(days)} days ago; at most ${maxAgeDays} (maxAgeDays) are allowed. Write it anew by subaccounts report --json`,
      );
    } else if (days < -1) {
      report(
        `the usage file ${path} is of ${dayOf(usage.atMs)}, which is yet to come. Write it anew by subaccounts report --json, on a machine whose clock is right`,
      );
    }
    return usage;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    report(error.message);
    return undefined;
  }
}

/** The limits of the accounts that are there before the run. */
function settingsOf({ pairs, added }: Comparison, usage: Usage | undefined): Setting[] {
  const ofPairs = pairs.flatMap(({ before, now }) => {
    if (now === undefined) return [];
    const metrics = usage?.metricsOf(now.vendor, before.id);
    return limitsOf(now).map((limit) => ({
      account: now,
      limit,
      had: ofWhole(before.account, limit),
      has: ofWhole(now, limit),
      metrics,
    }));
  });
  const ofAdopted = added.flatMap((now) => {
    const id = readText(now.props, "adopt");
    if (id === undefined) return [];
    const metrics = usage?.metricsOf(now.vendor, id);
    return limitsOf(now).map((limit) => {
      const actual = metricOf(metrics, limit)?.actual;
      return { account: now, limit, had: actual ?? ("absent" as const), has: ofWhole(now, limit), metrics };
    });
  });
  return [...ofPairs, ...ofAdopted];
}

/** Whether the limit goes down, or may; where none was declared, the vendor may have had any. */
function isLowered({ limit, had, has, metrics }: Setting): boolean {
  // Where nothing is used up, there is something to compare with only if the file says so.
  if (limit.isFloor || (limit.period === undefined && usedOf(metrics, limit) === undefined)) return false;
  if (has === "unknown") return true;
  return typeof has === "number" && (typeof had !== "number" || has < had);
}

function judge(setting: Setting, { usage, nowMs }: { usage: Usage; nowMs: number }, report: Report): void {
  const { account, limit, has, had, metrics } = setting;
  const where = whereOf(setting);
  const asOf = `as of ${dayOf(usage.atMs)}`;
  const metric = metricOf(metrics, limit);
  if (typeof has !== "number") {
    report(
      `${where} is not known yet, so it may be below what is used. Give it a value that a preview knows`,
      account.urn,
    );
  } else if (metric?.used === undefined) {
    const why =
      metrics === undefined ? "the usage file does not have the account" : "the vendor did not say it";
    report(
      `${where} is lowered, and what is used is not known (${why}, ${asOf}). Write the usage file anew, or add the account to the approved ones`,
      account.urn,
    );
  } else if (metric.period.isOver && has > metric.used) {
    report(
      `${where} is lowered, and what is used now is not known (the vendor said what was used ${periodText(metric.period, nowMs)}, ${asOf}). Write the usage file anew, or add the account to the approved ones`,
      account.urn,
    );
  } else if (metric.used > 0 && has <= metric.used) {
    const from =
      typeof had === "number" ? `from ${isSecret(account, limit.path) ? "a secret number" : had} ` : "";
    const used = isSecret(account, limit.path) ? "as much or more" : metric.used;
    report(
      `${where} is lowered ${from}to ${shown(account, limit, has)}, and ${used} is used already (${periodText(metric.period, nowMs)}, ${asOf}), so the vendor may stop the customer's work. Raise it, or add the account to the approved ones`,
      account.urn,
    );
  }
}

function metricOf(metrics: readonly Metric[] | undefined, { path }: Limit): Metric | undefined {
  return metrics?.find(({ metric }) => metric === path);
}

function usedOf(metrics: readonly Metric[] | undefined, limit: Limit): number | undefined {
  return metricOf(metrics, limit)?.used;
}

function whereOf({ account, limit }: Setting): string {
  return `${label(account)}: ${limit.path}`;
}

function dayOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}
