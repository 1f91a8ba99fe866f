import type { z } from "zod";
import { hasUnknown } from "../contract/check";
import { declaredFields } from "../contract/fields";
import { changedAmong, clearedInVain } from "../contract/impossible-changes";
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
    ...oneSet(kind, news),
    ...otherVersions(kind, facts, news, about),
    ...leftVersions(kind, facts, news, olds ?? {}, about),
    ...(olds ? [...otherAccount(news, olds, about), ...impossibleChanges(kind, facts, news, olds)] : []),
  ];
}

/** Fields of two sets, or of none. */
function oneSet({ fields, vendor }: Ruled, news: Values): Problem[] {
  const sets = setsOf(fields);
  const declared = [...sets.values()].filter((names) => names.some((name) => news[name] !== undefined));
  if (sets.size === 0 || declared.length === 1) return [];
  const either = [...sets.values()].map((names) => names.join(" with ")).join(", or ");
  const [first = []] = declared.length === 0 ? sets.values() : declared.slice(1);
  const path = first.find((name) => news[name] !== undefined) ?? first[0] ?? "";
  const rule =
    declared.length === 0
      ? `is required, or another set: declare ${either}, as your organization at ${vendor.title} has it`
      : `belongs to another set than ${declared[0]?.[0]}: declare ${either}, as your organization at ${vendor.title} has it`;
  return [{ path, rule }];
}

/** The names of the fields of each set. */
function setsOf(fields: Ruled["fields"]): Map<string, string[]> {
  const sets = new Map<string, string[]>();
  for (const [name, { set }] of Object.entries(fields)) {
    if (set !== undefined) sets.set(set, [...(sets.get(set) ?? []), name]);
  }
  return sets;
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
  const { title, immutable, defaults } = facts;
  const rule =
    `cannot be changed: ${title} has no way to, and an account is never replaced. Set it back, or declare a new ` +
    "sub-account beside this one and move the customer";
  return [
    ...clearedInVain({ title, args: kind.args, defaults }, kind.fields, news, olds),
    ...changedAmong(immutable, defaults, news, olds).map((path) => ({ path, rule })),
  ];
}
