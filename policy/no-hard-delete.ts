import { accountOf as kindOf, titleOf } from "../tenant/description";
import { overBy } from "../tenant/suspension";
import { type Account, isNamedIn, label } from "./core/account";
import { baselineSchema, compareWithBaseline } from "./core/baseline";
import { accountPolicy, type Described, type Stack, stackPolicy } from "./core/policy";
import { read, readText } from "./core/reading";

interface Config {
  readonly hard?: readonly string[];
  readonly approved?: readonly string[];
  readonly baseline?: string;
}

/** What nobody can undo: Bolna's `delete` erases, bctrl's `archive` takes no work for good. */
const HARD = ["delete", "archive"];

const described: Described = {
  name: "no-hard-delete",
  description:
    "No account is ended for ever, nor declared to be when its resource goes, unless it is approved.",
  enforcementLevel: "mandatory",
  configSchema: {
    properties: {
      hard: {
        type: "array",
        description:
          "the values of `deletionPolicy` that count as ending for ever; without `archive`, an archived bctrl account, which takes no work for good, does not",
        items: { type: "string", enum: [...HARD, "deactivate"] },
        default: HARD,
      },
      approved: {
        type: "array",
        description: "the accounts that may be ended: externalId, logical name or URN of each",
        items: { type: "string" },
        default: [],
      },
      baseline: baselineSchema,
    },
  },
  about: {
    sees: "the declared `deletionPolicy` of each account, before anything is done with it; and, by the baseline, the accounts that this run deletes, also by the `deleteAfter` of a tenant: in the change that declares it, its accounts are judged by their `deletionPolicy` already",
    cannotSee:
      "a deletion without a baseline: it is a violation that there is none. `pulumi destroy` asks no policy: `protect-production` keeps it from the accounts",
    unknown: "is a violation",
    example: { approved: ["tenant-acme"], baseline: "/tmp/baseline.json" },
  },
};

/** No account is ended for ever by an innocent change. */
export const noHardDelete = {
  ...accountPolicy<Config>(described, (account, { hard = HARD, approved = [] }, report) => {
    if (isNamedIn(approved, account)) return;
    const policy = deletionPolicyOf(account);
    if (policy === "unknown") {
      report(
        `${label(account)}: deletionPolicy is not known yet, so it may be one that erases. Give it a value that a preview knows`,
      );
    } else if (hard.includes(policy.name)) {
      report(
        `${label(account)}: deletionPolicy ${JSON.stringify(policy.name)} lets ${titleOf(account.vendor)} end the account for ever once its resource is gone. Declare "retain", or add it to the approved ones`,
      );
    }
  }),
  ...stackPolicy<Config>(described, (stack, config, report) => {
    const { hard = HARD, approved = [] } = config;
    const ended = endedTenants(stack);
    for (const { before, isEnded } of compareWithBaseline(stack, config, report)?.pairs ?? []) {
      const { account } = before;
      if (!isEnded || isNamedIn(approved, account)) continue;
      const policy = deletionPolicyOf(account);
      if (policy !== "unknown" && !hard.includes(policy.name)) continue;
      const day = account.tenant && ended.get(account.tenant.urn);
      if (day !== undefined) {
        report(
          `${label(account)}: deleteAfter ${day} of its tenant is over, so that ${titleOf(account.vendor)} ends the account for ever. Add it to the approved ones, or give the tenant a later day`,
        );
        continue;
      }
      report(
        `${label(account)}: this run removes its resource, upon which ${titleOf(account.vendor)} ends the account for ever. Put its resource back, or set deletionPolicy "retain" and run up before it is removed, or add it to the approved ones`,
      );
    }
  }),
};

/** The tenants whose accounts are not declared any more by their `ended`, with the last day of each. */
function endedTenants({ tenants }: Stack): ReadonlyMap<string, string> {
  return new Map(
    tenants.flatMap(({ urn, props }) => {
      const day = readText(props, "ended.deleteAfter");
      const isOver = day !== undefined && overBy({ ended: { deleteAfter: day } }, Date.now()).accounts;
      return isOver ? [[urn, day] as const] : [];
    }),
  );
}

function deletionPolicyOf({ vendor, props }: Account): { readonly name: string } | "unknown" {
  const reading = read(props, "deletionPolicy");
  if (!reading.isKnown) return "unknown";
  return { name: String(reading.value ?? kindOf(vendor).defaults["deletionPolicy"]) };
}
