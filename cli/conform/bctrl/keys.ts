import { randomBytes } from "node:crypto";
import { KEY_SHAPE, tellKey } from "../core/keys";
import { at, isOk, textAt } from "../core/replies";
import { askedWith, type BctrlTalk, createKey, KEYS, list, type Made, revoke, WHOAMI } from "./calls";

/** A key of a scratch account. */
export interface Key {
  readonly id: string;
  readonly secret: string;
}

/** Asks how keys are made, shown and revoked. @returns a key that works; undefined where none could be made */
export async function askKeys(talk: BctrlTalk, { id, name }: Made): Promise<Key | undefined> {
  const { line, answers, lag } = talk;
  const body = { subaccountId: id, name };
  const once = { "idempotency-key": name };
  const created = await createKey(talk, body, once);
  const [keyId, secret] = [textAt(created.body, "data", "id"), textAt(created.body, "secret")];
  if (!isOk(created) || keyId === undefined || secret === undefined) {
    const why = `the create of a key was answered ${created.status}`;
    answers.cannotTell([...KEY_SHAPE, "replaySecret", "secondRevoke", "archivedKeysWork", "pastExpiry"], why);
    return undefined;
  }
  const replay = await createKey(talk, body, once);
  const isReplay = isOk(replay) && at(replay.body, "data", "id") === keyId;
  const again = isReplay ? textAt(replay.body, "secret") : undefined;
  const value = again === undefined ? undefined : again === secret ? "same" : "fresh";
  const because = `the same create under the same Idempotency-Key showed ${value === "same" ? "the secret again" : "a new secret"}`;
  answers.tellOr(
    "replaySecret",
    value,
    because,
    `the same create under the same Idempotency-Key was answered ${replay.status}, without that key`,
  );
  const works = again ?? secret;
  await line.get(WHOAMI, askedWith(talk, works));
  await lag.settle();
  const keys = await list(talk, KEYS, { subaccountId: id }, (key) => key.id === keyId);
  const listed = keys?.rows.find((key) => key.id === keyId);
  if (listed) tellKey(answers, listed.raw, works, "text");
  else answers.cannotTell(KEY_SHAPE, "the listing does not show a new key");
  await askPastExpiry(talk, id, name);
  await askUnknownAccount(talk, name);
  return { id: keyId, secret: works };
}

/** A key that has expired before it is made; it, or another one, shows what a second revocation does. */
async function askPastExpiry(talk: BctrlTalk, subaccountId: string, name: string): Promise<void> {
  const { answers } = talk;
  const expired = await createKey(talk, { subaccountId, name, expiresAt: "2020-01-01T00:00:00Z" });
  answers.tellBy("pastExpiry", expired, { ok: "accept", 400: 400 }, "a key that expired in 2020");
  const other = isOk(expired) ? expired : await createKey(talk, { subaccountId, name });
  const keyId = textAt(other.body, "data", "id");
  if (keyId === undefined || !isOk(await revoke(talk, subaccountId, keyId))) {
    answers.cannotTell(["secondRevoke"], "there was no second key to revoke");
    return;
  }
  const again = await revoke(talk, subaccountId, keyId);
  answers.tellBy("secondRevoke", again, { 200: 200, 404: 404 }, "a second DELETE of a key");
}

/** A key for an account that there is not; should one be made, it is revoked. */
async function askUnknownAccount(talk: BctrlTalk, name: string): Promise<void> {
  const { line, answers } = talk;
  const nobody = randomBytes(16).toString("base64url").slice(0, 21);
  line.own(nobody);
  const reply = await createKey(talk, { subaccountId: nobody, name });
  const outcomes = { 400: 400, 403: 403, 404: 404 } as const;
  answers.tellBy("keyCreateForUnknown", reply, outcomes, "a key for an unknown account");
  const keyId = textAt(reply.body, "data", "id");
  if (isOk(reply) && keyId !== undefined) await revoke(talk, nobody, keyId);
}

/** Whether keys work after the archive call, and may be made; both are revoked. */
export async function askKeysOfArchived(
  talk: BctrlTalk,
  { id, name }: Made,
  key: Key | undefined,
): Promise<void> {
  const { line, answers } = talk;
  if (key !== undefined) {
    const me = await line.get(WHOAMI, askedWith(talk, key.secret));
    answers.tellBy("archivedKeysWork", me, { ok: true, 401: false }, "a key of an archived account");
  }
  const created = await createKey(talk, { subaccountId: id, name });
  answers.tellBy("keyCreateOnArchived", created, { ok: "ok", 403: 403 }, "a key for an archived account");
  const ids = [key?.id, textAt(created.body, "data", "id")].filter((each) => each !== undefined);
  for (const each of ids) await revoke(talk, id, each);
}
