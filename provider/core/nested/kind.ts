import type { z } from "zod";
import type { AccountResource } from "../account/sub-account";
import type { Description, Field, Fields } from "../contract/description";
import { changedAmong, clearedInVain } from "../contract/impossible-changes";
import type { NestedManifest } from "../contract/manifest";
import type { Context, Resource } from "../contract/resource";
import { createdOutput, nestedFields } from "../contract/shared-fields";
import type { Compared } from "./differences";
import type { NestedEndpoints } from "./nested";

/** A kind of object that lives within an account and holds no secret; what all vendors share is in this folder. */
export interface NestedKind<Client, Own extends Fields> extends Partial<Pick<Compared, "normal">> {
  /** The class of the accounts that have them. */
  readonly account: Pick<AccountResource<Client, never>, "vendor" | "forNested">;
  /** The class name, as in the type token. */
  readonly kind: string;
  /** `webhook`, for messages and documentation. */
  readonly noun: string;
  /** Several of them. Default: the noun with an `s`. */
  readonly nouns?: string;
  readonly description: Pick<Description, "doc" | "page"> & {
    /**
     * The arguments beside `subAccountId` and `connection`. Each can be changed in place and, where it is optional, unset: one that
     * the vendor cannot change is `updatable: false`, one that it cannot unset `clearable: false`. Another identity that cannot
     * be changed replaces the object; any other such argument is refused unless the object is replaced.
     */
    readonly args: Own;
    /** A value of each of them: for the example, the recorded program and the tests. */
    readonly sample: { readonly [Name in keyof Own]: unknown };
    readonly outputs?: Description["outputs"];
  };
  /** The argument of which no two objects of an account have the same value. */
  readonly identity: keyof Own & string;
  readonly endpoints: (context: Context<Client>) => NestedEndpoints;
}

/** The part of a kind that says what it is. */
type Described = Pick<NestedKind<never, Fields>, "noun" | "identity" | "description"> & {
  readonly account: { readonly vendor: { readonly title: string } };
};

/** The arguments whose change makes a new object. */
export function replacesOf({ identity, description: { args } }: Described): string[] {
  return ["subAccountId", ...(args[identity]?.updatable === false ? [identity] : [])];
}

/** The arguments that the vendor can neither change nor replace by a new object, which would meet the old one. */
function fixedOf({ identity, description: { args } }: Described): string[] {
  return Object.keys(args).filter((name) => name !== identity && args[name]?.updatable === false);
}

/** Changes for which the vendor has no call. */
export function nestedRules(nested: Described, args: z.ZodObject): NonNullable<Resource<never>["rules"]> {
  const { title } = nested.account.vendor;
  const [replaces, fixed] = [replacesOf(nested), fixedOf(nested)];
  const rule = `cannot be changed: ${title} has no way to. Set it back, or take the resource out of the program for one \`up\``;
  return (news, olds) => {
    const isNew = olds === undefined || changedAmong(replaces, {}, news, olds).length > 0;
    if (isNew) return [];
    return [
      ...clearedInVain({ title, args, defaults: {} }, nested.description.args, news, olds),
      ...changedAmong(fixed, {}, news, olds).map((path) => ({ path, rule })),
    ];
  };
}

/** The description with what all kinds share. */
export function descriptionOf(nested: Described): Description {
  const { account, noun, description } = nested;
  const { title } = account.vendor;
  const replaces = replacesOf(nested);
  const fixed = fixedOf(nested);
  const kept = Object.keys(description.args).filter((name) => description.args[name]?.clearable === false);
  const list = (names: readonly string[], word: string) =>
    names.map((name) => `\`${name}\``).join(` ${word} `);
  const changes = (name: string): Partial<Field> => ({
    ...(replaces.includes(name) && { change: "replacement" }),
    ...(fixed.includes(name) && { change: `refused, unless ${list(replaces, "or")} changes too` }),
    ...(kept.includes(name) && { absent: "left alone; taking it out is refused" }),
  });
  const args = Object.entries(description.args).map(([name, field]) => [
    name,
    { ...changes(name), ...field },
  ]);
  const without = [
    ...(fixed.length > 0 ? [`change ${list(fixed, "or")}`] : []),
    ...(kept.length > 0 ? [`unset ${list(kept, "or")}`] : []),
  ];
  return {
    ...description,
    argsDoc:
      `A declared argument is enforced at ${title}, and its drift repaired; one that is taken out is unset, one never declared is left ` +
      `alone. Another ${list(replaces, "or")} replaces the ${noun}; every other change is made in place` +
      (without.length > 0
        ? `, but ${title} has no way to ${without.join(" or to ")}: that is refused.`
        : "."),
    args: nestedFields(title, noun, Object.fromEntries(args)),
    outputs: { ...description.outputs, createdAt: createdOutput(title, noun) },
  };
}

/** What the documentation says of every kind. */
export function manifestOf(noun: string, identity: string, nouns = `${noun}s`): NestedManifest {
  return {
    createdOnce:
      `before it is created, the account's ${nouns} are listed: one of the same \`${identity}\` is refused, since no state has it. After ` +
      `a lost reply the one of this \`${identity}\` is looked for, which was not there before`,
    deletion: `the ${noun} is deleted for good; one of an account that was replaced by force is kept with it`,
    removedOutside:
      "missing in two complete listings while its account is shown, or its account is proven to be gone: gone, `up` makes a new " +
      `one; where that cannot be told, \`refresh\` fails and the state keeps the ${noun}`,
  };
}
