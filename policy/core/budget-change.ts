import { type Limit, titleOf } from "../../tenant/description";
import { type Account, label } from "./account";
import type { Comparison } from "./baseline";
import { money, type Part, partsOf, type Rates } from "./cost";
import { nameOf } from "./limit";
import { readText } from "./reading";

/** A part of the change: what changed in what accounts may spend. */
interface Share {
  readonly change: number;
  readonly accounts: number;
}

/** The change that a run makes in what the accounts of a stack may spend, in the currency, by the rates of `budget`. */
export interface BudgetChange {
  readonly currency: string;
  /** The budget. */
  readonly limit: number | null;
  /** The sums before and after the run; null where a part of one is secret, not known, or no limit. */
  readonly before: number | null;
  readonly after: number | null;
  /** The sum of the changes that are known. */
  readonly change: number;
  /** Tenants with a change, known or not; an account outside of tenants counts as one. */
  readonly tenants: number;
  /** By limit, the largest change first; `period` says how the limit counts, null where nothing adds up. */
  readonly limits: readonly (Share & {
    readonly vendor: string;
    readonly limit: string;
    readonly period: string | null;
  })[];
  /** By the tier that a tenant has now, or had, the largest change first; `before` is the tier that it leaves for it. */
  readonly tiers: readonly (Share & { readonly tier: string | null; readonly before?: string | null })[];
  /** Changes that are no sum, each side in words. */
  readonly unclear: readonly {
    readonly account: string;
    readonly limit: string;
    readonly before: string;
    readonly after: string;
  }[];
  /** How many parts are secret, and so in no number here. */
  readonly hidden: number;
  /** Accounts that the run takes out of the stack and leaves at the vendor, and what they may go on spending. */
  readonly retained: { readonly accounts: number; readonly cost: number };
}

/** The configuration of `budget` that a change is told by. */
interface Terms {
  readonly limit?: number;
  readonly currency: string;
  readonly rates: Rates;
  /** Over which time a rate's cost is, by the limit's name, where it is another than the limit's own. */
  readonly per: Readonly<Record<string, string>>;
}

/** One limit of an account; a side is undefined where the account is not there, or has no such limit. */
interface Change {
  readonly account: Account;
  /** The account before the run. */
  readonly former: Account | undefined;
  readonly limit: Limit;
  readonly before: Part | undefined;
  readonly after: Part | undefined;
}

/** Compares what the accounts of a stack may spend before and after a run. */
export function budgetChangeOf(compared: Comparison, terms: Terms): BudgetChange {
  const { limit = null, currency, rates, per } = terms;
  const all = [
    ...compared.pairs.flatMap(({ before, now }) => changesOf(before.account, now, rates)),
    ...compared.added.flatMap((now) => changesOf(undefined, now, rates)),
  ];
  const open = all.filter((each) => !isHidden(each));
  const known = open.filter((each) => (differenceOf(each) ?? 0) !== 0);
  const unclear = open
    .filter((each) => differenceOf(each) === undefined)
    .map((each) => ({ ...each, words: [each.before, each.after].map((part) => inWords(part, currency)) }))
    .filter(({ words: [before, after] }) => before !== after);
  const sumOf = (side: "before" | "after") => {
    const parts = all.flatMap((each) => each[side] ?? []);
    const isWhole = open.length === all.length && parts.every(({ cost }) => typeof cost === "number");
    return isWhole ? total(parts.map(costOf)) : null;
  };
  const retained = compared.pairs.filter(({ before, now }) => now === undefined && before.isRetained);
  return {
    currency,
    limit,
    before: sumOf("before"),
    after: sumOf("after"),
    change: total(known.map((each) => differenceOf(each) ?? 0)),
    tenants: new Set([...known, ...unclear].map(({ account }) => account.tenant?.urn ?? account.urn)).size,
    limits: sharesBy(known, ({ limit: each }) => {
      const own = per[nameOf(each)];
      const period = own === undefined ? (each.period ?? null) : `per ${own}`;
      return { vendor: titleOf(each.vendor), limit: each.path, period };
    }),
    tiers: sharesBy(known, ({ account, former = account }) => {
      const [tier, before] = [tierOf(account), tierOf(former)];
      return { tier, ...(before !== tier && { before }) };
    }),
    unclear: unclear.map(({ account, limit: { path }, words: [before = "", after = ""] }) => ({
      account: label(account),
      limit: path,
      before,
      after,
    })),
    hidden: all.filter((each) => isHidden(each) && differenceOf(each) !== 0).length,
    retained: {
      accounts: retained.length,
      cost: total(retained.flatMap(({ before }) => partsOf(before.account, rates)).map(costOf)),
    },
  };
}

function changesOf(before: Account | undefined, now: Account | undefined, rates: Rates): Change[] {
  const account = now ?? before;
  if (account === undefined) return [];
  const [had, has] = [before, now].map((each) => (each === undefined ? [] : partsOf(each, rates)));
  const limits = new Map([...(had ?? []), ...(has ?? [])].map(({ limit }) => [limit.path, limit]));
  const partIn = (parts: readonly Part[] | undefined, path: string) =>
    parts?.find(({ limit }) => limit.path === path);
  return [...limits].map(([path, limit]) => ({
    account,
    former: before,
    limit,
    before: partIn(had, path),
    after: partIn(has, path),
  }));
}

/** Whether a side is secret; the state before the run holds a secret limit encrypted. */
function isHidden({ before, after }: Change): boolean {
  return before?.isHidden === true || after?.isHidden === true || before?.cost === "unknown";
}

/** In the currency; undefined where a side is no number. */
function differenceOf({ before, after }: Change): number | undefined {
  const [had, has] = [before, after].map((part) => (part === undefined ? 0 : part.cost));
  return typeof had === "number" && typeof has === "number" ? has - had : undefined;
}

function inWords(part: Part | undefined, currency: string): string {
  if (part === undefined) return "none";
  const { cost } = part;
  if (typeof cost === "number") return money(currency, cost);
  if (cost === "unknown") return "not known yet";
  return cost === "part" ? "a limit of a part of the account" : "no limit";
}

/** Sums by a key, the largest first. */
function sharesBy<Key extends object>(
  changes: readonly Change[],
  keyOf: (change: Change) => Key,
): (Key & Share)[] {
  const groups = new Map<string, Change[]>();
  for (const each of changes) {
    const key = JSON.stringify(keyOf(each));
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  const shares = [...groups].map(([key, group]) => ({
    ...(JSON.parse(key) as Key),
    change: total(group.map((each) => differenceOf(each) ?? 0)),
    accounts: new Set(group.map(({ account }) => account.urn)).size,
  }));
  return shares.sort((one, other) => Math.abs(other.change) - Math.abs(one.change));
}

function tierOf({ tenant }: Account): string | null {
  return (tenant && readText(tenant.props, "tier")) ?? null;
}

function costOf({ cost }: Part): number {
  return typeof cost === "number" ? cost : 0;
}

function total(amounts: readonly number[]): number {
  return amounts.reduce((sum, amount) => sum + amount, 0);
}
