import { isDeepStrictEqual } from "node:util";
import { ConflictError, PartialFailure, SubaccountsError } from "../base/errors";
import { changedArguments } from "../contract/diff";
import type { Values } from "../contract/resource";
import type { Fleet } from "../vendor-io/shared-settings";
import { onUpdate } from "./actions";
import { apply } from "./apply";
import { identityName, isNewIdentity } from "./customer";
import { nameDoubles } from "./doubles";
import { type Account, argumentsAfterFailure } from "./fields";
import { refuseTaken } from "./find-own";
import type { AccountFacts, OwnKey } from "./kind";
import { markerIn, markerOf, nameOf, newParts, partsOf, readMarker, shortHash } from "./marker";
import { observe, refuseAbsent } from "./observe";
import { isLookDue, lookAtOtherKeys, otherKeysOf } from "./other-keys";
import { placeHere, placeOfState, refuseForbidden } from "./places";
import { isSuspending, relationTo, type Step, stateAfter, stateDelete, urnIn } from "./step";

/**
 * Applies changed arguments to the account of a state.
 *
 * @param args all of the arguments, with what `ignoreChanges` names.
 * @throws PartialFailure where some of it is done, and not all
 */
export async function updateAccount(
  first: Step,
  id: string,
  args: Values,
  ownKey: OwnKey | undefined,
): Promise<Values> {
  const { facts, context, before } = first;
  const changed = changedArguments(facts, before, args);
  const isStateOnly = changed.length > 0 && changed.every((name) => facts.stateOnly.includes(name));
  const isDue =
    markerDue(before, context.ownership.owner) !== undefined || lacksFleet(facts, before, context.fleet);
  if (
    isStateOnly &&
    !isDue &&
    before["apiKey"] !== null &&
    !isLookDue(before, context.endedKeys, first.accounts.api)
  )
    return { ...before, ...pick(args, facts.stateOnly) };
  const { step, start } = await findForUpdate(first, id, ownKey !== undefined);
  const { known } = step;
  known.apiKey = before["apiKey"] as string | null | undefined;
  known.otherKeys = otherKeysOf(before);
  try {
    const account = await apply(step, start);
    known.note(account);
    if (endsOwnKey(args, before)) await dropEndedKey(step, account, ownKey);
    else await keepKey(step, start, account, changed, ownKey);
    await lookAtOtherKeys(step, id);
    return stateAfter(step, args);
  } catch (error) {
    const { account } = known;
    // Nothing was sent yet.
    if (account === undefined) throw error;
    const kept = argumentsAfterFailure(facts, before, args, start, account);
    const isKeyUnknown = ownKey && start.presence !== "active" && known.apiKey !== null;
    const state = {
      ...stateAfter(step, kept),
      // An account is active again when its key was looked at, and not before: the next up does that.
      ...(isKeyUnknown ? pick(start.fields, facts.notAtCreation) : {}),
    };
    const isSame =
      changedArguments(facts, before, state).length === 0 &&
      state["apiKey"] === before["apiKey"] &&
      state["__nonce"] === before["__nonce"] &&
      isDeepStrictEqual(otherKeysOf(state), otherKeysOf(before));
    if (isSame) throw error;
    throw new PartialFailure(id, state, error);
  }
}

/** Whether the account's own key is to end and still in the state. */
export function endsOwnKey({ ownKey }: Values, { apiKey }: Values): boolean {
  return ownKey === "revoke" && typeof apiKey === "string";
}

/** Takes the account's own key out of the state once it is revoked, which an ApiKey of the account does. */
async function dropEndedKey(
  { context, known }: Step,
  { id }: Account,
  ownKey: OwnKey | undefined,
): Promise<void> {
  const isEnded = (await ownKey?.check(context, id, String(known.apiKey))) === null;
  if (isEnded) known.apiKey = undefined;
}

/** Replaces the account's own key where the vendor has revoked it. */
async function keepKey(
  { context, facts, known }: Step,
  start: Account,
  account: Account,
  changed: readonly string[],
  ownKey: OwnKey | undefined,
): Promise<void> {
  const { apiKey } = known;
  if (ownKey === undefined || account.presence !== "active" || apiKey === undefined) return;
  // Without a change this is the repair of an earlier failure, which may have been the key's; `null` says that it was.
  const isSuspect =
    apiKey === null ||
    start.presence !== "active" ||
    changed.length === 0 ||
    changed.some((name) => facts.notAtCreation.includes(name));
  if (!isSuspect) return;
  const kept = await ownKey.keep(context, account.id, apiKey);
  known.apiKey = kept.secret;
  if (kept.secret === null) throw kept.cause;
}

/** The account of a state that an update is to write to, and the step with the marker that it is to carry. */
interface Found {
  readonly step: Step;
  readonly start: Account;
}

/**
 * Reads the account before an update and decides whether it may be written to.
 *
 * @throws SubaccountsError where it is not shown, where its status is not documented, or where it is another resource's.
 */
async function findForUpdate(step: Step, id: string, hasOwnKey: boolean): Promise<Found> {
  const { facts, args, before } = step;
  await refuseForbidden(step);
  const observed = await observe(step, id, "update");
  const { presence, account } = observed;
  const isMoved = args["connection"] !== before["connection"];
  if (account === undefined) {
    if (!isMoved) throw refuseAbsent(step, id, observed);
    throw new SubaccountsError(
      `${facts.title}: the connection was changed, and the new one cannot read the sub-account ${id}. It must reach the same account`,
    );
  }
  if (presence === "strange" || (presence === "ended" && !facts.isRevivable)) {
    throw new SubaccountsError(
      presence === "ended"
        ? `${facts.title} has no sub-account ${id} any more: it is ${account.status}. Run \`pulumi refresh\`, then \`pulumi up\` makes a new one`
        : `${facts.title}: the sub-account ${id} has the status "${account.status}", which is not documented. Nothing was sent; look at it at the vendor`,
    );
  }
  nameDoubles(step, id, partsOf(before["__nonce"]));
  const asSaved = relationTo(step, account, true, before);
  // A killed run may have given the account the customer that is declared now.
  const relation = asSaved === "mine, another customer" ? relationTo(step, account, true, args) : asSaved;
  if (onUpdate[relation] === "refuse") throw foreign(step, account, relation);
  const isRevived = presence === "ended" && !isSuspending(facts, args);
  const isOtherKind = identityName(facts, args) !== identityName(facts, before);
  if (isRevived || isOtherKind || isNewIdentity(facts, args, account.fields)) await refuseTaken(step, id);
  return { step: await marked(step, account, hasOwnKey), start: account };
}

/**
 * The step with the marker that the account is to carry: the one it has, with the resource's present name, or a new one
 * where the owner is not today's or the marker is gone.
 */
async function marked(step: Step, account: Account, hasOwnKey: boolean): Promise<Step> {
  const { context, before, facts, known } = step;
  const { ownership, run } = context;
  const state = partsOf(before["__nonce"]);
  const marker = markerIn(account.metadata);
  const has = marker === undefined ? state : partsOf(marker.nonce);
  const owner = shortHash(ownership.owner);
  const isOtherOwner = (marker === undefined ? state.owner : shortHash(marker.owner)) !== owner;
  const isGone = facts.isMarked && readMarker(account.metadata) === undefined;
  // A copy of the state that lives on must not have the marker id of an account that has another owner now.
  const isNew = has.id === "" || (isOtherOwner && (state.owner ?? marker?.owner) !== undefined);
  known.place = placeOfState(step) ?? (await placeHere(step));
  const isFleetOld = facts.isMarked && context.fleet !== undefined && marker?.fleet !== context.fleet.id;
  // Without a fleet id in the config the account keeps the one that this stack gave it.
  const fleet = isFleetOld || isOtherOwner ? context.fleet?.id : marker?.fleet;
  const mark = { ...ownership, fleet };
  const parts = newParts(isNew ? run.world.newId() : has.id, mark, known.place);
  // A stop that is ignored stays as it is.
  const isSuspended = isStopIgnored(step) ? marker?.suspended === true : isSuspending(facts, step.args);
  const isUntold = isSuspended && !marker?.suspended;
  const isKeyless = marker?.keyless || (hasOwnKey && before["apiKey"] === undefined);
  return {
    ...step,
    parts,
    marker: { ...markerOf(mark, parts, isSuspended), ...(isKeyless ? { keyless: true } : {}) },
    mustMark: facts.isMarked && (isGone || isOtherOwner || isUntold || isFleetOld),
  };
}

/** Whether `ignoreChanges` names a field of the stop, or the argument that holds it. */
function isStopIgnored({ facts, context }: Step): boolean {
  const paths = Object.keys(facts.stop?.values ?? {});
  return paths.some((path) => context.ignored.some((each) => path === each || path.startsWith(`${each}.`)));
}

function foreign(step: Step, account: Account, relation: string): ConflictError {
  const { facts } = step;
  const name = nameOf(step.context.ownership.urn);
  const { id } = account;
  if (relation === "claimed") {
    return new ConflictError(
      `${facts.title}: the sub-account ${id} is in the state of another resource of this program, too. Nothing was sent. Take one of the two out`,
    );
  }
  if (relation === "unreadable") {
    return new ConflictError(
      `${facts.title}: the sub-account ${id} carries a marker that this version cannot read. Nothing was sent. Upgrade pulumi-subaccounts`,
    );
  }
  if (relation === "mine, another customer") {
    return new ConflictError(
      `${facts.title}: the sub-account ${id} carries this resource's marker and another externalId or name than the state. Nothing was sent. ` +
        "Check at the vendor which customer it is: if this one, declare its externalId and name as the vendor has them; if another, take the resource out " +
        "with `pulumi state delete`",
    );
  }
  return new ConflictError(
    `${facts.title}: the sub-account ${id} was adopted by ${urnIn(account)} and is managed there. Nothing was sent. ` +
      `Take "${name}" and its keys out of this state, ${stateDelete(step, "--target-dependents ")}, and then out of this ` +
      "program: by the program alone its keys would be revoked",
  );
}

/** Whether the state's own parts ask for a write: its owner is not today's, or a refresh found the marker gone. */
export function markerDue(before: Values, ownerId: string): string | undefined {
  const { tag, owner } = partsOf(before["__nonce"]);
  if (tag === "") return "its ownership marker is gone at the vendor and is written again";
  if (ownerId !== "" && owner !== undefined && owner !== shortHash(ownerId)) {
    return "its ownership marker names another stack's owner and is written again";
  }
  return undefined;
}

/** Whether the marker of a state's account has another fleet id than the configuration, or none. */
export function lacksFleet(
  { isMarked }: Pick<AccountFacts, "isMarked">,
  before: Values,
  fleet: Fleet | undefined,
): boolean {
  return isMarked && fleet !== undefined && partsOf(before["__nonce"]).fleet !== shortHash(fleet.id);
}

function pick(values: Values, names: readonly string[]): Values {
  return Object.fromEntries(names.map((name) => [name, values[name]]));
}
