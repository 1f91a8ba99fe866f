import { TOO_FEW } from "../core/line";
import type { Listing } from "../core/pages";
import { isOk } from "../core/replies";
import {
  askedWith,
  create,
  deactivate,
  isInactive,
  list,
  type Made,
  ME,
  of,
  patch,
  type ZavuTalk,
} from "./calls";
import { askKeyOfInactive } from "./keys";

/** A second account, with the external id of the first; or else with one of its own. */
export async function askSecond(talk: ZavuTalk, first: Made): Promise<Made | undefined> {
  const { answers, names } = talk;
  const duplicate = await create(talk, names.fresh(), first.name);
  const what = "the externalId of another account";
  if (duplicate.made !== undefined) {
    answers.tell("duplicateExternalId", "accept", `${what} was taken`);
    answers.cannotTell(["duplicateCountsInactive"], "an externalId may be there twice");
    return duplicate.made;
  }
  const name = names.fresh();
  const { made } = await create(talk, name, name);
  const isControlOk = made !== undefined;
  answers.tellBy("duplicateExternalId", duplicate.reply, isControlOk ? { 409: 409 } : {}, what);
  if (answers.value("duplicateExternalId") === undefined)
    answers.cannotTell(["duplicateCountsInactive"], `${what} was answered ${duplicate.reply.status}`);
  return made;
}

/** Whether a suspension by PATCH revokes the keys, as DELETE does. */
export async function askSuspension(talk: ZavuTalk, { id, key }: Made): Promise<void> {
  const { line, answers, lag } = talk;
  const off = await patch(talk, id, { status: "inactive" });
  const on = await patch(talk, id, { status: "active" });
  await lag.settle();
  if (!isOk(off) || !isOk(on) || key === "") {
    const why = `PATCH status was answered ${off.status} and ${on.status}, or there is no key to try`;
    answers.cannotTell(["statusInactiveRevokesKeys"], why);
    return;
  }
  const me = await line.get(ME, askedWith(key));
  const what = "a key, after its account was inactive and active again,";
  answers.tellBy("statusInactiveRevokesKeys", me, { ok: false, 401: true }, what);
}

/** Deactivates an account, and asks what may be done with it then. */
export async function askDeactivation(talk: ZavuTalk, { id, name }: Made): Promise<void> {
  const { line, answers, lag, ended } = talk;
  await deactivate(talk, id);
  await lag.settle();
  const get = await line.get(of(id));
  if (isInactive(get) !== true) {
    const names = ["secondDelete", "getInactive", "patchInactive", "keyCreateOnInactive"] as const;
    answers.cannotTell([...names, "inactiveInList"], "a DELETE did not make the account inactive");
    return;
  }
  answers.tellBy("getInactive", get, { ok: "ok", 404: 404 }, "a read of an inactive account");
  const renamed = await patch(talk, id, { name });
  answers.tellBy("patchInactive", renamed, { ok: "ok", 400: 400 }, "a PATCH of an inactive account");
  await askKeyOfInactive(talk, id, name);
  const again = await deactivate(talk, id);
  answers.tellBy("secondDelete", again, { 200: 200, 404: 404 }, "a second DELETE");
  ended.add(id);
}

/** Whether the listing shows accounts that were deactivated. */
export async function askInactiveInList(talk: ZavuTalk, { id }: Made, before: Listing): Promise<void> {
  const { line, answers, ended } = talk;
  if (answers.value("inactiveInList") !== undefined || !ended.has(id)) return;
  if (line.left < before.sizes.length + 4) {
    answers.cannotTell(["inactiveInList"], TOO_FEW);
    return;
  }
  const listing = await list(talk);
  const isThere = listing?.rows.some((row) => row.id === id);
  const value = isThere ? true : listing?.isComplete ? false : undefined;
  const because = `${isThere ? "a" : "no"} page of the listing shows an account that was deactivated`;
  answers.tellOr("inactiveInList", value, because, "the listing was not read to its end");
}

/** Whether an inactive account's external id is still taken. */
export async function askInactiveDuplicate(talk: ZavuTalk, first: Made, second: Made): Promise<void> {
  const { answers } = talk;
  if (answers.value("duplicateExternalId") !== 409) return;
  const reply = await patch(talk, second.id, { externalId: first.name });
  const what = "the externalId of an inactive account";
  answers.tellBy("duplicateCountsInactive", reply, { ok: false, 409: true }, what);
}
