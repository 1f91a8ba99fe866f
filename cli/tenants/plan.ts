import type { Run } from "../../provider/core/base/run";
import { normalized } from "../../provider/core/contract/identity";
import type { Values } from "../../provider/core/contract/resource";
import { clashesOf, problemsOfTenant } from "../../tenant/problems";
import { argumentsOfTiers, compose } from "./compose";
import type { Known } from "./known";
import { type Mapping, NO_TENANT } from "./mapping";
import { match, type Unmatched } from "./match";
import { inTurns, type Seen } from "./survey";

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
  readonly known: number;
  readonly left: number;
}

/** Decides what becomes of each account. */
export async function planOf(
  run: Run,
  seen: readonly Seen[],
  mapping: Mapping,
  known: Known,
  tiers: Values,
  { byName, setsExternalIds, fromOwner }: PlanWishes,
): Promise<Plan> {
  const unmatched: Unmatched[] = [];
  const ended: Seen[] = [];
  const fresh: Seen[] = [];
  let declared = 0;
  for (const each of seen) {
    const doubt = doubtOf(each, fromOwner);
    if (known.ownerOf(each) !== undefined) declared++;
    else if (each.account.presence === "ended" && !each.isSuspended) ended.push(each);
    else if (fromOwner !== undefined && each.marker !== "unshown" && ownerOf(each) !== fromOwner) continue;
    else if (doubt === undefined) fresh.push(each);
    else if (mapping.get(`${each.vendor} ${each.account.id}`)?.externalId !== NO_TENANT)
      unmatched.push({ seen: each, reason: doubt });
  }
  const whole = await inTurns(fresh, async (each) => ({
    ...each,
    account: await each.whole(each.account, argumentsOfTiers(tiers, each.vendor)),
  }));
  const { customers, unmatched: doubtful, left } = match(whole, mapping, byName);
  unmatched.push(...doubtful);
  const has = new Set(known.tenants.map(({ externalId }) => normalized(String(externalId))));
  const drafts = customers.flatMap((customer) => {
    if (!has.has(normalized(customer.externalId))) {
      return [{ customer, tenant: compose(customer, { tiers, setsExternalIds }) }];
    }
    for (const each of customer.accounts) {
      const reason = `is of ${customer.externalId}, whose file is there: add to its vendors  ${each.vendor}: { adopt: ${each.account.id} }`;
      unmatched.push({ seen: each, reason });
    }
    return [];
  });
  const refused = refusedOf(
    drafts.map(({ tenant }) => tenant),
    known.tenants,
    tiers,
  );
  for (const [index, { tenant }] of drafts.entries()) {
    // A reply of a vendor is taken without the parent key, so that a name may hold its mark.
    if (run.redactor.clean(JSON.stringify(tenant)).includes("[secret]")) {
      refused.set(index, "has a key in its name or its externalId");
    }
  }
  for (const [index, { customer }] of drafts.entries()) {
    const reason = refused.get(index);
    if (reason !== undefined) unmatched.push(...customer.accounts.map((each) => ({ seen: each, reason })));
  }
  const tenants = drafts.flatMap(({ tenant }, index) => (refused.has(index) ? [] : [tenant]));
  return { tenants, unmatched, ended, known: declared, left: left.length };
}

/** Why an account cannot be any tenant's before somebody looked at it. */
function doubtOf(seen: Seen, fromOwner: string | undefined): string | undefined {
  const { account, marker } = seen;
  if (account.presence === "strange") return `has the status "${account.status}", which is not documented`;
  if (marker === "unreadable") return "carries an ownership marker that this version cannot read";
  if (fromOwner !== undefined && marker === "unshown") {
    return "is listed without its metadata, so who manages it cannot be told";
  }
  if (marker === undefined || marker === "unshown" || marker.owner === fromOwner) return undefined;
  return `is managed by ${marker.urn} of the owner ${marker.owner}: if its state is lost, --from-owner ${marker.owner} takes it over`;
}

function ownerOf({ marker }: Seen): string | undefined {
  return typeof marker === "object" ? marker.owner : undefined;
}

/** The drafts that a program would refuse, alone or beside the others, each with why. */
function refusedOf(drafts: readonly Values[], others: readonly Values[], tiers: Values): Map<number, string> {
  const refused = new Map<number, string>();
  const all = [...others, ...drafts].map((tenant) => ({ tiers, ...tenant }));
  const note = (index: number, text: string) => {
    if (index >= others.length) refused.set(index - others.length, text);
  };
  for (const [index, tenant] of all.entries()) {
    const [first] = index < others.length ? [] : problemsOfTenant(tenant);
    if (first !== undefined) note(index, `${first.path} ${first.rule}`);
  }
  for (const { tenant, first, path, rule } of clashesOf(all)) {
    for (const index of [tenant, first]) note(index, `${path} ${rule}`);
  }
  return refused;
}
