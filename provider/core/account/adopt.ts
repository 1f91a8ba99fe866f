import { ConflictError } from "../base/errors";
import { onAdopt } from "./actions";
import { immutableMismatch } from "./adoption";
import { claimOfAccount, contest } from "./claims";
import { formerUrn } from "./conflict";
import { agree, identityName, isNewIdentity } from "./customer";
import type { Account } from "./fields";
import { refuseTaken } from "./find-own";
import type { Relation } from "./relation";
import { isOfThisStack, isSuspending, relationTo, type Step, urnIn } from "./step";

/**
 * Reads the account that `adopt` names and decides whether this resource may take it over. Where it may not, no delete of
 * this run may end the account.
 *
 * @throws ConflictError where it is not shown, is not what the code declares, or is another resource's.
 */
export async function findAdopted(step: Step, id: string): Promise<Account> {
  try {
    return await findAdoptable(step, id);
  } catch (error) {
    contest(step.context, id);
    throw error;
  }
}

async function findAdoptable(step: Step, id: string): Promise<Account> {
  const { facts, context, accounts, args } = step;
  // A listing of a moment ago may not show one that is new; only the vendor's own answer says that there is none.
  const account = (await accounts.find(id, false)) ?? (await accounts.get(id));
  if (account === undefined) {
    throw new ConflictError(
      `${facts.title} has no sub-account "${id}" that adopt could take over. Check the id` +
        `${facts.isRevivable ? "" : ", that it is not archived or deleted (which is for good)"}, and that the key belongs to the ` +
        "right organization or project. If the account was ended, take the adopt line out: `pulumi up` then makes a new one",
    );
  }
  if (account.presence === "strange" || (account.presence === "ended" && !facts.isRevivable)) {
    throw refusal(
      step,
      id,
      `has the status "${account.status}"`,
      "Take the adopt line out: `pulumi up` then makes a new account",
    );
  }
  refuseAnother(step, account);
  const relation = relationTo(step, account, false, args);
  const action = onAdopt[relation];
  if (action === "refuse" || (action === "by owner" && isOfThisStack(step, account))) {
    throw refusal(
      step,
      id,
      `cannot be adopted: ${reasonOf(relation, account)}`,
      adviceOf(step, relation, account),
    );
  }
  if (action === "by owner") {
    context.run.warn(
      `${facts.title}: took the sub-account ${id} over from ${urnIn(account)}; take that resource out of its program`,
    );
  }
  if (relation === "same fleet") {
    context.run.inform(
      `${facts.title}: the sub-account ${id} had the marker of ${urnIn(account)}, of this fleet`,
      context.ownership.urn,
    );
  }
  if (action === "adopt, warn") {
    context.run.warnOnce(
      `adoption at ${context.connection}`,
      `${facts.title}: adopted the sub-account ${id}, and whether another stack manages it, or any other that is adopted, cannot be ` +
        'told: if one does, set deletionPolicy to "retain" there before that resource is removed or destroyed',
    );
  }
  refuseImmutable(step, account);
  const isRevived = account.presence === "ended" && !isSuspending(facts, args);
  if (isRevived || isNewIdentity(facts, args, account.fields)) await refuseTaken(step, id);
  context.run.hold(claimOfAccount(context.connection, id), context.ownership.urn);
  return account;
}

/** @throws ConflictError where code and account are not proven to be one customer. */
function refuseAnother(step: Step, account: Account): void {
  const { facts, args } = step;
  if (agree(facts, args, account)) return;
  const name = identityName(facts, args);
  const has = account.fields[name];
  const other = name === "externalId" && typeof has !== "string" ? "name" : name;
  throw refusal(
    step,
    account.id,
    `has another ${other} than the code declares, so it may be another customer's`,
    `Check the id. If it is this customer, adopt it as it is called at the vendor now, and rename it in the next \`pulumi up\``,
  );
}

/** @throws ConflictError where the account has what the vendor can never change. */
function refuseImmutable({ facts, args }: Step, account: Account): void {
  const name = immutableMismatch(facts, args, account);
  if (name === undefined) return;
  throw new ConflictError(
    `${facts.title}: ${name} of the sub-account ${account.id} is not what the code declares, and the vendor cannot change it. ` +
      "Declare what the account has",
  );
}

function reasonOf(relation: Relation, account: Account): string {
  if (relation === "claimed") return "another resource of this program has it";
  if (relation === "unreadable") return "it carries a marker that this version cannot read";
  return `it belongs to ${urnIn(account)} of this stack`;
}

function adviceOf(step: Step, relation: Relation, account: Account): string {
  if (relation === "former name" || relation === "other") {
    return `If that resource was renamed, add  aliases: ["${formerUrn(step, account)}"]  to the options of this one instead of adopt`;
  }
  return "Check the id";
}

function refusal({ facts }: Step, id: string, what: string, next: string): ConflictError {
  return new ConflictError(`${facts.title}: the sub-account ${id} ${what}. Nothing was sent. ${next}`);
}
