import { refuseUnended } from "../core/interview";
import type { Raw } from "../core/line";
import type { Listing } from "../core/pages";
import { isOk } from "../core/replies";
import { create, isRefused, least, type Made, patch } from "./accounts";
import { type BolnaTalk, isListed, list } from "./listing";

/** A second account beside the first: its name, and its place in the listing. */
export async function askSecond(talk: BolnaTalk, first: Made, before: Listing): Promise<void> {
  const { answers, lag, made, ended } = talk;
  const there = [...made.keys()].find((id) => id !== first.id && !ended.has(id));
  const second = there === undefined ? await makeTwin(talk, first) : there;
  if (there !== undefined) await renameToTwin(talk, there, first);
  await lag.settle();
  const listing = await list(talk);
  if (second === undefined || listing === undefined)
    answers.cannotTell(["listOrder"], "there was no second account");
  else tellOrder(talk, { before, listing, ids: [first.id, second] });
}

/** Creates an account of the same name, or where that is refused, of another one. @returns its id */
async function makeTwin(talk: BolnaTalk, { name, field }: Made): Promise<string | undefined> {
  const calls = { [field]: least(field) };
  const duplicate = await create(talk, name, calls);
  if (duplicate.id !== undefined || !isRefused(duplicate.reply)) {
    tellDuplicate(talk, duplicate.reply, false);
    return duplicate.id;
  }
  const control = await create(talk, talk.names.fresh(), calls);
  tellDuplicate(talk, duplicate.reply, control.id !== undefined);
  return control.id;
}

async function renameToTwin(talk: BolnaTalk, id: string, { name }: Made): Promise<void> {
  const renamed = await patch(talk, id, { name });
  const control = await patch(talk, id, { name: talk.made.get(id) ?? "" });
  tellDuplicate(talk, renamed, isOk(control));
}

function tellDuplicate({ answers }: BolnaTalk, reply: Raw, isControlOk: boolean): void {
  const what = "the name of another account";
  if (!isControlOk && isRefused(reply))
    answers.cannotTell(["duplicateName"], `${what} was refused, and so was a new one`);
  else answers.tellBy("duplicateName", reply, { ok: "accept", 400: 400, 422: 400 }, what);
}

/** Two accounts are at their places by chance once in 900 listings. */
const ENOUGH_OTHERS = 29;

/** Tells the order by the places of two new accounts among the others: rows have no time of creation. */
function tellOrder(
  { answers }: BolnaTalk,
  { before, listing, ids }: { before: Listing; listing: Listing; ids: readonly [string, string] },
): void {
  const now = listing.rows.map(({ id }) => id);
  const others = now.filter((id) => !ids.includes(id));
  const isSame = before.rows.every(({ id }) => others.includes(id)) && others.length === before.rows.length;
  if (!listing.isComplete || !isSame || now.length !== others.length + 2) {
    answers.cannotTell(["listOrder"], "the listing changed meanwhile, or does not show the new accounts");
    return;
  }
  const [older, newer] = ids;
  const isNewest = now[0] === newer && now[1] === older;
  const isOldest = now.at(-1) === newer && now.at(-2) === older;
  const order = isNewest ? "newest" : isOldest ? "oldest" : "unordered";
  const place = { newest: "first", oldest: "last", unordered: "neither first nor last" }[order];
  const isSure = order === "unordered" || others.length >= ENOUGH_OTHERS;
  const why = `two new accounts are ${place} among ${others.length} others, perhaps by chance; ${ENOUGH_OTHERS} others would tell`;
  answers.tellOr(
    "listOrder",
    isSure ? order : undefined,
    `two new accounts are ${place} of ${now.length}`,
    why,
  );
}

/** The listing is asked so often for an account that was deleted. */
const LOOKS = 6;

/** Deletes the first account, and asks how long it is listed and what a second DELETE does. */
export async function askDelete(talk: BolnaTalk, id: string): Promise<void> {
  const { answers, lag } = talk;
  const wasThere = await isListed(talk, id);
  await end(talk, id);
  await lag.settle();
  let looks = 0;
  // One call each time, since the vendor may count replies.
  while (wasThere && looks < LOOKS && (await isListed(talk, id))) looks++;
  const why = wasThere
    ? `a deleted account was in ${LOOKS} further listings`
    : "the account was not on the first page of the listing";
  const told = wasThere && looks < LOOKS ? looks : undefined;
  answers.tellOr("deletePending", told, `a deleted account was in ${looks} further listings`, why);
  const again = await remove(talk, id);
  answers.tellBy("unknownDeleteStatus", again, { 400: 400, 404: 404 }, "a second DELETE");
}

/** Deletes an account for ever: one that a create of this run answered, or whose listed name proves it ours. */
export async function end(talk: BolnaTalk, id: string): Promise<void> {
  refuseUnended("Bolna", await remove(talk, id));
}

function remove({ line }: BolnaTalk, id: string): Promise<Raw> {
  return line.change("DELETE", id, `/sub-accounts/${id}`);
}

/** Those of the accounts that the listing still shows; undefined where it is not complete. */
export async function activeAmong(
  talk: BolnaTalk,
  ids: readonly string[],
): Promise<readonly string[] | undefined> {
  let active: readonly string[] | undefined = ids;
  for (let look = 0; look < LOOKS && active?.length !== 0; look++) {
    const listing = await list(talk);
    const there = new Set(listing?.rows.map((row) => row.id));
    active = listing?.isComplete ? ids.filter((id) => there.has(id)) : undefined;
  }
  return active;
}
