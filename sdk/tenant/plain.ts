import { kindOf } from "../core/json";
import { isLater } from "../core/later";

/** Arguments that decide which accounts are declared, and with which limits; and how deep below them that is so. */
const DECIDING = {
  externalId: 0,
  tier: 0,
  tiers: 2,
  vendors: 1,
  keys: 1,
  moreKeys: 2,
  suspended: 1,
  ended: 1,
  formerly: 0,
  movedFrom: 2,
};

/** Finds outputs and promises where a tenant needs plain data: taken for an empty object, they would lose every limit. */
export function laterThanDecided(args: object): { path: string; rule: string }[] {
  return Object.entries(DECIDING).flatMap(([name, depth]) =>
    laterWithin(Reflect.get(args, name), name, depth),
  );
}

function laterWithin(value: unknown, path: string, depth: number): { path: string; rule: string }[] {
  if (isLater(value)) {
    const rule = `is ${kindOf(value)}; pass plain data (await a promise first): it decides what is declared, before any output is known`;
    return [{ path, rule }];
  }
  if (depth === 0 || typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => laterWithin(inner, `${path}.${key}`, depth - 1));
}
