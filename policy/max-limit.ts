import type { Limit } from "../tenant/description";
import { label } from "./core/account";
import {
  limitsOf,
  limitsOfOtherSets,
  nameOf,
  numberPerLimit,
  ofWhole,
  shown,
  withoutLimit,
} from "./core/limit";
import { stackPolicy } from "./core/policy";
import { type Reading, read } from "./core/reading";

type Maxima = Readonly<Record<string, number>>;

interface Config {
  readonly limits?: Maxima;
  readonly tiers?: Readonly<Record<string, Maxima>>;
}

const NO_TIER: Reading = { isKnown: true, value: undefined };

const maxima = (description: string) => numberPerLimit(description, { type: "number", minimum: 0 });

/** No account may use more than is allowed to its tier. */
export const maxLimit = stackPolicy<Config>(
  {
    name: "max-limit",
    description: "No account has a higher limit than its vendor and tier allow.",
    enforcementLevel: "mandatory",
    configSchema: {
      properties: {
        limits: maxima(
          "the highest limit of an account, in the vendor's unit; a limit without one is not checked",
        ),
        tiers: {
          type: "object",
          description:
            "the same by tier, for the accounts of its tenants; what a tier leaves out, and a tier that is not listed, is as in `limits`",
          additionalProperties: maxima("the highest limits of the tier"),
        },
      },
    },
    about: {
      sees: "the declared limits of all accounts and the `tier` of the tenant (`subaccounts:index:Tenant`) that each belongs to, at the end of the preview and of the `up`; an account outside a tenant has no tier",
      cannotSee: "a limit that the vendor has and the code does not declare",
      unknown:
        "is a violation, of a limit as of a tier. So is no limit at all where a highest one is configured",
      example: {
        limits: { "zavu.creditLimit": 10_000, "bctrl.limits.monthlyCreditLimit": 20_000 },
        tiers: { gold: { "zavu.creditLimit": 100_000 } },
      },
    },
  },
  ({ accounts }, { limits = {}, tiers = {} }, report) => {
    const isConfigured = [limits, ...Object.values(tiers)].some((each) => Object.keys(each).length > 0);
    if (!isConfigured && accounts.length > 0) {
      report("max-limit has nothing to compare with. Configure limits, tiers or both, or disable the policy");
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
      const name = tier.isKnown && typeof tier.value === "string" ? tier.value : undefined;
      const own = name === undefined ? undefined : ofTier.get(name);
      const to = name === undefined ? "" : ` to tier ${JSON.stringify(name)}`;
      const maximumOf = (limit: Limit) => own?.[nameOf(limit)] ?? limits[nameOf(limit)];
      const uncovered = limitsOfOtherSets(account).filter((limit) => maximumOf(limit) !== undefined);
      if (uncovered.length > 0 && limitsOf(account).every((limit) => maximumOf(limit) === undefined)) {
        const names = limitsOf(account).map(nameOf).join(" or ");
        report(
          `${label(account)}: max-limit has a number for ${uncovered.map(nameOf).join(" and ")}, which the account does not declare, and none for ${names}, which it does. Configure one`,
          account.urn,
        );
      }
      for (const limit of limitsOf(account)) {
        const max = maximumOf(limit);
        if (max === undefined) continue;
        const where = `${label(account)}: ${limit.path}`;
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
    }
  },
);
