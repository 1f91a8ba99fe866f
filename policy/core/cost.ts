import type { Limit } from "../../tenant/description";
import { type Account, isSecret } from "./account";
import { type Declared, limitsOf, nameOf, ofWhole } from "./limit";

/** What one unit of a limit costs, by the limit's name. */
export type Rates = Readonly<Record<string, number>>;

/** What one limit of an account may cost. */
export interface Part {
  readonly account: Account;
  readonly limit: Limit;
  /** In the currency, or why it is no number. */
  readonly cost: number | Exclude<Declared | "part", number>;
  readonly isHidden: boolean;
}

/** What the limits of an account may cost that have a rate; a rate of 0 leaves one out. */
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
