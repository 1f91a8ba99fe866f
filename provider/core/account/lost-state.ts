import { SubaccountsError } from "../base/errors";
import { printable } from "../base/printable";
import type { Account } from "./fields";
import { ownerIn, shortHash } from "./marker";
import { showsFleet } from "./of-fleet";
import { idIn } from "./place";
import { placesOf } from "./places";
import type { Step } from "./step";

/** The owner and the fleet in an account's marker, for messages: anyone may have written them. */
export function ownerText({ metadata }: Account): string {
  const found = ownerIn(metadata);
  if (found === undefined) return "";
  return ` (owner ${printable(found.owner)}${found.fleet === undefined ? "" : `, fleet ${printable(found.fleet)}`})`;
}

/**
 * Tells, once in a run and not for each account, the commands that help where accounts of another owner are in the way
 * because the state that had them is lost.
 */
export function tellWaysBack({ context }: Pick<Step, "context">, { metadata }: Account): void {
  const { run, fleet } = context;
  const found = ownerIn(metadata);
  if (found === undefined) return;
  run.shared("ways back told", () => {
    const owner = printable(found.owner);
    const back =
      found.fleet !== undefined && found.fleet === fleet?.id && !fleet.isRecovering
        ? `\`SUBACCOUNTS_RECOVER=${fleet.id} pulumi up\` takes over the accounts of this fleet`
        : `\`npx --no-install subaccounts tenants generate --from-owner ${owner}\` writes the adopt lines`;
    run.warn(
      `accounts of the owner ${owner} are in the way. If its state lives, as on another machine or in another stack, go on there: nothing was ` +
        `changed. Only if it is lost: ${back}. \`npx --no-install subaccounts list --owners\` shows all owners`,
    );
    return true;
  });
}

/** Tells, once in a run, what a take-over of another owner's accounts means for their keys. */
export function tellTakenOver({ facts, context }: Step, { id, metadata }: Account): void {
  const { run } = context;
  const found = ownerIn(metadata);
  if (found === undefined || run.isOurOwner(shortHash(found.owner))) return;
  run.shared("take-over told", () => {
    run.warn(
      `${facts.title}: took the sub-account ${id} over from the owner ${printable(found.owner)}, as all of the fleet that this run declares. ` +
        "Their keys are made anew, and those of the lost state work on: deliver the new ones, then end the old ones as " +
        "`npx --no-install subaccounts keys --unknown` lists them",
    );
    return true;
  });
}

/**
 * Refuses a create of a run that recovers a fleet where nothing shows that the connection reaches its organization: with a
 * key of another one every customer would be created anew.
 *
 * @throws SubaccountsError
 */
export async function refuseUnprovenFleet(step: Step): Promise<void> {
  const { facts, context, known, accounts } = step;
  const { fleet, allowedOrganizations } = context;
  // A place that is told, or allowed, was compared with the connection before.
  const isCompared = allowedOrganizations !== undefined || placesOf(context).told.size > 0;
  if (!fleet?.isRecovering || isCompared) return;
  const { memory } = accounts;
  const listed = facts.isMarked ? (await memory.index.read()).all() : [];
  if (await showsFleet(listed, (id) => accounts.get(id), fleet.id)) return;
  const here = known.place === undefined ? "<organization>" : idIn(known.place);
  throw new SubaccountsError(
    `${facts.title} shows no sub-account of the fleet ${fleet.id} that is to be recovered, so this may be the key of another organization. Nothing was ` +
      `created. Check the key; if it is right, as of a vendor that is new, allow it in subaccounts:allowedOrganizations, ` +
      `{"${facts.vendorName}":["${here}"]}, or run \`pulumi up\` without SUBACCOUNTS_RECOVER`,
  );
}
