import { declarable, isSame, normalized } from "../../provider/core/contract/identity";
import { vendors } from "../../provider/vendors";
import { titleOf, VENDOR_NAMES, type VendorName } from "../../tenant/description";
import { isLeftOut, type Mapping } from "./mapping";
import type { Seen } from "./survey";

/** The accounts of one customer, at most one at each vendor. */
export interface Customer {
  readonly externalId: string;
  readonly accounts: readonly Seen[];
}

/** An account of which it cannot be told which tenant it belongs to, and why. */
export interface Unmatched {
  readonly seen: Seen;
  readonly reason: string;
  /** The account is still there although its tenant has it deleted by now. */
  readonly isLeft?: boolean;
}

/** The outcome of {@link match}. */
export interface Matched {
  readonly customers: readonly Customer[];
  readonly unmatched: readonly Unmatched[];
  /** Accounts that the mapping says are no tenant's. */
  readonly left: readonly Seen[];
}

/** Accounts that may be one customer's. */
interface Candidate {
  readonly externalId: string;
  readonly accounts: Seen[];
}

/**
 * Sorts accounts into customers: by the mapping, else by the account's own externalId, else, where `byName` asks for it,
 * by a name that fits one customer alone. What cannot be decided is left out, with the rest of its customer.
 *
 * @param called customers who get no file now, by their names: those that have one, and accounts that are left out
 */
export function match(
  seen: readonly Seen[],
  mapping: Mapping,
  byName: boolean,
  called: ReadonlyMap<string, readonly string[]>,
): Matched {
  const left: Seen[] = [];
  const without: Seen[] = [];
  const candidates = new Map<string, Candidate>();
  for (const each of seen) {
    const externalId = mapping.get(`${each.vendor} ${each.account.id}`)?.externalId ?? externalIdOf(each);
    if (isLeftOut(mapping, each.vendor, each.account.id)) left.push(each);
    else if (externalId === undefined) without.push(each);
    else {
      const key = normalized(externalId);
      const candidate = candidates.get(key) ?? { externalId, accounts: [] };
      candidate.accounts.push(each);
      candidates.set(key, candidate);
    }
  }
  const all = [...candidates.values()];
  const unmatched = placeByName(without, all, byName, called);
  const namesakes = namesakesOf(all.flatMap(({ accounts }) => accounts));
  const customers: Customer[] = [];
  for (const { externalId, accounts } of all) {
    const doubts = accounts.flatMap((each) => doubtOf(each, accounts, namesakes) ?? []);
    const [first] = doubts;
    if (first === undefined) {
      customers.push({ externalId, accounts: accounts.toSorted(byVendor) });
      continue;
    }
    const others = accounts.filter((each) => doubts.every(({ seen }) => seen !== each));
    const reason = `belongs to ${externalId}, as ${placeText(first.seen)} may: decide that one first`;
    unmatched.push(...doubts, ...others.map((each) => ({ seen: each, reason })));
  }
  return { customers, unmatched, left };
}

/** The externalId that an account has at its vendor, as it can be declared. */
export function externalIdOf({ account: { fields } }: Seen): string | undefined {
  const { externalId } = fields;
  const text = typeof externalId === "string" ? declarable(externalId) : "";
  return text === "" ? undefined : text;
}

/** Adds accounts without an externalId to the candidates that their names fit. @returns those that fit none, or several */
function placeByName(
  without: readonly Seen[],
  candidates: readonly Candidate[],
  byName: boolean,
  called: ReadonlyMap<string, readonly string[]>,
): Unmatched[] {
  const fitting = new Map<string, Set<Candidate>>();
  for (const candidate of candidates) {
    for (const name of candidate.accounts.map(nameOf)) {
      fitting.set(name, (fitting.get(name) ?? new Set()).add(candidate));
    }
  }
  const counts = new Map<string, number>();
  for (const each of without) counts.set(rankOf(each), (counts.get(rankOf(each)) ?? 0) + 1);
  const placed: [Seen, Candidate][] = [];
  const unmatched: Unmatched[] = [];
  for (const each of without) {
    const fits = [...(fitting.get(nameOf(each)) ?? [])];
    const [only, ...more] = fits;
    const others = called.get(nameOf(each)) ?? [];
    const names = [...new Set([...fits.map(({ externalId }) => externalId), ...others])];
    const title = titleOf(each.vendor);
    const reason =
      only === undefined && others.length === 0
        ? "has no externalId, and no account that has one is called so"
        : only === undefined
          ? `has no externalId; called so ${others.length > 1 ? "are" : "is"} ${some(others)}: give it an externalId here`
          : more.length > 0 || others.length > 0
            ? `has no externalId, and its name fits several: ${some(names)}`
            : (counts.get(rankOf(each)) ?? 0) > 1
              ? `has no externalId, and ${title} has several of this name without one`
              : only.accounts.some(({ vendor }) => vendor === each.vendor)
                ? `has no externalId, and ${only.externalId}, which is called so, has another account at ${title}`
                : undefined;
    if (reason !== undefined || only === undefined) unmatched.push({ seen: each, reason: reason ?? "" });
    else if (byName) placed.push([each, only]);
    else {
      const { externalId } = only;
      const hint = `has no externalId; by its name it is ${externalId}: run this with --match externalId,name, and without the file of ${externalId} if this run writes it`;
      unmatched.push({ seen: each, reason: hint });
    }
  }
  // Where one account of a name cannot be placed, another of that name may be its customer's.
  const doubtful = new Set(unmatched.map(({ seen }) => nameOf(seen)));
  for (const [each, { externalId, accounts }] of placed) {
    if (!doubtful.has(nameOf(each))) accounts.push(each);
    else
      unmatched.push({
        seen: each,
        reason: `has no externalId, and its name is that of ${externalId} and of another account without one`,
      });
  }
  return unmatched;
}

/** Why an account cannot be given to the customer of these accounts. */
function doubtOf(
  seen: Seen,
  accounts: readonly Seen[],
  namesakes: ReadonlyMap<string, readonly Seen[]>,
): Unmatched | undefined {
  const title = titleOf(seen.vendor);
  const { marker, account } = seen;
  if (typeof marker === "object" && marker.suspended && account.presence === "active") {
    const reason = `was suspended by its stack, so the limits that ${title} has may be those of the stop: write the tenant's file by hand, with \`suspended: true\` and the limits that it is to have again`;
    return { seen, reason };
  }
  const same = accounts.filter(({ vendor }) => vendor === seen.vendor);
  if (same.length > 1) {
    // A program could not tell them apart either.
    const isOneId = same.some(
      (other) =>
        other !== seen && sharesConnection(other, seen) && isSame(externalIdOf(other), externalIdOf(seen)),
    );
    const next = isOneId
      ? `change the externalId of the others at ${title}, or write - for them here`
      : "give the others an externalId of their own here, or -";
    const reason = `is one of ${same.length} accounts of this customer at ${title}: ${some(same.map(placeText))}. A tenant has one; ${next}`;
    return { seen, reason };
  }
  const alike = (namesakes.get(rankOf(seen)) ?? []).filter((other) => sharesConnection(other, seen));
  if (alike.length <= 1) return undefined;
  const [has, next] =
    alike.length === 2
      ? [
          `has the name of ${some(alike.filter((other) => other !== seen).map(placeText))}`,
          "rename one there",
        ]
      : [
          `is one of ${alike.length} accounts of its name: ${some(alike.map(placeText))}`,
          "rename all but one there",
        ];
  const reason = `${has}, and ${title} tells accounts apart by it: ${next}, or write - for those that are no tenant's`;
  return { seen, reason };
}

function sharesConnection(one: Seen, other: Seen): boolean {
  return one.connections.some((each) => other.connections.includes(each));
}

/** Accounts of one name, at vendors that tell accounts apart by it. */
function namesakesOf(seen: readonly Seen[]): Map<string, Seen[]> {
  const found = new Map<string, Seen[]>();
  for (const each of seen) {
    if (vendors[each.vendor].SubAccount.identity !== "name") continue;
    found.set(rankOf(each), [...(found.get(rankOf(each)) ?? []), each]);
  }
  return found;
}

/** The first of many texts. */
function some(texts: readonly string[]): string {
  return texts.length <= 5
    ? texts.join(", ")
    : `${texts.slice(0, 5).join(", ")} and ${texts.length - 5} more`;
}

/** An account, for people: its vendor, id and, where it is not the default one, connection. */
export function placeText({ vendor, account, connections: [connection] }: Seen): string {
  return `${titleOf(vendor)} ${account.id}${connection === undefined ? "" : ` (connection ${connection})`}`;
}

function nameOf({ account: { fields } }: Seen): string {
  return normalized(String(fields["name"] ?? ""));
}

function rankOf(seen: Seen): string {
  return `${seen.vendor} ${nameOf(seen)}`;
}

function byVendor(one: Seen, other: Seen): number {
  const place = (vendor: VendorName) => VENDOR_NAMES.indexOf(vendor);
  return place(one.vendor) - place(other.vendor);
}
