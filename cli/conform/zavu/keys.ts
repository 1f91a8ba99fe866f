import { KEY_SHAPE, tellKey } from "../core/keys";
import { TOO_FEW } from "../core/line";
import { at, has, isOk, objectsOf, textAt } from "../core/replies";
import { askedWith, createKey, listKeys, type Made, ME, revoke, revokeAll, type ZavuTalk } from "./calls";

/** Asks how keys are made, shown and revoked. */
export async function askKeys(talk: ZavuTalk, { id, name }: Made): Promise<void> {
  const { line, answers } = talk;
  const own = (await listKeys(talk, id)).keys;
  const ownName = own.length === 1 ? textAt(own[0]?.raw, "name") : undefined;
  const why = `a new account has ${own.length} keys, or one without a name`;
  answers.tellOr("ownKeyName", ownName, "the one key of a new account has it", why);
  const reply = await createKey(talk, id, name);
  answers.tellBy("keyCreateStatus", reply, { 200: 200, 201: 201 }, "the create of a key");
  const [keyId, secret] = [textAt(reply.body, "apiKey", "id"), textAt(reply.body, "apiKey", "key")];
  if (keyId === undefined || secret === undefined) {
    const names = ["secondRevoke", "revokedKeysInList", "keyPageSize", ...KEY_SHAPE] as const;
    answers.cannotTell(names, `the create of a key was answered ${reply.status}`);
    return;
  }
  await line.get(ME, askedWith(secret));
  const { keys, first } = await listKeys(talk, id);
  tellKeyPages(talk, first, keys.length);
  const listed = keys.find((key) => key.id === keyId);
  if (listed) tellKey(answers, listed.raw, secret, "number");
  else answers.cannotTell(KEY_SHAPE, "the listing does not show a new key");
  await askRevocation(talk, id, keyId);
}

async function askRevocation(talk: ZavuTalk, id: string, keyId: string): Promise<void> {
  const { answers } = talk;
  const revoked = await revoke(talk, id, keyId);
  if (!isOk(revoked)) {
    answers.cannotTell(
      ["secondRevoke", "revokedKeysInList"],
      `a key's DELETE was answered ${revoked.status}`,
    );
    return;
  }
  const again = await revoke(talk, id, keyId);
  answers.tellBy("secondRevoke", again, { 204: 204, 404: 404 }, "a second DELETE of a key");
  const isThere = (await listKeys(talk, id)).keys.some((key) => key.id === keyId);
  answers.tell("revokedKeysInList", isThere, `the listing shows ${isThere ? "a" : "no"} revoked key`);
}

function tellKeyPages({ answers }: ZavuTalk, first: unknown, count: number): void {
  const size = objectsOf(at(first, "items"))?.length ?? 0;
  if (!has(first, "nextCursor")) {
    answers.tell("keyPageSize", undefined, "the listing of keys has no nextCursor");
    return;
  }
  const because = `the first page of keys has ${size} of ${count}`;
  const why = `the listing of keys has pages, and one of them holds all ${count}`;
  answers.tellOr("keyPageSize", size < count ? size : undefined, because, why);
}

/** So many keys are in order by chance once in 5,040 listings. */
const ENOUGH_KEYS = 7;

/** The order of the key listing, by keys that are made one after the other and end with their account. */
export async function askKeyOrder(talk: ZavuTalk, { id, name }: Made): Promise<void> {
  const { line, answers } = talk;
  const size = answers.get("keyPageSize");
  // Without a told size two keys fitted a page.
  const pages = size?.state !== "told" ? ENOUGH_KEYS / 2 + 1 : size.value === undefined ? 1 : ENOUGH_KEYS + 2;
  if (line.left < ENOUGH_KEYS + pages) {
    answers.cannotTell(["keyOrder"], TOO_FEW);
    return;
  }
  const made: unknown[] = [];
  for (let count = 0; count < ENOUGH_KEYS; count++)
    made.push(textAt((await createKey(talk, id, name)).body, "apiKey", "id"));
  const { keys, first } = await listKeys(talk, id);
  tellKeyPages(talk, first, keys.length);
  const places = keys.map((key) => made.indexOf(key.id)).filter((place) => place >= 0);
  const steps = places.slice(1).map((place, index) => Math.sign(place - (places[index] ?? 0)));
  const isMixed = steps.includes(1) && steps.includes(-1);
  const order = isMixed ? "unordered" : steps.includes(1) ? "oldest" : "newest";
  const isSure = isMixed || places.length === ENOUGH_KEYS;
  const because = `of ${places.length} keys that were made one after the other`;
  answers.tellOr(
    "keyOrder",
    isSure ? order : undefined,
    because,
    `the listing showed ${places.length} of ${ENOUGH_KEYS} keys`,
  );
}

/** Whether an inactive account may get a key; it is revoked. */
export async function askKeyOfInactive(talk: ZavuTalk, id: string, name: string): Promise<void> {
  const { answers } = talk;
  const reply = await createKey(talk, id, name);
  answers.tellBy("keyCreateOnInactive", reply, { ok: "ok", 400: 400 }, "a key for an inactive account");
  if (!isOk(reply)) return;
  const keyId = textAt(reply.body, "apiKey", "id");
  if (keyId === undefined) await revokeAll(talk, id);
  else await revoke(talk, id, keyId);
}
