import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { hasUnknown } from "../contract/check";
import { declaredFields } from "../contract/fields";
import type { Circumstances, Problem, Values } from "../contract/resource";
import type { VendorFacts } from "../vendor-io/vendor";
import type { AccountFacts, AccountKind } from "./kind";

/** The part of a kind that rules are about. */
interface Ruled extends Pick<AccountKind<never, never>, "fields"> {
  readonly vendor: VendorFacts;
  readonly args: { readonly shape: Readonly<Record<string, z.ZodType>> };
}

/** Checks that the schema cannot express: the vendor's own rules, and changes that its fields do not allow. */
export function accountRules<Client, Args extends Values>(
  kind: AccountKind<Client, Args>,
  facts: AccountFacts,
  news: Values,
  olds: Values | undefined,
  about: Circumstances,
): Problem[] {
  return [
    ...(kind.rules?.(news, olds, about) ?? []),
    ...otherVersions(kind, facts, news, about),
    ...leftVersions(kind, facts, news, olds ?? {}, about),
    ...(olds ? [...otherAccount(news, olds, about), ...impossibleChanges(kind, facts, news, olds)] : []),
  ];
}

/** Fields that the API version of the connection does not have. */
function otherVersions(
  kind: Ruled,
  facts: AccountFacts,
  news: Values,
  { apiVersion }: Circumstances,
): Problem[] {
  if (apiVersion === undefined) return [];
  const has = (name: string) => kind.fields[name]?.versions?.includes(apiVersion) ?? true;
  const group = (name: string) => name.replace(/[^.]*$/, "");
  return Object.keys(declaredFields({ ...facts, defaults: {} }, news))
    .filter((name) => !has(name))
    .map((name) => {
      const there = Object.keys(kind.fields).filter((other) => group(other) === group(name) && has(other));
      const rule =
        `is not of the API version ${apiVersion}, which has ${there.join(", ")}; it is of ` +
        `${kind.fields[name]?.versions?.join(" and ")}. Declare what the version has, or set subaccounts:${kind.vendor.name}ApiVersion ` +
        "(apiVersion of a named connection)";
      return { path: name, rule };
    });
}

/** Fields of another API version that are declared no more, and that only that version can clear: nothing shows them. */
function leftVersions(
  kind: Ruled,
  facts: AccountFacts,
  news: Values,
  olds: Values,
  { apiVersion }: Circumstances,
): Problem[] {
  if (apiVersion === undefined) return [];
  const [before, after] = [olds, news].map((values) => declaredFields({ ...facts, defaults: {} }, values));
  return Object.keys(before ?? {}).flatMap((name) => {
    const { readable = true, versions } = kind.fields[name] ?? {};
    if (readable || name in (after ?? {}) || !versions || versions.includes(apiVersion)) return [];
    const rule =
      `cannot be taken out in the API version ${apiVersion}: it was set by ${versions.join(" and ")}, which alone can clear it. ` +
      "Take it out there first, run `pulumi up`, and then change the version";
    return [{ path: name, rule }];
  });
}

/** The account that is managed here is not exchanged for another one. */
function otherAccount(news: Values, olds: Values, { id }: Circumstances): Problem[] {
  const { adopt } = news;
  if (typeof adopt !== "string" || hasUnknown(adopt)) return [];
  const managed = id ?? olds["adopt"];
  if (typeof managed !== "string" || managed === adopt) return [];
  const rule =
    `names another account than the one that this resource manages${id === undefined ? "" : ` (${id})`}. Take the line out, or ` +
    "declare a new resource for the other account";
  return [{ path: "adopt", rule }];
}

function impossibleChanges(kind: Ruled, facts: AccountFacts, news: Values, olds: Values): Problem[] {
  const { title } = facts;
  const problems: Problem[] = [];
  for (const [name, { updatable, clearable }] of Object.entries(kind.fields)) {
    if (!updatable || clearable || facts.defaults[name] !== undefined) continue;
    const isOptional = kind.args.shape[name]?.safeParse(undefined).success;
    if (!isOptional || (olds[name] ?? null) === null || news[name] !== undefined) continue;
    const rule = `cannot be taken out: ${title} has no way to clear it. Put it back, or give it another value`;
    problems.push({ path: name, rule });
  }
  for (const name of facts.immutable) {
    const [before, after] = [olds, news].map((values) => values[name] ?? facts.defaults[name] ?? null);
    if (hasUnknown(after) || isDeepStrictEqual(before, after)) continue;
    const rule =
      `cannot be changed: ${title} has no way to, and an account is never replaced. Set it back, or declare a new ` +
      "sub-account beside this one and move the customer";
    problems.push({ path: name, rule });
  }
  return problems;
}
