import type { Limit } from "../tenant/description";
import { type Account, label } from "./core/account";
import { limitsOf, nameOf, numberPerLimit, ofWhole, shown, withoutLimit } from "./core/limit";
import { type Report, stackPolicy } from "./core/policy";
import { type Reading, read } from "./core/reading";

/** The highest number of each limit, by name; `null` is no maximum. */
type Maxima = Readonly<Record<string, number | null>>;

interface Config {
  readonly limits?: Maxima;
  readonly tiers?: Readonly<Record<string, Maxima>>;
}

const NO_TIER: Reading = { isKnown: true, value: undefined };

const maxima = (description: string) => numberPerLimit(description, { type: ["number", "null"], minimum: 0 });

/** No account may use more than is allowed to its tier. */
export const maxLimit = stackPolicy<Config>(
  {
    name: "max-limit",
    description: "No account has a higher limit than its vendor and tier allow.",
    enforcementLevel: "mandatory",
    configSchema: {
      properties: {
        limits: maxima(
          "the highest limit of an account, in the vendor's unit; `null` is no maximum. A limit that is named nowhere is not checked, but for an account of which no limit is named: that is a violation",
        ),
        tiers: {
          type: "object",
          description:
            "the same by tier, for the accounts of its tenants; what a tier leaves out, and a tier that is not listed, is as in `limits`. Where that has nothing either, it is a violation",
          additionalProperties: maxima("the highest limits of the tier"),
        },
      },
    },
    about: {
      sees: "the declared limits of all accounts (of a suspended tenant those that hold again afterwards) and the `tier` of the tenant (`subaccounts:index:Tenant`) that each belongs to, at the end of the preview and of the `up`; an account outside a tenant has no tier",
      cannotSee:
        "in a preview, an account that the program makes only within `apply` of an output that is not known yet: it is reported when the `up` has made it; a limit that the vendor has and the code does not declare",
      unknown:
        "is a violation, of a limit as of a tier. So is no limit at all where a highest one is configured",
      example: {
        limits: {
          "zavu.creditLimit": 10_000,
          "bctrl.limits.monthlyCreditLimit": 20_000,
          "bolna.allowConcurrentCalls": null,
        },
        tiers: { gold: { "zavu.creditLimit": 100_000 } },
      },
    },
  },
  ({ accounts }, { limits = {}, tiers = {} }, report) => {
    const named = new Set([limits, ...Object.values(tiers)].flatMap((each) => Object.keys(each)));
    if (named.size === 0 && accounts.length > 0) {
      report("max-limit has nothing to compare with. Configure limits, tiers or both, or disable the policy");
      return;
    }
    const ofTier = new Map(Object.entries(tiers));
    for (const account of accounts) {
      const tier = account.tenant ? read(account.tenant.props, "tier") : NO_TIER;
      if (!tier.isKnown && ofTier.size > 0) {
        report(
          `${label(account)}: the tier of its tenant is not known yet, and so neither is what it may have. Give the tenant a tier that a preview knows`,
          account.urn,
        );
        continue;
      }
      const own = limitsOf(account);
      if (!own.some((limit) => named.has(nameOf(limit)))) {
        report(
          `${label(account)} is not covered: max-limit names none of ${own.map(nameOf).join(", ")}. Add one to its limits, with a number, or with null for no maximum`,
          account.urn,
        );
        continue;
      }
      const name = tier.isKnown && typeof tier.value === "string" ? tier.value : undefined;
      const maximaOf = (name === undefined ? undefined : ofTier.get(name)) ?? {};
      for (const limit of own.filter((each) => named.has(nameOf(each)))) {
        const max = Object.hasOwn(maximaOf, nameOf(limit)) ? maximaOf[nameOf(limit)] : limits[nameOf(limit)];
        if (max === undefined) reportUncovered(account, limit, name, [...ofTier.keys()], report);
        else if (max !== null) compare(account, limit, max, name, report);
      }
    }
  },
);

function reportUncovered(
  account: Account,
  limit: Limit,
  tier: string | undefined,
  known: readonly string[],
  report: Report,
): void {
  const why =
    tier === undefined
      ? "it belongs to no tier"
      : `its tier ${JSON.stringify(tier)} has none (tiers: ${known.join(", ")})`;
  report(
    `${label(account)}: ${limit.path} is not covered: ${why}, and limits has no ${nameOf(limit)}. Correct the tier, or add a number, or null for no maximum`,
    account.urn,
  );
}

/** Compares a declared limit with its maximum. */
function compare(
  account: Account,
  limit: Limit,
  max: number,
  tier: string | undefined,
  report: Report,
): void {
  const where = `${label(account)}: ${limit.path}`;
  const to = tier === undefined ? "" : ` to tier ${JSON.stringify(tier)}`;
  const most = `at most ${max} (${limit.unit}) is allowed${to}`;
  const found = ofWhole(account, limit);
  if (found === "unknown") {
    report(`${where} is not known yet; ${most}. Give it a value that a preview knows`, account.urn);
  } else if (typeof found !== "number") {
    report(`${where} ${withoutLimit(limit, found)}; ${most}. Declare one`, account.urn);
  } else if (found > max) {
    report(
      `${where} asks for ${shown(account, limit, found)}; ${most}. Lower it, or let it be allowed`,
      account.urn,
    );
  }
}
