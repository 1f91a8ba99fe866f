/** What a change costs, for the report of a preview. */
import { existsSync, readFileSync } from "node:fs";
import { code, list, paragraph } from "./markdown.mjs";

const FILE = "out/budget-change.json";
const DIGITS = { minimumFractionDigits: 2, maximumFractionDigits: 2 };

/** Blocks with what the policy `budget` says that the run changes in what the accounts may spend. */
export function budgetChange(rest) {
  if (!existsSync(FILE)) return [];
  const change = JSON.parse(readFileSync(FILE, "utf8"));
  if (change.limits.length + change.unclear.length + change.hidden === 0) return [];
  return [paragraph(headingOf(change)), list(itemsOf(change), rest, 3_000), paragraph(sumOf(change))];
}

function headingOf({ currency, change, tenants, limits, unclear, hidden }) {
  // Where one limit is cumulative and another by the month, the rates alone make one sum of them.
  const [period, ...others] = new Set(limits.map((each) => each.period));
  const of = others.length === 0 && period ? ` ${period}` : "";
  const isPartial = unclear.length > 0 || hidden > 0 ? ", and what is not known" : "";
  return `**Approved limits: ${signed(currency, change)}${of}${isPartial}, ${count(tenants, "tenant")}**`;
}

function itemsOf({ currency, limits, tiers, unclear, hidden }) {
  const share = (text, { change, accounts }) =>
    `${text}: ${signed(currency, change)}, ${count(accounts, "account")}`;
  const isOfTiers = tiers.some(({ tier, before }) => tier !== null || before !== undefined);
  return [
    ...limits.map((each) =>
      share(`${code(each.vendor)} ${code(each.limit)}${each.period ? `, ${each.period}` : ""}`, each),
    ),
    ...(isOfTiers ? tiers : []).map((each) =>
      share(
        each.before === undefined ? tierText(each.tier) : `${tierText(each.before)} → ${tierText(each.tier)}`,
        each,
      ),
    ),
    ...unclear.map(
      ({ account, limit, before, after }) =>
        `${code(account)}: ${code(limit)} ${code(before)} → ${code(after)}`,
    ),
    ...(hidden > 0 ? [`${count(hidden, "secret part")}, in no number here`] : []),
  ];
}

function tierText(tier) {
  return tier === null ? "no tier" : `tier ${code(tier)}`;
}

function sumOf({ currency, limit, before, after, retained }) {
  const isKnown = before !== null && after !== null;
  const sums = isKnown ? `: ${money(currency, before)} → ${money(currency, after)}` : " cannot be told";
  const most = limit === null ? "" : `; at most ${money(currency, limit)} is allowed`;
  const stays = `${count(retained.accounts, "retained account")} may go on spending ${money(currency, retained.cost)}, which is in no sum any more.`;
  return `The sum of the stack${sums}${most}, by the rates of the policy \`budget\`.${retained.accounts > 0 ? ` ${stays}` : ""}`;
}

function signed(currency, amount) {
  return code(`${amount < 0 ? "−" : "+"}${plain(currency, Math.abs(amount))}`);
}

function money(currency, amount) {
  return code(plain(currency, amount));
}

function plain(currency, amount) {
  return `${currency} ${amount.toLocaleString("en-US", DIGITS)}`;
}

function count(number, what) {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
