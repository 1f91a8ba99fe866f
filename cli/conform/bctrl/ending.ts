import { isOk } from "../core/replies";
import { archive, asked, type BctrlTalk, create, isArchived, isFound, type Made, of, patch } from "./calls";
import { askKeysOfArchived, type Key } from "./keys";

const FIELDS = [
  ["externalId", "duplicateExternalId"],
  ["name", "duplicateName"],
] as const;

/** A second account, with the name and the external id of the first; or else each by itself. */
export async function askSecond(talk: BctrlTalk, first: Made): Promise<Made | undefined> {
  const { answers, names } = talk;
  const duplicate = await create(talk, first.name, first.name);
  if (duplicate.made !== undefined) {
    for (const [field, name] of FIELDS)
      answers.tell(name, "accept", `a second account took the ${field} of the first`);
    return duplicate.made;
  }
  const name = names.fresh();
  const { made } = await create(talk, name, name);
  if (duplicate.reply.status !== 409 || made === undefined) {
    const why = `name and externalId of another account were answered ${duplicate.reply.status}`;
    answers.cannotTell(["duplicateName", "duplicateExternalId", "duplicateCountsArchived"], why);
    return made;
  }
  for (const [field, answer] of FIELDS) {
    const reply = await patch(talk, made.id, { [field]: first.name });
    answers.tellBy(answer, reply, { ok: "accept", 409: 409 }, `the ${field} of another account`);
  }
  return made;
}

/** Archives an account, and asks what may be done with it then. */
export async function askArchive(talk: BctrlTalk, made: Made, key: Key | undefined): Promise<void> {
  const { line, answers, lag, ended } = talk;
  const { id, name } = made;
  await archive(talk, id);
  await lag.settle();
  const get = await line.get(of(id), asked(talk));
  if (isArchived(get) !== true) {
    const names = ["getArchived", "patchArchived", "secondArchive", "keyCreateOnArchived"] as const;
    answers.cannotTell(names, "the archive call did not archive the account");
    return;
  }
  answers.tellBy("getArchived", get, { ok: "ok", 404: 404 }, "a read of an archived account");
  await askKeysOfArchived(talk, made, key);
  const renamed = await patch(talk, id, { name });
  answers.tellBy("patchArchived", renamed, { ok: "ok", 409: 409 }, "a PATCH of an archived account");
  const again = await archive(talk, id);
  answers.tellBy("secondArchive", again, { 200: 200, 404: 404 }, "a second archive call");
  ended.add(id);
  const found = await isFound(talk, name, id);
  const value = found === undefined ? undefined : found ? "all" : "active";
  const because = `a listing without status shows ${found ? "an" : "no"} archived account`;
  answers.tellOr("listWithoutStatus", value, because, "a listing by externalId has no end");
}

/** Whether an archived account's name or external id is still taken. */
export async function askArchivedDuplicate(talk: BctrlTalk, first: Made, second: Made): Promise<void> {
  const { answers } = talk;
  const unique = FIELDS.find(([, name]) => answers.value(name) === 409);
  if (unique === undefined) {
    answers.cannotTell(["duplicateCountsArchived"], "names and externalIds may be there twice");
    return;
  }
  const [field] = unique;
  const reply = await patch(talk, second.id, { [field]: first.name });
  const what = `the ${field} of an archived account`;
  answers.tellBy("duplicateCountsArchived", reply, { ok: false, 409: true }, what);
  if (isOk(reply)) answers.note("duplicates", `${what} may be taken again`);
}
