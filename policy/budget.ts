import { titleOf, type VendorName } from "../tenant/description";
import { isSecret, label } from "./core/account";
import { limitsOf, nameOf, numberPerLimit, ofWhole, withoutLimit } from "./core/limit";
import { stackPolicy } from "./core/policy";

interface Config {
  readonly limit?: number;
  readonly currency?: string;
  readonly rates?: Readonly<Record<string, number>>;
}

/** How many of the largest parts a message names. */
const NAMED = 3;

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
      },
    },
    about: {
      sees: "the declared limits of all accounts of the stack, of a suspended tenant in full, since they hold again once it pays, at the end of the preview and of the `up`",
      cannotSee:
        "in a preview, an account that the program makes only within `apply` of an output that is not known yet: it is reported when the `up` has made it; other stacks, accounts that no stack has, what was spent, and over which time a limit counts: Zavu's is cumulative, bctrl's is by billing cycle, so the rates say what the sum means",
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
      },
    },
  },
  ({ accounts }, { limit, currency = "USD", rates = {} }, report) => {
    if (accounts.length === 0) return;
    if (limit === undefined) {
      report("budget has no limit to compare with. Configure limit and rates, or disable the policy");
      return;
    }
    const unrated = new Set<VendorName>();
    const parts: { readonly cost: number; readonly isHidden: boolean; readonly text: string }[] = [];
    const missing: string[] = [];
    for (const account of accounts) {
      const rated = limitsOf(account).filter((each) => rates[nameOf(each)] !== undefined);
      if (rated.length === 0) unrated.add(account.vendor);
      for (const each of rated) {
        const rate = rates[nameOf(each)] ?? 0;
        if (rate === 0) continue;
        const found = ofWhole(account, each);
        const where = `${label(account)}: ${each.path}`;
        if (found === "unknown") missing.push(`${where} is not known yet`);
        else if (typeof found !== "number") missing.push(`${where} ${withoutLimit(each, found)}`);
        else {
          const cost = found * rate;
          const isHidden = isSecret(account, each.path);
          parts.push({
            cost,
            isHidden,
            text: `${where} ${isHidden ? "a secret part" : money(currency, cost)}`,
          });
        }
      }
    }
    for (const vendor of unrated) {
      report(
        `the accounts of ${titleOf(vendor)} are not in the sum, since none of its limits has a rate. Configure one; 0 leaves the vendor out`,
      );
    }
    const sum = parts.reduce((total, { cost }) => total + cost, 0);
    const shown = parts.some(({ isHidden }) => isHidden) ? "a secret sum" : money(currency, sum);
    const most = `at most ${money(currency, limit)} is allowed`;
    if (missing.length > 0) {
      report(
        `the sum of the stack cannot be known: it is ${shown} or more, and ${most}. Missing: ${few(missing)}. Declare these limits, with values that a preview knows`,
      );
    }
    // Rates such as 0.001 have no exact binary form.
    if (sum > limit * (1 + 1e-9)) {
      const largest = parts.toSorted((one, other) => other.cost - one.cost).map(({ text }) => text);
      report(
        `the accounts of the stack may spend ${shown} together; ${most}. The largest: ${few(largest)}. Lower limits, or let the budget be raised`,
      );
    }
  },
);

function money(currency: string, amount: number): string {
  return `${currency} ${amount.toFixed(2)}`;
}

function few(texts: readonly string[]): string {
  const more = texts.length - NAMED;
  return [...texts.slice(0, NAMED), ...(more > 0 ? [`${more} more`] : [])].join("; ");
}
