import { z } from "zod";
import { SubaccountsError } from "../base/errors";
import type { Context } from "../contract/resource";
import { FleetPlace } from "../vendor-io/fleet-place";
import { fleetShareOf } from "../vendor-io/fleet-share";
import type { Snapshot } from "../vendor-io/inventory";
import type { Account } from "./fields";
import { partsOf, shortHash } from "./marker";
import { comparePlaces, idIn, type Place } from "./place";
import type { Looking, Step } from "./step";

const organization = z.object({ organization: z.string() });

/** The organization that the connection reaches; undefined where the vendor does not say. Asked once a run. */
export async function placeHere({
  accounts,
  facts,
}: Pick<Looking, "accounts" | "facts">): Promise<Place | undefined> {
  const { memory, api } = accounts;
  if (memory.place) return memory.place;
  if (api.whoami === undefined) {
    const [item] = (await memory.index.read()).all();
    const place = item && facts.placeOf?.(item.outputs);
    if (place !== undefined) memory.place = Promise.resolve(place);
    return place;
  }
  const asked = api.whoami();
  memory.place = asked;
  asked.catch(() => {
    memory.place = undefined;
  });
  return asked;
}

/** The organization that a state says its account is in. */
export function placeOfState({ facts, before }: Pick<Looking, "facts" | "before">): Place | undefined {
  const { __nonce: nonce, __place: place } = before;
  return partsOf(nonce).place ?? (typeof place === "string" ? place : facts.placeOf?.(before));
}

/**
 * Notes in the run what a state says of its organization, owner and marker.
 *
 * @throws SubaccountsError where this run has already created accounts in another organization.
 */
export function tellPlace(looking: Looking, id: string): void {
  const { accounts, context, before, facts } = looking;
  const { id: markerId, owner } = partsOf(before["__nonce"]);
  if (owner !== undefined) context.run.addOwner(owner);
  if (markerId !== "") accounts.memory.markerIds.add(markerId);
  accounts.memory.stateIds.add(id);
  const place = placeOfState(looking);
  if (place === undefined) return;
  notePlace(context, facts.title, place, id);
  const made = [...placesOf(context).made].find(([other]) => comparePlaces(place, other) === "another");
  if (made === undefined) return;
  throw new SubaccountsError(
    `${facts.title}: the sub-account ${id} of this stack is in the organization ${idIn(place)}, and this run created ${made[1]} ` +
      `in ${idIn(made[0])}: the key was changed for one of another organization. Set the right key, check ${made[1]} and end it at the vendor`,
  );
}

/** Notes in the run that a state says of an account, or of a key of it, which organization it is in. */
export function notePlace(context: Context<unknown>, title: string, place: Place, accountId: string): void {
  const { told } = placesOf(context);
  const other = [...told].find(([each]) => comparePlaces(place, each) === "another");
  if (other !== undefined && !told.has(place)) {
    context.run.warn(
      `${title}: the state has the sub-account ${accountId} of the organization ${idIn(place)} and ${other[1]} of ${idIn(other[0])}, and one ` +
        "connection reaches only one of them: an `up` of some targets may have run with another organization's key. Check both at the vendor",
    );
  }
  told.set(place, accountId);
}

/** Organizations that the states of this run have told, and those in which it created accounts, each with one id. */
export function placesOf({ run, connection }: Context<unknown>): {
  told: Map<Place, string>;
  made: Map<Place, string>;
} {
  return run.shared(`${connection} places`, () => ({ told: new Map(), made: new Map() }));
}

/** How the connection's organization compares with the one that a state names. */
interface ReachedPlace {
  readonly here: Place | undefined;
  readonly place: "same" | "another" | "unknown" | "unrecorded";
  /** For people, where it is another one. */
  readonly difference: string;
  /** Other states of this run name this organization, and no other one. */
  readonly isToldAlone: boolean;
}

/** Compares the connection's organization with the one that a state says its account is in. */
export async function reachedPlace(looking: Looking, id: string): Promise<ReachedPlace> {
  const of = placeOfState(looking);
  const here = await placeHere(looking);
  const told = [...placesOf(looking.context).told.keys()];
  const place = of === undefined ? "unrecorded" : comparePlaces(of, here);
  return {
    here,
    place,
    difference: of !== undefined && place === "another" ? differs(place, of, here, id) : "",
    isToldAlone: told.length > 0 && told.every((each) => comparePlaces(each, here) === "same"),
  };
}

/**
 * The organization once more, after a listing: what was told before may be a cache's word, or that of another key. Where
 * the vendor has no endpoint for it, the one that all of the listed accounts name.
 */
export async function placeAfter(
  { accounts: { api, memory }, facts }: Looking,
  pass: Snapshot<Account>,
): Promise<Place | undefined> {
  if (api.whoami === undefined) {
    const listed = pass.all().filter(({ id }) => pass.listed(id) !== undefined);
    const places = new Set(listed.map(({ outputs }) => facts.placeOf?.(outputs)));
    return places.size === 1 ? [...places][0] : undefined;
  }
  if (memory.placeAgain === undefined || memory.placeAgain.afterMs < pass.startedAtMs) {
    memory.placeAgain = { afterMs: pass.startedAtMs, place: api.whoami() };
  }
  return memory.placeAgain.place;
}

/**
 * Compares the connection's organization with those that this run's states have told, and with the one of the other shards of
 * a fleet, before an account is created.
 *
 * @throws SubaccountsError where they differ, or where states tell of one and the vendor of none.
 */
export async function refuseOtherPlace(looking: Looking & Pick<Step, "args">): Promise<Place | undefined> {
  const { facts, context, accounts } = looking;
  const { told } = placesOf(context);
  const isCompared = told.size > 0 || context.allowedOrganizations !== undefined;
  // Where a list alone names the organization, the shards of a fleet do without one each if there is none to compare with.
  if (!isCompared && accounts.api.whoami === undefined && accounts.memory.fleet) return undefined;
  const here = await placeHere(looking);
  refuseNotAllowed(looking, here);
  for (const [place, id] of told) {
    const compared = comparePlaces(place, here);
    if (compared === "same") continue;
    throw new SubaccountsError(
      `${facts.title}: ${differs(compared, place, here, id)}. Nothing was created. Use a key of ${idIn(place)}`,
    );
  }
  if (here !== undefined) await refuseOtherOfFleet(looking, here);
  return here;
}

/** @throws SubaccountsError where the process of another shard creates accounts in another organization, under the same name */
async function refuseOtherOfFleet(
  { facts: { title }, context: { run }, args }: Looking & Pick<Step, "args">,
  here: Place,
): Promise<void> {
  const share = fleetShareOf(run);
  if (share === undefined) return;
  const name = String(args["connection"] ?? "");
  const of = `organization ${shortHash(`${title} ${name}`)}`;
  const answer = await run.shared(of, () =>
    new FleetPlace(run, share, title, of).ask("/organization", { organization: here }, organization),
  );
  if (answer === undefined || answer.organization === here) return;
  throw new SubaccountsError(
    `${title}: this parent key is of the organization ${idIn(here)}, and another worker of this run creates accounts in ${idIn(answer.organization)}. ` +
      "Nothing was created. Give all workers keys of one organization, and look at the accounts of this run in the other one",
  );
}

/** Compares the connection with the organizations that the configuration allows, where it names any, before a write. */
export async function refuseForbidden(looking: Looking): Promise<void> {
  if (looking.context.allowedOrganizations !== undefined) refuseNotAllowed(looking, await placeHere(looking));
}

/** @throws SubaccountsError where the stack's configuration names the organizations that a connection may reach. */
function refuseNotAllowed({ facts, context }: Looking, here: Place | undefined): void {
  const { allowedOrganizations: allowed } = context;
  if (allowed === undefined || (here !== undefined && allowed.includes(idIn(here)))) return;
  throw new SubaccountsError(
    `${facts.title}: the key ${here === undefined ? "names no organization" : `is of the organization ${idIn(here)}`}, and ` +
      `subaccounts:allowedOrganizations allows ${allowed.join(", ")}. Nothing was sent`,
  );
}

function differs(compared: "another" | "unknown", of: Place, here: Place | undefined, id: string): string {
  return compared === "another" && here !== undefined
    ? `this parent key is of the organization ${idIn(here)}, and the sub-account ${id} of this stack is of ${idIn(of)}`
    : `which organization this key belongs to cannot be told, and the sub-account ${id} of this stack is of ${idIn(of)}`;
}
