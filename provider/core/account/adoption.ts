import { isObject, type JsonObject } from "../base/json";
import { declaredFields } from "../contract/fields";
import type { Values } from "../contract/resource";
import { agree } from "./customer";
import { type Account, fieldsToSend } from "./fields";
import type { AccountFacts } from "./kind";
import { differingKeys } from "./marker";

/** What adopting an account would do to it, beside its marker. */
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
  const fixed = facts.immutable.find((name) => {
    const has = account.fields[name];
    return has !== undefined && has !== (args[name] ?? facts.defaults[name] ?? has);
  });
  if (fixed !== undefined) return { refusal: `has another ${fixed}, which the vendor cannot change` };
  const fields = Object.keys(fieldsToSend(declaredFields(facts, args), {}, account));
  const metadata = isObject(args["metadata"]) ? (args["metadata"] as JsonObject) : {};
  return {
    changes: [...fields, ...differingKeys(account.metadata, metadata).map((key) => `metadata.${key}`)],
  };
}
