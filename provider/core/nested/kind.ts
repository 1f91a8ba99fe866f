import type { AccountResource } from "../account/sub-account";
import type { Description, Fields } from "../contract/description";
import type { NestedManifest } from "../contract/manifest";
import type { Context } from "../contract/resource";
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
     * The arguments beside `subAccountId` and `connection`. Each can be changed in place, but for the identity where it is
     * `updatable: false`: another one then replaces the object.
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

/** The arguments whose change makes a new object. @throws TypeError at the load of a kind that asks for more */
export function replacesOf<Client, Own extends Fields>({
  kind,
  identity,
  description: { args },
}: NestedKind<Client, Own>): string[] {
  const fixed = Object.keys(args).filter((name) => args[name]?.updatable === false);
  // The new object is made before the old one is deleted, and finds it in its way.
  const other = fixed.find((name) => name !== identity);
  if (other !== undefined) throw new TypeError(`${kind}: ${other} is no identity, and so cannot be fixed`);
  return ["subAccountId", ...fixed];
}

/** The description with what all kinds share. */
export function descriptionOf<Client, Own extends Fields>(nested: NestedKind<Client, Own>): Description {
  const { account, noun, description } = nested;
  const { title } = account.vendor;
  const replaces = replacesOf(nested).map((name) => `\`${name}\``);
  return {
    ...description,
    argsDoc:
      `A declared argument is enforced at ${title}, and its drift repaired; one that is taken out is unset, one never declared is left ` +
      `alone. Another ${replaces.join(" or ")} replaces the ${noun}; every other change is made in place.`,
    args: nestedFields(title, noun, description.args),
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
