import { randomBytes } from "node:crypto";
import type { BctrlSwitches } from "../../emulator";
import { SubaccountsError } from "../../provider/core/base/errors";
import { noScratch, noteMade, refuseUnended, type Subject, type Talk } from "./interview";
import { tellKey } from "./keys";
import { type Asked, type Raw, TOO_FEW } from "./line";
import { type Listing, type Row, readListing, tellOrder, tellPages } from "./pages";
import { at, envelopeOf, has, isOk, objectsOf, oneOf, tellHeaders, textAt, timeOf, unset } from "./replies";
import {
  clampOf,
  echoOf,
  METADATA,
  noClamp,
  ODD_END,
  tellMergeNull,
  tellMetadata,
  tellNormalization,
} from "./writes";

type BctrlTalk = Talk<BctrlSwitches>;

const ALL = "/v1/subaccounts";
const KEYS = "/v1/api-keys";
const WHOAMI = "/v1/auth/whoami";
const of = (id: string) => `${ALL}/${encodeURIComponent(id)}`;
/** The vendor's largest `limit`. */
const PAGE = 200;
/** The releases that its SDK and CLI know, the newest first. */
const RELEASES = ["2026-10-03", "2026-10-01"];
const KEY_SHAPE = [
  "shortKeyPrefix",
  "keyPrefixShown",
  "lastUseShown",
  "keyCreatedAt",
  "keyTimeUnit",
] as const;

/** bctrl's questions. Contract: https://platform.bctrl.ai/api, https://github.com/bctrlhq */
export const bctrlSubject: Subject<BctrlSwitches> = {
  name: "bctrl",
  remains: "its row stays at bctrl, archived",
  list: (talk) => list(talk),
  read: async (talk) => {
    await askIdentity(talk);
    await askRefusals(talk);
    const listing = await list(talk);
    if (listing === undefined) return undefined;
    tellPages(talk.answers, listing);
    tellOrder(talk.answers, listing);
    for (const row of listing.rows) tellRow(talk, row);
    return listing;
  },
  scratch: async (talk) => {
    const first = await makeFirst(talk);
    await askFilters(talk, first);
    await askFields(talk, first);
    await askSmall(talk, first);
    const key = await askKeys(talk, first);
    const second = await askSecond(talk, first);
    await askArchive(talk, first, key);
    if (second !== undefined) await askArchivedDuplicate(talk, first, second);
    await askCap(talk, second);
  },
  isUnused: async (talk, { id }) => {
    const { body } = await talk.line.get(of(id), asked(talk, { query: { include: "usage" } }));
    return at(body, "usage", "credits", "used") === 0 && at(body, "usage", "runs", "active") === 0;
  },
  end: async (talk, id) => {
    await revokeKeys(talk, id, { subaccountId: id }, (key) => key["subaccountId"] === id);
    refuseUnended("bctrl", await talk.line.change("POST", id, `${of(id)}/archive`, asked(talk)));
  },
  // The key listing, the archive call and a look; and two keys of the first account.
  callsToEnd: (accounts) => (accounts === 0 ? 0 : 3 * accounts + 2),
  activeAmong: async (talk, ids) => {
    const active: string[] = [];
    for (const id of ids) {
      if (isArchived(await talk.line.get(of(id), asked(talk))) !== true) active.push(id);
    }
    return active;
  },
  endStrayKeys: (talk) => {
    return revokeKeys(talk, undefined, {}, ({ name }) => talk.names.proves(String(name)));
  },
};

/** A call in the release of the connection, or else the newest one. */
function asked({ apiVersion }: BctrlTalk, more: Asked = {}): Asked {
  const release = RELEASES.find((each) => each === apiVersion) ?? RELEASES[0] ?? "";
  return { ...more, headers: { "bctrl-version": release, ...more.headers } };
}

/** Whether a read of an account shows that it ended: as archived, or by the vendor's own 404. */
function isArchived(reply: Raw): boolean | undefined {
  if (reply.status === 404 && textAt(reply.body, "error", "code") === "subaccount.not_found") return true;
  return isOk(reply) ? at(reply.body, "status") === "archived" : undefined;
}

const revoke = (talk: BctrlTalk, owner: string, id: string) =>
  talk.line.change("DELETE", owner, `${KEYS}/${encodeURIComponent(id)}`, asked(talk));

/** Revokes the working keys that are ours: of the account `owner`, or by the proof of their own name. */
async function revokeKeys(
  talk: BctrlTalk,
  owner: string | undefined,
  query: Asked["query"],
  isOurs: (key: Row["raw"]) => boolean,
): Promise<void> {
  const { line } = talk;
  const listing = await readListing(async (cursor) => {
    const { body } = await line.get(KEYS, asked(talk, { query: { limit: String(PAGE), ...query, cursor } }));
    const keys = objectsOf(at(body, "data"));
    return keys && { rows: keys.map(toRow), next: at(body, "nextCursor") };
  });
  for (const { id, raw } of listing?.rows ?? []) {
    if (!isOurs(raw)) continue;
    if (owner === undefined) line.own(id);
    await revoke(talk, owner ?? id, id);
  }
  if (!listing?.isComplete)
    throw new SubaccountsError("bctrl's list of keys was not read to its end: a key may be left");
}

async function askIdentity(talk: BctrlTalk): Promise<void> {
  const { line, answers } = talk;
  for (const release of RELEASES) {
    const me = await line.get(WHOAMI, { headers: { "bctrl-version": release } });
    answers.note(`version ${release}`, isOk(me) ? "is taken" : `is answered ${me.status}`);
    if (release !== asked(talk).headers?.["bctrl-version"]) continue;
    tellHeaders(answers, line, me);
    const organization = textAt(me.body, "organizationId");
    if (organization === undefined) answers.cannotTell(["organizationId"], "whoami shows no organization");
    else answers.tell("organizationId", organization, "whoami shows it");
    answers.note(
      "identity",
      `${textAt(me.body, "scope") ?? "a key"} of organization ${organization ?? "unknown"}`,
    );
  }
  const bare = await line.get(WHOAMI);
  const isCurrent = textAt(bare.body, "object") !== undefined;
  if (isOk(bare))
    answers.tell(
      "withoutVersion",
      isCurrent ? "current" : "v1",
      `whoami without a version has ${isCurrent ? "an" : "no"} object`,
    );
  else if (bare.status === 400)
    answers.tell("withoutVersion", 400, "whoami without a version was answered 400");
  else answers.cannotTell(["withoutVersion"], `whoami without a version was answered ${bare.status}`);
}

/** Calls that every vendor refuses, to see how. */
async function askRefusals(talk: BctrlTalk): Promise<void> {
  const { line, answers } = talk;
  const wrongKey = { headers: { authorization: "Bearer subaccounts-conform-no-key" } };
  const v2 = envelopeOf(await line.get("/v2/subaccounts", wrongKey));
  if (v2 === undefined) answers.cannotTell(["v2Errors"], "a refusal under /v2 has no code");
  else answers.tell("v2Errors", v2, `a wrong key under /v2 is refused in the ${v2} envelope`);
  const large = await line.get(ALL, asked(talk, { query: { limit: String(PAGE + 1) } }));
  if (isOk(large)) answers.tell("limitAboveMaximum", "clamp", `limit=${PAGE + 1} was taken`);
  else if (large.status === 400) answers.tell("limitAboveMaximum", 400, `limit=${PAGE + 1} was answered 400`);
  else answers.cannotTell(["limitAboveMaximum"], `limit=${PAGE + 1} was answered ${large.status}`);
}

async function list(
  talk: BctrlTalk,
  query: Asked["query"] = {},
  isEnough?: (row: Row) => boolean,
): Promise<Listing | undefined> {
  const { line, answers } = talk;
  const limit = String(PAGE);
  return readListing(async (cursor) => {
    const reply = await line.get(ALL, asked(talk, { query: { limit, ...query, cursor } }));
    const items = isOk(reply) ? objectsOf(at(reply.body, "data")) : undefined;
    if (items === undefined) answers.note("listing", `answered ${reply.status}, without data`);
    return items && { rows: items.map(toRow), next: at(reply.body, "nextCursor") };
  }, isEnough);
}

/** Whether the filter by external id finds an account; undefined where the filtered listing has no end. */
async function isFound(talk: BctrlTalk, externalId: string, id: string): Promise<boolean | undefined> {
  const listing = await list(talk, { externalId }, (row) => row.id === id);
  if (listing?.rows.some((row) => row.id === id)) return true;
  return listing?.isComplete ? false : undefined;
}

function toRow(raw: Record<string, unknown>): Row {
  return {
    id: String(raw["id"]),
    name: String(raw["name"]),
    externalId: textAt(raw, "externalId"),
    isLive: raw["status"] !== "archived",
    createdAtMs: timeOf(raw["createdAt"]),
    raw,
  };
}

function tellRow({ answers }: BctrlTalk, { raw, isLive }: Row): void {
  if (!isLive) {
    answers.tell("listWithoutStatus", "all", "the listing shows an archived account");
    return;
  }
  const reads = unset(raw, "archivedAt");
  if (reads !== undefined) answers.tell("unsetReadsAs", reads, `archivedAt of an active account is ${reads}`);
}

/** A scratch account. Its external id stays as it is, so that it can be told by it whatever its name is. */
interface Made {
  readonly id: string;
  readonly name: string;
  readonly spaceId: string | undefined;
}

async function create(
  talk: BctrlTalk,
  name: string,
  externalId: string,
): Promise<{ reply: Raw; made?: Made }> {
  const reply = await talk.line.createAccount(ALL, asked(talk, { body: { name, externalId } }));
  const id = noteMade(talk, reply, { id: textAt(reply.body, "id"), name });
  const spaceId = textAt(reply.body, "defaultSpaceId");
  return id === undefined ? { reply } : { reply, made: { id, name, spaceId } };
}

const patch = (talk: BctrlTalk, id: string, body: object) =>
  talk.line.change("PATCH", id, of(id), asked(talk, { body }));

async function shown(talk: BctrlTalk, id: string): Promise<unknown> {
  await talk.lag.settle();
  return (await talk.line.get(of(id), asked(talk))).body;
}

async function makeFirst(talk: BctrlTalk): Promise<Made> {
  const { line, answers, names, lag } = talk;
  const name = names.fresh();
  const { reply, made } = await create(talk, name, name);
  if (made === undefined) throw noScratch("bctrl", reply.status);
  const account = await lag.measure(answers, async () => {
    const read = await line.get(of(made.id), asked(talk));
    return isOk(read) ? read.body : undefined;
  });
  const reads = unset(account, "archivedAt");
  if (reads !== undefined) answers.tell("unsetReadsAs", reads, `archivedAt of an active account is ${reads}`);
  return made;
}

/** What finds an account: its name for an id, a part of its external id. */
async function askFilters(talk: BctrlTalk, { id, name }: Made): Promise<void> {
  const { line, answers } = talk;
  const byName = await line.get(of(name), asked(talk));
  if (isOk(byName))
    answers.tell("resolvesNames", at(byName.body, "id") === id, "an account was asked for by its name");
  else if (byName.status === 404)
    answers.tell("resolvesNames", false, "an account asked for by its name was answered 404");
  else
    answers.cannotTell(["resolvesNames"], `an account asked for by its name was answered ${byName.status}`);
  const found = await isFound(talk, name.slice(0, -1), id);
  if (found) answers.tell("externalIdFilter", "prefix", "the beginning of an externalId finds it");
  else if (found === false)
    answers.tell("externalIdFilter", "exact", "the beginning of an externalId does not find it");
  else answers.cannotTell(["externalIdFilter"], "the filter by the beginning of an externalId finds others");
}

/** What becomes of names, limits and metadata that are sent: two PATCHes that leave out what the other sends. */
async function askFields(talk: BctrlTalk, { id, name }: Made): Promise<void> {
  const { answers } = talk;
  const odd = name + ODD_END;
  const fields = { limits: { maxActiveRuns: 3, monthlyCreditLimit: 1_000 }, metadata: METADATA.first };
  const all = await patch(talk, id, { name: odd, ...fields });
  const first = isOk(all) ? all : await patch(talk, id, fields);
  const before = await shown(talk, id);
  if (isOk(all)) tellNormalization(answers, odd, at(before, "name"));
  else answers.cannotTell(["normalizes"], `a PATCH of the name was answered ${all.status}`);
  const isInReply = has(first.body, "metadata");
  if (!isOk(first) || !has(before, "metadata"))
    answers.cannotTell(["metadataShownIn"], "metadata is not shown at all");
  else
    answers.tell(
      "metadataShownIn",
      isInReply ? "all" : "single reads",
      `the reply to a PATCH shows ${isInReply ? "" : "no "}metadata`,
    );
  const limits = { maxSpaces: 2, monthlyCreditLimit: 2_000 };
  const second = await patch(talk, id, { name, limits, metadata: METADATA.second });
  const after = await shown(talk, id);
  tellLimits(talk, { first, second, before, after });
  tellMetadata(answers, at(after, "metadata"));
  if (answers.value("metadata") !== "merge") return;
  await patch(talk, id, { metadata: METADATA.third });
  tellMergeNull(answers, at(await shown(talk, id), "metadata"));
}

function tellLimits(
  { answers }: BctrlTalk,
  { first, second, before, after }: { first: Raw; second: Raw; before: unknown; after: unknown },
): void {
  if (!isOk(first) || !isOk(second) || at(after, "limits", "maxSpaces") !== 2) {
    const why = `PATCHes of limits were answered ${first.status} and ${second.status}`;
    answers.cannotTell(["limits", "clampMonthlyCreditLimit", "clampEchoes"], why);
    return;
  }
  const runs = at(after, "limits", "maxActiveRuns");
  if (runs === 3) answers.tell("limits", "merge", "a limit that a PATCH left out stayed");
  else if (runs === null) answers.tell("limits", "replace", "a limit that a PATCH left out was null");
  else answers.cannotTell(["limits"], "a limit that a PATCH left out has another value");
  const credits = (account: unknown) => at(account, "limits", "monthlyCreditLimit");
  const pair = [credits(before), credits(after)] as const;
  const clamp = clampOf([1_000, 2_000], pair);
  if (clamp) answers.tell("clampMonthlyCreditLimit", clamp.clamp, clamp.because);
  else answers.cannotTell(["clampMonthlyCreditLimit"], noClamp([1_000, 2_000], pair));
  const echo = clamp?.clamp === undefined ? undefined : echoOf(2_000, credits(second.body), credits(after));
  if (echo) answers.tell("clampEchoes", echo.isEcho, echo.because);
  else answers.cannotTell(["clampEchoes"], "nothing was stored otherwise than it was asked for");
}

/** The smallest limit, a PATCH without fields, the v2 call. */
async function askSmall(talk: BctrlTalk, { id }: Made): Promise<void> {
  const { line, answers } = talk;
  const takes = async (credits: number) =>
    isOk(await patch(talk, id, { limits: { monthlyCreditLimit: credits } }));
  if (await takes(0)) answers.tell("minimumLimit", 0, "a monthlyCreditLimit of 0 was taken");
  else if ((await takes(1)) && !(await takes(0.5)))
    answers.tell("minimumLimit", 1, "a monthlyCreditLimit of 1 was taken, 0.5 and 0 were not");
  else
    answers.cannotTell(
      ["minimumLimit"],
      "a monthlyCreditLimit of 0 was not taken, and 1 is not the smallest",
    );
  const empty = await patch(talk, id, {});
  if (isOk(empty)) answers.tell("emptyPatch", "ok", "a PATCH without fields was taken");
  else if (empty.status === 400) answers.tell("emptyPatch", 400, "a PATCH without fields was answered 400");
  else answers.cannotTell(["emptyPatch"], `a PATCH without fields was answered ${empty.status}`);
  const v2 = await line.change("PATCH", id, `/v2/subaccounts/${encodeURIComponent(id)}/limits`, {
    body: { spend: null },
  });
  if (!isOk(v2)) answers.cannotTell(["v2LimitsReply"], `a PATCH of v2 limits was answered ${v2.status}`);
  else
    answers.tell(
      "v2LimitsReply",
      has(v2.body, "data") ? "data" : "empty",
      `the reply to a PATCH of v2 limits has ${has(v2.body, "data") ? "" : "no "}data`,
    );
}

/** A key of a scratch account. */
interface Key {
  readonly id: string;
  readonly secret: string;
}

/** @returns a key of the account that works; undefined where none could be made */
async function askKeys(talk: BctrlTalk, { id, name }: Made): Promise<Key | undefined> {
  const { line, answers, lag } = talk;
  const body = { subaccountId: id, name };
  const once = { headers: { "idempotency-key": name } };
  const created = await line.createKey(id, KEYS, asked(talk, { body, ...once }));
  const [keyId, secret] = [textAt(created.body, "data", "id"), textAt(created.body, "secret")];
  if (!isOk(created) || keyId === undefined || secret === undefined) {
    const why = `the create of a key was answered ${created.status}`;
    answers.cannotTell([...KEY_SHAPE, "replaySecret", "secondRevoke", "archivedKeysWork", "pastExpiry"], why);
    return undefined;
  }
  const replay = await line.createKey(id, KEYS, asked(talk, { body, ...once }));
  const again = textAt(replay.body, "secret");
  if (!isOk(replay) || at(replay.body, "data", "id") !== keyId || again === undefined) {
    answers.cannotTell(
      ["replaySecret"],
      `the same create under the same Idempotency-Key was answered ${replay.status}, not with that key`,
    );
  } else {
    answers.tell(
      "replaySecret",
      again === secret ? "same" : "fresh",
      `the same Idempotency-Key gave the key's ${again === secret ? "secret again" : "new secret"}`,
    );
  }
  const works = again ?? secret;
  await line.get(WHOAMI, asked(talk, { headers: { authorization: `Bearer ${works}` } }));
  await lag.settle();
  const { body: keys } = await line.get(KEYS, asked(talk, { query: { subaccountId: id } }));
  const listed = (objectsOf(at(keys, "data")) ?? []).find((key) => key["id"] === keyId);
  if (listed) tellKey(answers, listed, works, "text");
  else answers.cannotTell(KEY_SHAPE, "the listing does not show a new key");
  await askPastExpiry(talk, id, name);
  await askUnknownAccount(talk, name);
  return { id: keyId, secret: works };
}

/** A key that has expired before it is made; where it is made, it shows what a second revocation does. */
async function askPastExpiry(talk: BctrlTalk, id: string, name: string): Promise<void> {
  const { line, answers } = talk;
  const body = { subaccountId: id, name, expiresAt: "2020-01-01T00:00:00Z" };
  const expired = await line.createKey(id, KEYS, asked(talk, { body }));
  if (isOk(expired)) answers.tell("pastExpiry", "accept", "a key that expired in 2020 was made");
  else if (expired.status === 400)
    answers.tell("pastExpiry", 400, "a key that expired in 2020 was answered 400");
  else answers.cannotTell(["pastExpiry"], `a key that expired in 2020 was answered ${expired.status}`);
  const other = isOk(expired)
    ? expired
    : await line.createKey(id, KEYS, asked(talk, { body: { subaccountId: id, name } }));
  const keyId = textAt(other.body, "data", "id");
  if (keyId === undefined || !isOk(await revoke(talk, id, keyId))) {
    answers.cannotTell(["secondRevoke"], "there was no second key to revoke");
    return;
  }
  const again = await revoke(talk, id, keyId);
  const status = oneOf(again, 200, 404);
  if (status === undefined)
    answers.cannotTell(["secondRevoke"], `a second DELETE of a key was answered ${again.status}`);
  else answers.tell("secondRevoke", status, `a second DELETE of a key was answered ${status}`);
}

/** A key for an account that there is not; should one be made, it is revoked. */
async function askUnknownAccount(talk: BctrlTalk, name: string): Promise<void> {
  const { line, answers } = talk;
  const nobody = randomBytes(16).toString("base64url").slice(0, 21);
  line.own(nobody);
  const reply = await line.createKey(nobody, KEYS, asked(talk, { body: { subaccountId: nobody, name } }));
  const status = oneOf(reply, 400, 403, 404);
  if (status !== undefined) {
    answers.tell("keyCreateForUnknown", status, `a key for an unknown account was answered ${status}`);
    return;
  }
  answers.cannotTell(["keyCreateForUnknown"], `a key for an unknown account was answered ${reply.status}`);
  const keyId = textAt(reply.body, "data", "id");
  if (isOk(reply) && keyId !== undefined) await revoke(talk, nobody, keyId);
}

/** A second account, with the name and the external id of the first; or else each by itself. */
async function askSecond(talk: BctrlTalk, first: Made): Promise<Made | undefined> {
  const { answers, names } = talk;
  const twin = await create(talk, first.name, first.name);
  if (twin.made !== undefined) {
    answers.tell("duplicateName", "accept", "a second account took the name of the first");
    answers.tell("duplicateExternalId", "accept", "a second account took the externalId of the first");
    return twin.made;
  }
  const name = names.fresh();
  const { made } = await create(talk, name, name);
  if (twin.reply.status !== 409 || made === undefined) {
    const why = `name and externalId of another account were answered ${twin.reply.status}`;
    answers.cannotTell(["duplicateName", "duplicateExternalId", "duplicateCountsArchived"], why);
    return made;
  }
  for (const [field, answer] of [
    ["name", "duplicateName"],
    ["externalId", "duplicateExternalId"],
  ] as const) {
    const reply = await patch(talk, made.id, { [field]: first.name });
    if (isOk(reply)) answers.tell(answer, "accept", `another account took the ${field} of the first`);
    else if (reply.status === 409)
      answers.tell(answer, 409, `the ${field} of another account was answered 409`);
    else answers.cannotTell([answer], `the ${field} of another account was answered ${reply.status}`);
  }
  return made;
}

async function askArchive(talk: BctrlTalk, { id, name }: Made, key: Key | undefined): Promise<void> {
  const { line, answers, lag, ended } = talk;
  await line.change("POST", id, `${of(id)}/archive`, asked(talk));
  await lag.settle();
  const get = await line.get(of(id), asked(talk));
  if (isArchived(get) !== true) {
    answers.cannotTell(
      ["getArchived", "patchArchived", "secondArchive", "keyCreateOnArchived"],
      "the archive call did not archive the account",
    );
    return;
  }
  if (isOk(get)) answers.tell("getArchived", "ok", "an archived account is shown");
  else answers.tell("getArchived", 404, "an archived account was answered 404");
  await askKeysOfArchived(talk, id, name, key);
  const renamed = await patch(talk, id, { name });
  if (isOk(renamed)) answers.tell("patchArchived", "ok", "a PATCH of an archived account was taken");
  else if (renamed.status === 409)
    answers.tell("patchArchived", 409, "a PATCH of an archived account was answered 409");
  else answers.cannotTell(["patchArchived"], `a PATCH of an archived account was answered ${renamed.status}`);
  const again = await line.change("POST", id, `${of(id)}/archive`, asked(talk));
  const status = oneOf(again, 200, 404);
  if (status === undefined)
    answers.cannotTell(["secondArchive"], `a second archive call was answered ${again.status}`);
  else answers.tell("secondArchive", status, `a second archive call was answered ${status}`);
  ended.add(id);
  const found = await isFound(talk, name, id);
  if (found) answers.tell("listWithoutStatus", "all", "a listing without status shows an archived account");
  else if (found === false)
    answers.tell("listWithoutStatus", "active", "a listing without status shows no archived account");
  else answers.cannotTell(["listWithoutStatus"], "a listing by externalId does not tell");
}

/** Whether keys work after the archive call, and may be made; both are revoked. */
async function askKeysOfArchived(
  talk: BctrlTalk,
  id: string,
  name: string,
  key: Key | undefined,
): Promise<void> {
  const { line, answers } = talk;
  const me =
    key === undefined
      ? undefined
      : await line.get(WHOAMI, asked(talk, { headers: { authorization: `Bearer ${key.secret}` } }));
  if (me && isOk(me)) answers.tell("archivedKeysWork", true, "a key of an archived account works");
  else if (me?.status === 401)
    answers.tell("archivedKeysWork", false, "a key of an archived account was answered 401");
  else
    answers.cannotTell(
      ["archivedKeysWork"],
      `a key of an archived account was answered ${me?.status ?? "nothing"}`,
    );
  const created = await line.createKey(id, KEYS, asked(talk, { body: { subaccountId: id, name } }));
  if (isOk(created))
    answers.tell("keyCreateOnArchived", "ok", "an archived account got a key, which was revoked");
  else if (created.status === 403)
    answers.tell("keyCreateOnArchived", 403, "a key for an archived account was answered 403");
  else
    answers.cannotTell(
      ["keyCreateOnArchived"],
      `a key for an archived account was answered ${created.status}`,
    );
  const ids = [key?.id, textAt(created.body, "data", "id")].filter((each) => each !== undefined);
  for (const each of ids) await revoke(talk, id, each);
}

/** Whether an archived account's name or external id is still taken. */
async function askArchivedDuplicate(talk: BctrlTalk, first: Made, second: Made): Promise<void> {
  const { answers } = talk;
  const field =
    answers.value("duplicateExternalId") === 409
      ? "externalId"
      : answers.value("duplicateName") === 409
        ? "name"
        : undefined;
  if (field === undefined) {
    answers.cannotTell(["duplicateCountsArchived"], "names and externalIds may be there twice");
    return;
  }
  const reply = await patch(talk, second.id, { [field]: first.name });
  if (isOk(reply))
    answers.tell("duplicateCountsArchived", false, `the ${field} of an archived account was taken`);
  else if (reply.status === 409)
    answers.tell("duplicateCountsArchived", true, `the ${field} of an archived account was answered 409`);
  else
    answers.cannotTell(
      ["duplicateCountsArchived"],
      `the ${field} of an archived account was answered ${reply.status}`,
    );
}

/** The spending cap of the second account's default space, which a key may not be allowed to set. */
async function askCap(talk: BctrlTalk, second: Made | undefined): Promise<void> {
  const { line, answers } = talk;
  const spaceId = second?.spaceId;
  if (second === undefined || spaceId === undefined || line.left < 3) {
    const why = line.left < 3 ? TOO_FEW : "there is no default space to set a cap of";
    answers.cannotTell(["spendingCapByKey", "clampSpendingCap"], why);
    return;
  }
  const path = `/v1/spaces/${encodeURIComponent(spaceId)}/spending-cap`;
  const headers = { "bctrl-subaccount-id": second.id };
  const sent = [100, 200] as const;
  const stored: unknown[] = [];
  for (const amount of sent) {
    const reply = await line.change(
      "PATCH",
      second.id,
      path,
      asked(talk, { headers, body: { amount, currency: "USD" } }),
    );
    if (!isOk(reply)) {
      const why = `a PATCH of a spending cap was answered ${reply.status}`;
      if (reply.status === 403) answers.tell("spendingCapByKey", 403, why);
      else answers.cannotTell(["spendingCapByKey"], why);
      answers.cannotTell(["clampSpendingCap"], why);
      return;
    }
    stored.push(at(reply.body, "amount"));
  }
  answers.tell("spendingCapByKey", "accept", "a PATCH of a spending cap was taken");
  await talk.lag.settle();
  stored[1] = at((await line.get(path, asked(talk, { headers }))).body, "amount");
  const pair = [stored[0], stored[1]] as const;
  const clamp = clampOf(sent, pair);
  if (clamp) answers.tell("clampSpendingCap", clamp.clamp, clamp.because);
  else answers.cannotTell(["clampSpendingCap"], noClamp(sent, pair));
}
