import { SubaccountsError } from "../base/errors";
import { parseTime } from "../base/time";
import type { Snapshot } from "../vendor-io/inventory";
import type { Account } from "./fields";
import { markerIn, partsOf, shortHash } from "./marker";
import { comparePlaces } from "./place";
import { placeAfter, placeOfState, reachedPlace, tellPlace } from "./places";
import { type AbsenceFacts, type Doubt, doubtOf, type Presence, presenceOf } from "./presence";
import { isSuspending, type Looking } from "./step";

/** Where one listing alone shows that an account is gone, two that begin so far apart must agree, in milliseconds. */
const APART_MS = 2_000;

/** Accounts of one connection that a run may prove to be gone before it asks whether all of them can be. */
const FEW_GONE = 3;

/** The result of looking for an account of the state. */
export interface Observed {
  readonly presence: Presence;
  /** Where the vendor shows it. */
  readonly account: Account | undefined;
  /** Why it is not proven to be gone, or where the connection leads; for people. */
  readonly why: string;
}

/**
 * Looks for an account of the state and, where the vendor does not show it, for a proof that it is gone.
 *
 * @param step for a delete, and for what hangs on the account, the vendor itself is asked, past a fleet's list
 */
export async function observe(
  looking: Looking,
  id: string,
  step: "refresh" | "update" | "delete",
): Promise<Observed> {
  const { accounts } = looking;
  tellPlace(looking, id);
  if (accounts.memory.gone.has(id)) return { presence: "gone", account: undefined, why: "" };
  let account = await (step === "delete"
    ? accounts.find(id, false)
    : accounts.read(id, looking.before, step === "refresh"));
  if (account === undefined && (await waitUntilSettled(looking, id))) account = await accounts.get(id);
  if (account !== undefined) return { presence: presenceOf({ shown: account.presence }), account, why: "" };
  const { absence, why, snapshot } = await lookForProof(looking, id);
  // The account's own endpoint may leave ended ones out, and the listing show them; where there is none, a later listing tells.
  const listed = snapshot?.get(id);
  if (listed !== undefined && (listed.presence !== "active" || accounts.api.get === undefined)) {
    return { presence: presenceOf({ shown: listed.presence }), account: listed, why: "" };
  }
  const presence = presenceOf({ shown: undefined, absence });
  if (presence === "gone" && snapshot) refuseMassGone(looking, id, snapshot);
  return { presence, account: undefined, why };
}

/** Fails where an account of the state is not shown and what that means for the step is not "done". */
export function refuseAbsent(
  { facts: { title } }: Looking,
  id: string,
  { presence, why }: Observed,
): SubaccountsError {
  if (presence === "elsewhere") return new SubaccountsError(`${title}: ${why}. Nothing was changed`);
  if (presence === "gone") {
    return new SubaccountsError(
      `${title} has no sub-account ${id} any more. Run \`pulumi refresh\`, then \`pulumi up\` makes a new one`,
    );
  }
  return new SubaccountsError(
    `${title} does not show the sub-account ${id}, and that it is gone is not proven: ${why}. Nothing was changed`,
  );
}

/** Gathers what a proof of absence is made of. */
async function lookForProof(
  looking: Looking,
  id: string,
): Promise<{ absence: AbsenceFacts; why: string; snapshot: Snapshot<Account> | undefined }> {
  const { facts, before, accounts } = looking;
  // Where a listing is all there is, a later one may show what the first did not, and tell of the place.
  const early = accounts.api.get === undefined ? await lookInListings(looking, id) : undefined;
  const { here, place, difference, isToldAlone } = await reachedPlace(looking, id);
  if (place === "another") return { absence: { ...NO_PROOF, place }, why: difference, snapshot: undefined };
  const { snapshot, listing } = early ?? (await lookInListings(looking, id));
  const isSteady = here === undefined || (await placeAfter(looking, snapshot)) === here;
  const isHidden = facts.isRevivable === true && isSuspending(facts, before);
  const absence: AbsenceFacts = {
    place: isConfirmed(looking) ? "same" : isSteady ? place : "unknown",
    hasWitness: isToldAlone || snapshot.all().some((account) => isWitness(looking, account, id)),
    isSettled: youthMs(looking, id) === undefined,
    listing,
    mayBeHidden: isHidden && !snapshot.all().some(({ presence }) => presence === "ended"),
  };
  const doubt = doubtOf(absence);
  const why = doubt === undefined ? "" : WHY[doubt](snapshot.flaw, facts.title);
  return { absence, why, snapshot };
}

const NO_PROOF: AbsenceFacts = {
  place: "unknown",
  hasWitness: false,
  isSettled: false,
  listing: "incomplete",
  mayBeHidden: false,
};

const WHY: Readonly<Record<Doubt, (flaw: string | undefined, title: string) => string>> = {
  "the organization cannot be told": () =>
    "which organization this key belongs to cannot be told (an empty list says nothing). Check the key and the base URL; if the " +
    "accounts are gone indeed, run again with SUBACCOUNTS_CONFIRM_GONE=1",
  "the organization was never recorded": () =>
    "the state is of an older version, which did not record the organization, and no other account of this stack is shown. Check " +
    "the key; if the account is gone indeed, run again with SUBACCOUNTS_CONFIRM_GONE=1",
  "too young": () => "it was made a moment ago. Run again in a minute",
  listed: () => "it is listed, and not found by its id. Run again in a minute",
  "incomplete listing": (flaw) =>
    `the listing of the accounts is incomplete (${flaw}). Run again, and check the base URL`,
  hidden: (_flaw, title) =>
    `it was inactive, and ${title} shows no inactive account at all. Look for it at the vendor; take it out with \`pulumi state delete\` ` +
    "if it is gone",
};

/** Whether the vendor's listings show the account: one beside its own endpoint, two where there is none. */
async function lookInListings(
  { accounts, context }: Looking,
  id: string,
): Promise<{ snapshot: Snapshot<Account>; listing: AbsenceFacts["listing"] }> {
  const { run } = context;
  const { index } = accounts.memory;
  const first = await index.read();
  const isStale = first.get(id) !== undefined;
  if (accounts.api.get !== undefined && !isStale) return { snapshot: first, listing: listingOf([first], id) };
  const earlier = run.shared(`${context.connection} first listing`, () => first);
  const notBeforeMs = earlier.startedAtMs + APART_MS;
  if (run.world.now() < notBeforeMs) await run.sleep(notBeforeMs - run.world.now());
  const second = await index.read(isStale ? run.world.now() : notBeforeMs);
  const passes = accounts.api.get === undefined ? [earlier, second] : [second];
  return { snapshot: second, listing: listingOf(passes, id) };
}

function listingOf(passes: readonly Snapshot<Account>[], id: string): AbsenceFacts["listing"] {
  if (passes.some((pass) => pass.listed(id) !== undefined)) return "present";
  return passes.some(({ flaw }) => flaw !== undefined) ? "incomplete" : "absent";
}

/** Whether another account proves that the connection reaches the organization of a state that does not name it. */
function isWitness({ accounts, before }: Looking, { id, metadata }: Account, absent: string): boolean {
  const marker = markerIn(metadata);
  if (marker === undefined || id === absent) return false;
  const { id: own, owner } = partsOf(before["__nonce"]);
  const markerId = partsOf(marker.nonce).id;
  if (owner !== undefined) return shortHash(marker.owner) === owner;
  return markerId !== own && accounts.memory.markerIds.has(markerId);
}

/** Waits until the account is older than reads may lag behind writes. @returns whether there was anything to wait for. */
async function waitUntilSettled(looking: Looking, id: string): Promise<boolean> {
  const { run } = looking.context;
  const ageMs = youthMs(looking, id);
  if (ageMs === undefined) return false;
  await run.sleep(run.lagMs - Math.max(0, ageMs));
  return true;
}

/** The age of an account that is younger than reads may lag behind writes, in milliseconds; undefined for older ones. */
function youthMs({ accounts, before, context: { run } }: Looking, id: string): number | undefined {
  const madeAtMs = [accounts.memory.writtenAtMs.get(id), parseTime(before["createdAt"])];
  const ages = madeAtMs
    .map((ms) => run.world.now() - (ms ?? Number.NaN))
    .filter((age) => Math.abs(age) < run.lagMs);
  return ages.length === 0 ? undefined : Math.min(...ages);
}

/** Whether an account that this run asked the vendor to remove is shown no more, by two answers. */
export async function isRemoved(looking: Looking, id: string): Promise<boolean> {
  const { accounts, context } = looking;
  const { run } = context;
  const { index } = accounts.memory;
  const isListed = async () => {
    const pass = await index.read(run.world.now());
    const isElsewhere = comparePlaces(placeOfState(looking), await placeAfter(looking, pass)) === "another";
    return pass.flaw !== undefined || pass.listed(id) !== undefined || isElsewhere;
  };
  if (accounts.api.get !== undefined) return !(await isListed());
  if (await isListed()) return false;
  await run.sleep(APART_MS);
  return !(await isListed());
}

/** @throws SubaccountsError where more accounts are gone than a run may believe without being told so. */
function refuseMassGone(looking: Looking, id: string, snapshot: Snapshot<Account>): void {
  const { accounts, facts } = looking;
  const { gone } = accounts.memory;
  gone.add(id);
  if (gone.size <= FEW_GONE || isConfirmed(looking)) return;
  const listed = accounts.countOurs(snapshot);
  if (gone.size <= Math.max(FEW_GONE, listed)) return;
  const ids = [...gone];
  throw new SubaccountsError(
    `${facts.title}: ${ids.length} sub-accounts of this stack are gone, and ${listed} are listed: ${ids.slice(0, 10).join(", ")}` +
      `${ids.length > 10 ? ", …" : ""}. The state keeps this one. If they were removed indeed, run again with SUBACCOUNTS_CONFIRM_GONE=1`,
  );
}

function isConfirmed({ context }: Looking): boolean {
  return context.run.world.env["SUBACCOUNTS_CONFIRM_GONE"] === "1";
}
