import type { Context, Values } from "../contract/resource";
import type { Accounts } from "./accounts";
import { type Account, type ShownFields, unshownFields } from "./fields";

/**
 * Reads an account of a list by itself where the list leaves out a field that the state has. What is left out there, too,
 * is told of, and the state keeps it.
 */
export async function withDeclaredFields(
  {
    facts,
    context,
    accounts,
  }: { facts: ShownFields & { title: string }; context: Context<unknown>; accounts: Accounts },
  account: Account,
  before: Values,
): Promise<Account> {
  const isCut = unshownFields(facts, before, account).length > 0;
  const again = isCut && accounts.api.get !== undefined ? await accounts.get(account.id) : undefined;
  const whole =
    again === undefined ? account : await accounts.whole({ ...account, fields: again.fields }, before);
  const unshown = unshownFields(facts, before, whole);
  if (unshown.length > 0) {
    context.run.warnOnce(
      `unshown ${unshown.join()} at ${context.connection}`,
      `${facts.title} does not show ${unshown.join(", ")} of the sub-account ${account.id}, and perhaps of others: ` +
        "whether it has drifted could not be told, and the state keeps what it has. Look at it at the vendor",
    );
  }
  return whole;
}
