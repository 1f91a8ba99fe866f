import { stringify } from "yaml";
import { isObject } from "../../provider/core/base/json";
import type { Run } from "../../provider/core/base/run";
import { normalized } from "../../provider/core/contract/identity";
import type { Values } from "../../provider/core/contract/resource";
import { vendors } from "../../provider/vendors";
import { accountArguments } from "../../tenant/arguments";
import { titleOf, VENDOR_NAMES } from "../../tenant/description";
import { clashesOf, problemsOfTenant } from "../../tenant/problems";
import { overBy } from "../../tenant/suspension";
import { inTurns } from "../in-turns";
import { argumentsOfTiers, compose, entryOf, type Style } from "./compose";
import type { Known } from "./known";
import { isLeftOut, type Mapping } from "./mapping";
import { type Customer, match, placeText, type Unmatched } from "./match";
import { ownerOf, type Seen } from "./survey";

/** How customers are told. */
export interface PlanWishes {
  readonly byName: boolean;
  readonly setsExternalIds: boolean;
  readonly fromOwner?: string;
}

/** Tenants to be written, and accounts that go to a report. */
export interface Plan {
  readonly tenants: readonly Values[];
  readonly unmatched: readonly Unmatched[];
  readonly ended: readonly Seen[];
  /** Accounts that files declare, but whose state is lost: their files get an `adopt` line. */
  readonly lost: readonly Lost[];
  /** How many accounts files declare. */
  readonly known: number;
  /** How many the mapping leaves out. */
  readonly left: number;
}

/** An account and the tenant whose file declares it. */
export interface Lost {
  readonly tenant: Values;
  readonly seen: Seen;
}

/** A tenant as it would be written. */
interface Draft {
  readonly customer: Customer;
  readonly tenant: Values;
}

/** Sorts accounts into tenants to write and rows of the reports. */
export async function planOf(
  run: Run,
  seen: readonly Seen[],
  mapping: Mapping,
  known: Known,
  tiers: Values,
  wishes: PlanWishes,
): Promise<Plan> {
  const sorted = sort(seen, mapping, known, { ...wishes, now: run.world.now() });
  const byVendor = new Map(VENDOR_NAMES.map((vendor) => [vendor, argumentsOfTiers(tiers, vendor)]));
  const whole = await inTurns(sorted.fresh, async (each) => {
    const account = await each.whole(each.account, byVendor.get(each.vendor) ?? {});
    return account === each.account ? each : { ...each, account };
  });
  const { customers, unmatched, left } = match(
    whole,
    mapping,
    wishes.byName,
    calledSo(seen, sorted.fresh, mapping, known),
  );
  const has = new Map(known.tenants.map((tenant) => [normalized(String(tenant["externalId"])), tenant]));
  const drafts: Draft[] = [];
  const refused: Unmatched[] = [];
  for (const customer of customers) {
    const tenant = has.get(normalized(customer.externalId));
    if (tenant !== undefined)
      refused.push(
        ...customer.accounts.map((each) =>
          besides(tenant, each, { setsExternalIds: wishes.setsExternalIds, tiers }),
        ),
      );
    else
      drafts.push({
        customer,
        tenant: compose(customer, { setsExternalIds: wishes.setsExternalIds, tiers }),
      });
  }
  const reasons = reasonsAgainst(run, drafts, known.tenants, tiers, wishes);
  for (const [index, { customer }] of drafts.entries()) {
    const reason = reasons.get(index);
    if (reason !== undefined) refused.push(...customer.accounts.map((each) => ({ seen: each, reason })));
  }
  return {
    ...sorted,
    tenants: drafts.flatMap(({ tenant }, index) => (reasons.has(index) ? [] : [tenant])),
    unmatched: [...sorted.unmatched, ...unmatched, ...refused],
    left: sorted.left + left.length,
  };
}

/** The customers that are called so and get no file now: those with a file, of other stacks, left out or ended. */
function calledSo(
  seen: readonly Seen[],
  fresh: readonly Seen[],
  mapping: Mapping,
  known: Known,
): Map<string, readonly string[]> {
  const called = new Map(known.called);
  const isFresh = new Set(fresh);
  for (const each of seen) {
    const isLeft = isLeftOut(mapping, each.vendor, each.account.id);
    if ((isFresh.has(each) && !isLeft) || known.ownerOf(each) !== undefined) continue;
    const name = normalized(String(each.account.fields["name"] ?? ""));
    called.set(name, [...(called.get(name) ?? []), placeText(each)]);
  }
  return called;
}

interface Sorted extends Pick<Plan, "unmatched" | "ended" | "lost" | "known" | "left"> {
  /** Accounts to make tenants of. */
  readonly fresh: readonly Seen[];
}

/** Tells accounts that files have, those that ended and those that are nobody's to take from those to make tenants of. */
function sort(
  seen: readonly Seen[],
  mapping: Mapping,
  known: Known,
  { fromOwner, now }: PlanWishes & { readonly now: number },
): Sorted {
  const unmatched: Unmatched[] = [];
  const ended: Seen[] = [];
  const fresh: Seen[] = [];
  const lost: Lost[] = [];
  const declared = new Map<string, Lost[]>();
  let count = 0;
  let left = 0;
  for (const each of seen) {
    const owner = known.ownerOf(each);
    const isEnded = each.account.presence === "ended" && !each.isSuspended;
    const remains = owner && remainsOf(owner.tenant, each, fromOwner, now);
    const doubt = doubtOf(each, fromOwner);
    if (owner?.isById && remains === undefined) count++;
    else if (isEnded) ended.push(each);
    else if (remains !== undefined && isLeftOut(mapping, each.vendor, each.account.id)) left++;
    else if (remains !== undefined) unmatched.push({ seen: each, reason: remains, isLeft: true });
    else if (owner !== undefined) {
      const key = `${each.vendor} ${owner.tenant["externalId"]}`;
      declared.set(key, [...(declared.get(key) ?? []), { tenant: owner.tenant, seen: each }]);
    } else if (fromOwner !== undefined && ownerOf(each) !== fromOwner) continue;
    else if (doubt === undefined) fresh.push(each);
    else if (isLeftOut(mapping, each.vendor, each.account.id)) left++;
    else unmatched.push({ seen: each, reason: doubt });
  }
  for (const all of declared.values()) {
    const accounts = withoutLeftOut(all, mapping);
    left += all.length - accounts.length;
    if (accounts.length === 1) {
      count++;
      lost.push(...accounts.filter(({ seen: { vendor, marker } }) => isLost(vendor, marker, fromOwner)));
      continue;
    }
    const places = accounts.map(({ seen: each }) => placeText(each)).join(", ");
    unmatched.push(
      ...accounts.map(({ tenant, seen: each }) => ({
        seen: each,
        reason: `is one of ${accounts.length} accounts of ${tenant["externalId"]}, which has a file without the id: ${places}. Add adopt there, and end or rename the others`,
      })),
    );
  }
  return { unmatched, ended, fresh, lost, known: count, left };
}

/** Of several accounts that one file would declare, those that the mapping does not leave out. */
function withoutLeftOut(accounts: readonly Lost[], mapping: Mapping): readonly Lost[] {
  const rest = accounts.filter(({ seen: { vendor, account } }) => !isLeftOut(mapping, vendor, account.id));
  return rest.length > 0 ? rest : accounts;
}

/** Says that an account is there although its tenant has it deleted by now; undefined where it has not. */
function remainsOf(
  tenant: Values,
  { vendor, marker, account, isSuspended }: Seen,
  fromOwner: string | undefined,
  now: number,
): string | undefined {
  const { externalId, ended } = tenant;
  const isThere = account.presence !== "ended" || isSuspended;
  if (!isThere || !overBy(tenant, now).accounts || isLost(vendor, marker, fromOwner)) return undefined;
  const date = isObject(ended) ? ended["deleteAfter"] : "";
  return (
    `is of ${externalId}, whose deleteAfter ${date} is over, and is still there: \`pulumi up\` deletes it if the state has it and ` +
    "deletionPolicy is not retain; else end it at the vendor, or - leaves it out"
  );
}

/** Whether the state of an account that a file declares is the lost one. A vendor without markers says nothing of owners. */
function isLost(vendor: Seen["vendor"], marker: Seen["marker"], fromOwner: string | undefined): boolean {
  if (fromOwner === undefined) return false;
  if (!vendors[vendor].SubAccount.isMarked) return true;
  return ownerOf({ marker }) === fromOwner;
}

/** An account of a customer that has a file. */
function besides(tenant: Values, seen: Seen, style: Style): Unmatched {
  const { externalId, name, tier, vendors: used } = tenant;
  const { vendor } = seen;
  const entry = entryOf(
    seen,
    { externalId: String(externalId), name, tier: typeof tier === "string" ? tier : undefined },
    style,
  );
  const text = stringify({ [vendor]: entry }, { collectionStyle: "flow", lineWidth: 0 })
    .trim()
    .slice(2, -2);
  const reason = Object.hasOwn(used as object, vendor)
    ? `is another account of ${externalId} at ${titleOf(vendor)} than the one in its file: give it an externalId of its own here, or -`
    : `is of ${externalId}, whose file is there: add to its vendors  ${text}  and to its keys  ${vendor}: false`;
  return { seen, reason };
}

/** Says why an account needs a decision before it can be a tenant's; undefined where it does not. */
function doubtOf(seen: Seen, fromOwner: string | undefined): string | undefined {
  const { account, marker } = seen;
  if (account.presence === "strange") return `has the status "${account.status}", which is not documented`;
  if (marker === "unreadable") return "carries an ownership marker that this version cannot read";
  if (marker === undefined || marker.owner === fromOwner) return undefined;
  return (
    `is of ${marker.urn} of the owner ${marker.owner}, and in no file: another stack's, or retained. If its state is lost, ` +
    `--from-owner ${marker.owner} takes it over; - leaves it out`
  );
}

/** Why drafts are not written, by their index: what a program would refuse, and what an adoption would change. */
function reasonsAgainst(
  run: Run,
  drafts: readonly Draft[],
  others: readonly Values[],
  tiers: Values,
  { setsExternalIds }: PlanWishes,
): Map<number, string> {
  const reasons = new Map<number, string>();
  // A check looks at every tier that it is given.
  const withTier = (tenant: Values): Values => {
    const name = String(tenant["tier"] ?? "");
    return { tiers: Object.hasOwn(tiers, name) ? { [name]: tiers[name] } : {}, ...tenant };
  };
  const all = [...others, ...drafts.map(({ tenant }) => withTier(tenant))];
  for (const { tenant, first, path, rule } of clashesOf(all)) {
    for (const index of [tenant, first]) reasons.set(index - others.length, `${path} ${rule}`);
  }
  for (const [index, { customer, tenant: draft }] of drafts.entries()) {
    const tenant = withTier(draft);
    const [problem] = problemsOfTenant(tenant);
    const reason = problem
      ? `${problem.path} ${problem.rule}`
      : customer.accounts.map((each) => effectOf(tenant, each, setsExternalIds)).find(Boolean);
    if (reason !== undefined) reasons.set(index, reason);
    // A reply of a vendor is taken without the parent key, so that a name may hold its mark.
    if (run.redactor.clean(JSON.stringify(draft)).includes("[secret]")) {
      reasons.set(index, "has a key in its name or its externalId");
    }
  }
  return reasons;
}

/** Says what adopting an account by its draft would change; undefined for nothing. */
function effectOf(tenant: Values, { vendor, account }: Seen, setsExternalIds: boolean): string | undefined {
  const adoption = vendors[vendor].SubAccount.adoptionOf(accountArguments(tenant, vendor), account);
  if ("refusal" in adoption)
    return `${adoption.refusal}, in a way that cannot be declared: change it at ${titleOf(vendor)}`;
  const changes = adoption.changes.filter((field) => !setsExternalIds || field !== "externalId");
  return changes.length > 0
    ? `could not be declared as it is: ${changes.join(", ")} would change`
    : undefined;
}
