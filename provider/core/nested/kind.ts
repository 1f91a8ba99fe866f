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
  readonly description: Pick<Description, "doc" | "page"> & {
    /** The arguments beside `subAccountId` and `connection`; each can be changed in place. */
    readonly args: Own;
    /** A value of each of them: for the example, the recorded program and the tests. */
    readonly sample: { readonly [Name in keyof Own]: unknown };
    readonly outputs?: Description["outputs"];
  };
  /** The argument of which no two objects of an account have the same value. */
  readonly identity: keyof Own & string;
  readonly endpoints: (context: Context<Client>) => NestedEndpoints;
}

/** The description with what all kinds share. */
export function descriptionOf<Client, Own extends Fields>({
  account: { vendor },
  noun,
  description,
}: NestedKind<Client, Own>): Description {
  const { title } = vendor;
  return {
    ...description,
    argsDoc:
      `A declared argument is enforced at ${title}, and its drift repaired; one that is taken out is unset, one never declared is left ` +
      `alone. Another \`subAccountId\` replaces the ${noun}; every other change is made in place.`,
    args: nestedFields(title, noun, description.args),
    outputs: { ...description.outputs, createdAt: createdOutput(title, noun) },
  };
}

/** What the documentation says of every kind. */
export function manifestOf(noun: string, identity: string): NestedManifest {
  return {
    createdOnce:
      `before it is created, the account's ${noun}s are listed: one of the same \`${identity}\` is refused, since no state has it. After ` +
      `a lost reply the one of this \`${identity}\` is looked for, which was not there before`,
    deletion: `the ${noun} is deleted for good; one of an account that was replaced by force is kept with it`,
    removedOutside:
      "missing in two complete listings while its account is shown, or its account is proven to be gone: gone, `up` makes a new " +
      `one; where that cannot be told, \`refresh\` fails and the state keeps the ${noun}`,
  };
}
