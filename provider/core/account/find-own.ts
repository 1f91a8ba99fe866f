import { ConflictError, SubaccountsError } from "../base/errors";
import { onCreate } from "./actions";
import { contest } from "./claims";
import { conflict, holderOf, type InTheWay } from "./conflict";
import { customerOf, hasIdentity } from "./customer";
import type { Account } from "./fields";
import type { OwnKey } from "./kind";
import { markerIn, tagsOf } from "./marker";
import { isOfThisStack, isSuspending, relationTo, type Step, urnIn } from "./step";
import { taken } from "./taken";

/** How long another resource of the program gets to say that an account is its own. */
const DECLARED_WITHIN_MS = 3_000;

/**
 * Looks for the account that a create takes over: this resource's own, of an interrupted run or a forced replacement.
 *
 * @throws ConflictError where an account with the same identity is in the way, SubaccountsError where the look-up is
 * incomplete.
 */
export async function findOwn(step: Step, ownKey: OwnKey | undefined): Promise<Account | undefined> {
  const { context, accounts, args } = step;
  const looked = await accounts.matching(
    args,
    tagsOf(context.ownership),
    false,
    await afterInterruption(step),
  );
  if (looked.flaw !== undefined) throw incomplete(step, looked.flaw);
  const owned: Account[] = [];
  const left: Account[] = [];
  const inTheWay: InTheWay[] = [];
  for (const account of looked.accounts) {
    if (account.presence === "ended" && !(await isSuspended(step, ownKey, account))) continue;
    const action =
      account.presence === "strange" ? strangeAction(step, account) : await actionFor(step, account);
    if (action === "conflict") inTheWay.push({ account, relation: relationTo(step, account, false, args) });
    if (action === "leave") left.push(account);
    if (action === "take over") owned.push(account);
  }
  const [own] = owned;
  const passedBy = own === undefined ? [] : inTheWay.filter((each) => isOtherCustomers(step, each));
  for (const account of left) {
    if (own === undefined) warnOfOther(step, account);
    else passedBy.push({ account, relation: "mine, another customer" });
  }
  for (const each of passedBy) warnOfPassedBy(step, each);
  const [first, ...others] = inTheWay.filter((each) => !passedBy.includes(each));
  if (first !== undefined) {
    for (const { account } of [first, ...others]) contest(context, account.id);
    throw conflict(step, [first, ...others], own);
  }
  if (own !== undefined) refuseSecond(step, own, owned);
  return own;
}

/**
 * Whether an account is this stack's, and another customer's by its externalId or name: it is in the way of a new account of
 * that name, and not of one that was made before it.
 */
function isOtherCustomers(step: Step, { account, relation }: InTheWay): boolean {
  if (customerOf(step.facts, step.args, account) === "same") return false;
  return relation === "claimed" ? holderOf(step, account) !== undefined : isOfStackOrFleet(step, account);
}

/** Whether a marker names this stack's owner or, where the run recovers its fleet, one of the fleet. */
function isOfStackOrFleet(step: Step, account: Account): boolean {
  const { fleet } = step.context;
  if (isOfThisStack(step, account)) return true;
  return fleet?.isRecovering === true && markerIn(account.metadata)?.fleet === fleet.id;
}

type Action = "none" | "take over" | "conflict" | "leave";

/** Decides how a create treats an active account. */
async function actionFor(step: Step, account: Account): Promise<Action> {
  const { facts, args } = step;
  let relation = relationTo(step, account, false, args);
  if (relation === "former name" || (relation === "markerless" && hasIdentity(facts, args, account))) {
    await waitForHolder(step, account);
    relation = relationTo(step, account, false, args);
  }
  const action = onCreate[relation];
  if (action === "conflict if same identity") return hasIdentity(facts, args, account) ? "conflict" : "none";
  if (action === "by customer") return customerOf(facts, args, account) === "another" ? "leave" : "conflict";
  return action;
}

/** Waits until a resource of the program has the account: the program may declare it only later. */
async function waitForHolder(step: Step, account: Account): Promise<void> {
  const { run } = step.context;
  for (let waitedMs = 0; waitedMs < DECLARED_WITHIN_MS && !holderOf(step, account); waitedMs += 250) {
    await run.sleep(250);
  }
}

/** Decides how a create treats an account with an undocumented status: it blocks its identity and its resource. */
function strangeAction(step: Step, account: Account): Action {
  const relation = relationTo(step, account, false, step.args);
  const isOurs = relation === "mine unsaved" || relation === "mine, another customer";
  return isOurs || hasIdentity(step.facts, step.args, account) ? "conflict" : "none";
}

/** Whether an ended account is a suspended customer, and so in the way as an active one is. */
async function isSuspended(step: Step, ownKey: OwnKey | undefined, account: Account): Promise<boolean> {
  const { facts, args, context } = step;
  if (!facts.isRevivable) return false;
  const relation = relationTo(step, account, false, args);
  if (markerIn(account.metadata)?.suspended) return true;
  if (isSuspending(facts, args) && relation === "mine unsaved") return true;
  if (relation !== "mine unsaved" && !hasIdentity(facts, args, account)) return false;
  if (relation === "claimed") return true;
  if (!(await ownKey?.hasWorking(account.id))) return false;
  context.run.inform(
    `${facts.title}: the sub-account ${account.id} is ${account.status} and has keys that work: a suspended customer`,
    context.ownership.urn,
  );
  return true;
}

/** @throws ConflictError where two active accounts with this resource's marker have its identity. */
function refuseSecond(step: Step, own: Account, owned: readonly Account[]): void {
  const other = owned.find(
    (account) =>
      account.id !== own.id && account.presence === "active" && hasIdentity(step.facts, step.args, account),
  );
  if (other === undefined) return;
  contest(step.context, own.id);
  contest(step.context, other.id);
  throw new ConflictError(
    `${step.facts.title} has two active sub-accounts of this customer, ${own.id} and ${other.id}. Nothing was sent. Check which one is in use, ` +
      "and end the other at the vendor",
  );
}

/**
 * Fails where another active account has the identity that an account is to get: by an update, an adoption, or by being
 * activated again.
 *
 * @throws ConflictError, SubaccountsError where the look-up is incomplete
 */
export async function refuseTaken(step: Step, id: string): Promise<void> {
  const { facts, accounts, args } = step;
  const looked = await accounts.matching(args, [], false);
  if (looked.flaw !== undefined) throw incomplete(step, looked.flaw);
  const other = looked.accounts.find(
    (account) =>
      (account.presence !== "ended" || (facts.isRevivable && markerIn(account.metadata)?.suspended)) &&
      account.id !== id &&
      hasIdentity(facts, args, account),
  );
  if (other === undefined) return;
  if (!facts.isMarked || isOfThisStack(step, other)) await waitForHolder(step, other);
  throw taken(step, id, other);
}

function incomplete({ facts }: Step, flaw: string): SubaccountsError {
  return new SubaccountsError(
    `${facts.title}: whether the customer already has a sub-account cannot be told, because the listing of the accounts is ` +
      `incomplete (${flaw}). Nothing was created. Run \`pulumi up\` again, and check the base URL`,
  );
}

function warnOfOther({ facts, context }: Step, { id }: Account): void {
  context.run.warn(
    `${facts.title}: the sub-account ${id} carries the marker of this resource and is another customer's; it was left alone and a new ` +
      "one is created",
  );
}

/** Names an account that is passed by and that no resource of the program has. */
function warnOfPassedBy(step: Step, { account, relation }: InTheWay): void {
  const { facts, context } = step;
  if (relation !== "former name" && relation !== "mine, another customer") return;
  context.run.warn(
    `${facts.title}: beside this customer's sub-account there is ${account.id} with the marker of ${urnIn(account)}, of another externalId or name. It was left ` +
      "alone: if no state has it, end it at the vendor",
  );
}

/**
 * After an interrupted run, whose last create may still show late, the first look waits out the lag of reads.
 *
 * @returns before when a listing is too old to tell, in milliseconds.
 */
async function afterInterruption({ context: { run } }: Step): Promise<number | undefined> {
  if (run.world.env["SUBACCOUNTS_AFTER_INTERRUPTION"] !== "1") return undefined;
  const shownAtMs = run.startedAtMs + run.lagMs;
  const waitMs = shownAtMs - run.world.now();
  if (waitMs > 0) await run.sleep(waitMs);
  return shownAtMs - 1;
}
