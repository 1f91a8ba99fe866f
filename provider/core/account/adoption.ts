import { isDeepStrictEqual } from "node:util";
import { declaredFields } from "../contract/fields";
import type { Values } from "../contract/resource";
import { agree } from "./customer";
import { type Account, fieldsToSend } from "./fields";
import type { AccountFacts } from "./kind";
import { differingKeys, metadataOf } from "./marker";

/** The effect of adopting an account, beside its marker. */
export type Adoption = { readonly changes: readonly string[] } | { readonly refusal: string };

/**
 * Says what an `up` that adopts the account with these arguments would change, by the rules of the `up` itself.
 *
 * @param args checked, with defaults left out
 */
export function adoptionOf(facts: AccountFacts, args: Values, account: Account): Adoption {
  if (account.presence === "strange") return { refusal: `has the status "${account.status}"` };
  if (account.presence === "ended" && !facts.isRevivable) return { refusal: "has ended" };
  if (!agree(facts, args, account)) return { refusal: "is called otherwise at the vendor" };
  const fixed = immutableMismatch(facts, args, account);
  if (fixed !== undefined) return { refusal: `has another ${fixed}, which the vendor cannot change` };
  const fields = Object.keys(fieldsToSend(declaredFields(facts, args), {}, account));
  const keys = differingKeys(account.metadata, metadataOf(args));
  return { changes: [...fields, ...keys.map((key) => `metadata.${key}`)] };
}

/** The argument that the vendor can never change and that the account has otherwise; undefined for none. */
export function immutableMismatch(
  { immutable, defaults }: Pick<AccountFacts, "immutable" | "defaults">,
  args: Values,
  { fields }: Account,
): string | undefined {
  return immutable.find((name) => {
    const has = fields[name];
    const asked = args[name] ?? defaults[name];
    return has !== undefined && asked !== undefined && !isDeepStrictEqual(has, asked);
  });
}
