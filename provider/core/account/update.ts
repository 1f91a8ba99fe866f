import { ConflictError, SubaccountsError } from "../base/errors";
import { onUpdate } from "./actions";
import { refuseTaken } from "./create";
import { identityName, isNewIdentity } from "./customer";
import { nameDoubles } from "./doubles";
import type { Account } from "./fields";
import { markerIn, markerOf, nameOf, newParts, partsOf, readMarker, shortHash } from "./marker";
import { type Looking, observe, placeHere, placeOfState, refuseAbsent, refuseForbidden } from "./proof";
import { relationTo, type Step, urnIn } from "./step";

/** The account of a state that an update is to write to, and the step with the marker that it is to carry. */
export interface Found {
  readonly step: Step;
  readonly start: Account;
}

/**
 * Reads the account before an update and decides whether it may be written to.
 *
 * @throws SubaccountsError where it is not shown, where its status is not documented, or where it is another resource's.
 */
export async function findForUpdate(step: Step, id: string): Promise<Found> {
  const { facts, args, before } = step;
  await refuseForbidden(step);
  const observed = await observe(step, id, false);
  const { presence, account } = observed;
  const isMoved = args["connection"] !== before["connection"];
  if (account === undefined) {
    if (!isMoved) throw refuseAbsent(step, id, observed);
    throw new SubaccountsError(
      `${facts.title}: the connection was changed, and the new one cannot read the sub-account ${id}. It must reach the same account`,
    );
  }
  if (presence === "strange" || (presence === "ended" && facts.wantsActive === undefined)) {
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
  const isRevived = presence === "ended" && (facts.wantsActive?.(args) ?? true);
  const isOtherKind = identityName(facts, args) !== identityName(facts, before);
  if (isRevived || isOtherKind || isNewIdentity(facts, args, account.fields)) await refuseTaken(step, id);
  return { step: await marked(step, account), start: account };
}

/**
 * The step with the marker that the account is to carry: the one it has, with the resource's present name, or a new one
 * where the owner is not today's or the marker is gone.
 */
async function marked(step: Step, account: Account): Promise<Step> {
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
  const parts = newParts(isNew ? run.world.newId() : has.id, ownership, known.place);
  return {
    ...step,
    parts,
    marker: markerOf(ownership, parts),
    mustMark: facts.isMarked && (isGone || isOtherOwner),
  };
}

function foreign({ facts, context }: Step, account: Account, relation: string): ConflictError {
  const name = nameOf(context.ownership.urn);
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
        "Run `pulumi refresh`, and check at the vendor which customer it is",
    );
  }
  return new ConflictError(
    `${facts.title}: the sub-account ${id} was adopted by ${urnIn(account)} and is managed there. Nothing was sent. ` +
      `Take "${name}" out of this program (the account is left alone then)`,
  );
}

/** Whether the state's own parts ask for a write: its owner is not today's, or a refresh found the marker gone. */
export function markerDue({ before }: Pick<Looking, "before">, ownerId: string): string | undefined {
  const { tag, owner } = partsOf(before["__nonce"]);
  if (tag === "") return "its ownership marker is gone at the vendor and is written again";
  if (ownerId !== "" && owner !== undefined && owner !== shortHash(ownerId)) {
    return "its ownership marker names another stack's owner and is written again";
  }
  return undefined;
}
