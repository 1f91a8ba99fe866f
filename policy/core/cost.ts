import type { Limit } from "../../tenant/description";
import { type Account, isSecret } from "./account";
import { type Declared, limitsOf, nameOf, ofWhole } from "./limit";

/** The cost of one unit of a limit, by the limit's name. */
export type Rates = Readonly<Record<string, number>>;

/** The cost that one limit of an account allows. */
export interface Part {
  readonly account: Account;
  readonly limit: Limit;
  /** In the currency, or why it is no number. */
  readonly cost: number | Exclude<Declared | "part", number>;
  readonly isHidden: boolean;
}

/** The costs that the limits of an account with a rate allow; a rate of 0 leaves one out. */
export function partsOf(account: Account, rates: Rates): Part[] {
  return limitsOf(account).flatMap((limit) => {
    const rate = rates[nameOf(limit)] ?? 0;
    if (rate === 0) return [];
    const found = ofWhole(account, limit);
    const cost = typeof found === "number" ? found * rate : found;
    return [{ account, limit, cost, isHidden: isSecret(account, limit.path) }];
  });
}

/** A sum of money, as messages have it. */
export function money(currency: string, amount: number): string {
  return `${currency} ${amount.toFixed(2)}`;
}
