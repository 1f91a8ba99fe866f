import { PartialFailure } from "../base/errors";
import type { Values } from "../contract/resource";
import { findAdopted } from "./adopt";
import { adoptionOf } from "./adoption";
import { afterCreation, apply, verify } from "./apply";
import { claimOfAccount } from "./claims";
import { createOnce } from "./create-once";
import type { Account } from "./fields";
import { findOwn } from "./find-own";
import { noteMade } from "./former";
import type { OwnKey } from "./kind";
import { refuseUnprovenFleet, tellTakenOver } from "./lost-state";
import { markerIn } from "./marker";
import { lookAtOtherKeys, noteFormerKeys } from "./other-keys";
import { refuseOtherPlace } from "./places";
import { carriesMarker, type Step, stateAfter } from "./step";

/** Adopts, takes over or creates an account. @throws PartialFailure where one was made, and not all could be applied */
export async function createAccount(
  step: Step,
  ownKey: OwnKey | undefined,
): Promise<{ id: string; state: Values }> {
  const { known } = step;
  try {
    const account = await make(step, ownKey);
    known.note(account);
    return { id: account.id, state: stateAfter(step, step.args) };
  } catch (error) {
    // An account that does not carry this marker yet is not this step's to record: the next create finds it again.
    if (known.account === undefined || !known.isOurs) throw error;
    throw new PartialFailure(known.account.id, stateAfter(step, step.args), error);
  }
}

async function make(step: Step, ownKey: OwnKey | undefined): Promise<Account> {
  const { adopt } = step.args;
  step.known.place = await refuseOtherPlace(step);
  if (typeof adopt === "string")
    return takeAdopted(step, await findAdopted(step, adopt), ownKey !== undefined);
  const { index, fleet } = step.accounts.memory;
  const isNew = (await fleet?.isNew(step, (notBeforeMs) => index.read(notBeforeMs))) ?? false;
  const own = isNew ? undefined : await findOwn(step, ownKey);
  if (own !== undefined) return takeOver(step, own, ownKey);
  await refuseUnprovenFleet(step);
  const { account, replyLost } = await createOnce(step, ownKey, isNew);
  noteMade(step.context.run, step.context.ownership.urn);
  const applied = apply(afterCreation(step), account).then((after) => verify(step, after));
  return replyLost && ownKey !== undefined ? withKey(step, applied, ownKey, true) : applied;
}

/** Applies what is declared to an account that the code names. Its key is unknown: Zavu shows one only once. */
async function takeAdopted(step: Step, found: Account, hasOwnKey: boolean): Promise<Account> {
  // Of keys nothing is asked: an adoption leaves every key as it is.
  const { run, connection } = step.context;
  tellChanges(step, found);
  const account = await applyToFound(hasOwnKey ? keyless(step) : step, found);
  if (hasOwnKey) {
    run.warnOnce(
      `adoption at ${connection}`,
      `${step.facts.title}: apiKey of an adopted sub-account (${found.id}, and any other) is undefined, since a key is shown only once; ` +
        "declare an ApiKey where one is needed",
    );
  }
  return account;
}

/** Says what an adoption changes: no preview knows it, since nothing is asked of the vendor there. */
function tellChanges({ facts, args, context }: Step, found: Account): void {
  const adoption = adoptionOf(facts, args, found);
  if ("refusal" in adoption || adoption.changes.length === 0) return;
  context.run.inform(
    `${facts.title}: the sub-account ${found.id} that is adopted is not as the code declares it, and this run changes ${adoption.changes.join(", ")}`,
    context.ownership.urn,
  );
}

/**
 * Applies what is declared to this resource's account. Its key reached no state, unless it had none of its own there; one
 * whose keys have ended gets none.
 */
async function takeOver(step: Step, found: Account, ownKey: OwnKey | undefined): Promise<Account> {
  await noteFormerKeys(step, found.id);
  tellTakenOver(step, found);
  if (markerIn(found.metadata)?.keyless || step.context.endedKeys !== undefined)
    return applyToFound(keyless(step), found);
  const applied = applyToFound(step, found);
  return ownKey === undefined ? applied : withKey(step, applied, ownKey, false);
}

/** The step with a marker by which a later take-over makes no key of the account's own. */
function keyless(step: Step): Step {
  return { ...step, marker: { ...step.marker, keyless: true } };
}

async function applyToFound(step: Step, found: Account): Promise<Account> {
  const { facts, context, known } = step;
  known.apiKey = found.apiKey;
  known.isOurs = facts.isMarked && carriesMarker(step, found);
  known.place = facts.placeOf?.(found.outputs) ?? known.place;
  context.run.hold(claimOfAccount(context.connection, found.id), context.ownership.urn);
  const account = await apply(step, found);
  known.isOurs = true;
  known.note(account);
  await lookAtOtherKeys(step, account.id);
  return account;
}

/** Waits until all is applied, and replaces a lost key, also after a failure. @returns the account */
async function withKey(
  step: Step,
  applied: Promise<Account>,
  ownKey: OwnKey,
  lostInRun: boolean,
): Promise<Account> {
  const { known, context } = step;
  known.apiKey = null;
  // Marked before the key is made: a run that is killed from here on is told by its marker.
  await applied.catch(() => undefined);
  const { account } = known;
  if (!known.isOurs || account?.presence !== "active") return applied;
  const { secret, cause } = await ownKey.replace(context, account, lostInRun);
  known.apiKey = secret;
  await applied;
  if (secret === null) throw cause;
  return account;
}
