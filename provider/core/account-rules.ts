import { isDeepStrictEqual } from "node:util";
import type { AccountKind } from "./account-kind";
import { hasUnknown } from "./check";
import type { Problem, Values } from "./resource";

/** What cannot be changed: the vendor's own rules, another account to adopt, and what the vendor cannot change. */
export function accountRules<Client, Args extends Values>(
  kind: AccountKind<Client, Args>,
  news: Values,
  olds: Values | undefined,
): Problem[] {
  const problems = kind.rules?.(news, olds) ?? [];
  if (olds === undefined) return problems;
  const { adopt } = news;
  if (
    typeof olds["adopt"] === "string" &&
    typeof adopt === "string" &&
    !hasUnknown(adopt) &&
    olds["adopt"] !== adopt
  ) {
    problems.push({
      path: "adopt",
      rule: "names another account than the one that this resource manages. Take the line out, or declare a new resource for the other account",
    });
  }
  for (const name of kind.immutable) {
    const [before, after] = [olds, news].map((values) => values[name] ?? kind.defaults[name] ?? null);
    if (hasUnknown(after) || isDeepStrictEqual(before, after)) continue;
    const rule =
      `cannot be changed: ${kind.title} has no way to, and an account is never replaced. Set it back, or declare a new ` +
      "sub-account beside this one and move the customer";
    problems.push({ path: name, rule });
  }
  return problems;
}
