import { writeFileSync } from "node:fs";
import { titleOf } from "../tenant/description";
import { label } from "./core/account";
import { compareWithBaseline } from "./core/baseline";
import { budgetChangeOf } from "./core/budget-change";
import { money, type Part, partsOf, type Rates } from "./core/cost";
import { few } from "./core/few";
import { limitsOf, nameOf, numberPerLimit, withoutLimit } from "./core/limit";
import { type Report, type Stack, stackPolicy } from "./core/policy";

interface Config {
  readonly limit?: number;
  readonly currency?: string;
  readonly rates?: Rates;
  readonly per?: Readonly<Record<string, string>>;
}

/** The environment variable with the file that gets what a run changes in the sum. */
const CHANGE_VARIABLE = "SUBACCOUNTS_BUDGET_CHANGE";

/** The accounts of a stack, at all vendors together, may not be able to spend more than the budget. */
export const budget = stackPolicy<Config>(
  {
    name: "budget",
    description: "What the accounts of a stack may spend at all vendors together is within the budget.",
    enforcementLevel: "mandatory",
    configSchema: {
      properties: {
        limit: { type: "number", minimum: 0, description: "the budget, in the currency" },
        currency: { type: "string", description: "the currency's name in messages", default: "USD" },
        rates: numberPerLimit(
          "what one unit of a limit costs, in the currency; a limit without a rate costs nothing, and a vendor without one, while it has accounts, is a violation: give it a rate of 0 to leave it out",
          { type: "number", minimum: 0 },
        ),
        per: numberPerLimit(
          "over which time the cost of a rate is, where the limit has no period of its own, such as calls at once that you pay by the month; only said where a change is told",
          { type: "string", enum: ["hour", "day", "month", "year"] },
        ),
      },
    },
    about: {
      sees: "the declared limits of all accounts of the stack, of a suspended tenant in full, since they hold again once it pays, at the end of the preview and of the `up`",
      cannotSee:
        "in a preview, an account that the program makes only within `apply` of an output that is not known yet: it is reported when the `up` has made it; other stacks, accounts that no stack has, what was spent, and over which time a limit counts: Zavu's is cumulative, bctrl's is by billing cycle, so the rates say what the sum means. Where the environment variable `SUBACCOUNTS_BUDGET_CHANGE` names a file, it writes there as JSON what the run changes in the sum, by limit and tier, compared with the baseline in `SUBACCOUNTS_BASELINE`: `examples/gitops` puts it into the comment on a pull request",
      unknown:
        "is a violation: the sum is reported with what is missing in it. So is an account without the limit, which may spend any sum",
      example: {
        limit: 5000,
        currency: "USD",
        rates: {
          "zavu.creditLimit": 0.01,
          "bctrl.limits.monthlyCreditLimit": 0.001,
          "bolna.allowConcurrentCalls": 25,
        },
        per: { "bolna.allowConcurrentCalls": "month" },
      },
    },
  },
  (stack, config, report) => {
    const { limit, currency = "USD", rates = {}, per = {} } = config;
    const { accounts } = stack;
    if (limit === undefined && accounts.length > 0) {
      report("budget has no limit to compare with. Configure limit and rates, or disable the policy");
      return;
    }
    writeChange(stack, { currency, rates, per, ...(limit !== undefined && { limit }) }, report);
    if (limit === undefined) return;
    const unrated = new Set(
      accounts
        .filter((account) => !limitsOf(account).some((each) => rates[nameOf(each)] !== undefined))
        .map(({ vendor }) => vendor),
    );
    for (const vendor of unrated) {
      report(
        `the accounts of ${titleOf(vendor)} are not in the sum, since none of its limits has a rate. Configure one; 0 leaves the vendor out`,
      );
    }
    const parts = accounts.flatMap((account) => partsOf(account, rates));
    const missing = parts.flatMap((part) =>
      typeof part.cost === "number" ? [] : [missingText(part, part.cost)],
    );
    const costs = parts.flatMap((part) =>
      typeof part.cost === "number" ? [{ ...part, cost: part.cost }] : [],
    );
    const sum = costs.reduce((total, { cost }) => total + cost, 0);
    const shown = costs.some(({ isHidden }) => isHidden) ? "a secret sum" : money(currency, sum);
    const most = `at most ${money(currency, limit)} is allowed`;
    if (missing.length > 0) {
      report(
        `the sum of the stack cannot be known: it is ${shown} or more, and ${most}. Missing: ${few(missing)}. Declare these limits, with values that a preview knows`,
      );
    }
    // Rates such as 0.001 have no exact binary form.
    if (sum > limit * (1 + 1e-9)) {
      const largest = costs
        .toSorted((one, other) => other.cost - one.cost)
        .map((part) => `${whereOf(part)} ${part.isHidden ? "a secret part" : money(currency, part.cost)}`);
      report(
        `the accounts of the stack may spend ${shown} together; ${most}. The largest: ${few(largest)}. Lower limits, or let the budget be raised`,
      );
    }
  },
);

/** Writes what the run changes in the sum to the file that the environment names, for a report of a pipeline. */
function writeChange(stack: Stack, terms: Parameters<typeof budgetChangeOf>[1], report: Report): void {
  const file = process.env[CHANGE_VARIABLE];
  if (!file) return;
  const compared = compareWithBaseline(stack, {}, report);
  if (compared === undefined) return;
  try {
    writeFileSync(file, JSON.stringify(budgetChangeOf(compared, terms), undefined, 2));
  } catch (error) {
    const why = error instanceof Error && "code" in error ? error.code : error;
    report(
      `what this run changes in the sum cannot be written to ${file}, which ${CHANGE_VARIABLE} names (${why}). Name a file in a folder that is there, by its absolute path`,
    );
  }
}

function whereOf({ account, limit }: Part): string {
  return `${label(account)}: ${limit.path}`;
}

function missingText(part: Part, found: Exclude<Part["cost"], number>): string {
  const why = found === "unknown" ? "is not known yet" : withoutLimit(part.limit, found);
  return `${whereOf(part)} ${why}`;
}
