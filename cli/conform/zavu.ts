import type { ZavuSwitches } from "../../emulator";
import { noScratch, noteMade, refuseUnended, type Subject, type Talk } from "./interview";
import { tellKey } from "./keys";
import { type Raw, TOO_FEW } from "./line";
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

type ZavuTalk = Talk<ZavuSwitches>;

const ALL = "/v1/sub-accounts";
const of = (id: string) => `${ALL}/${encodeURIComponent(id)}`;
/** The vendor's largest `limit`. */
const PAGE = 100;

/** Zavu's questions. Contract: https://docs.zavu.dev/api-reference/sub-accounts/create-sub-account */
export const zavuSubject: Subject<ZavuSwitches> = {
  name: "zavu",
  remains: "its row stays at Zavu, inactive",
  list,
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
    await askLimits(talk, first);
    await askMetadata(talk, first);
    await askNames(talk, first);
    await askKeys(talk, first);
    const second = await askSecond(talk, first);
    if (second !== undefined) await askSuspension(talk, second);
    await askDeactivation(talk, first);
    if (second === undefined) return;
    await askInactiveDuplicate(talk, first, second);
    await askLongestName(talk, second);
    await askKeyOrder(talk, second);
  },
  isUnused: async (_talk, { raw }) => raw["totalSpent"] === 0,
  end: async ({ line }, id) => {
    refuseUnended("Zavu", await line.change("DELETE", id, of(id)));
  },
  callsToEnd: (accounts) => 2 * accounts,
  activeAmong: async ({ line }, ids) => {
    const active: string[] = [];
    for (const id of ids) if (isInactive(await line.get(of(id))) !== true) active.push(id);
    return active;
  },
  endStrayKeys: async (talk, ended) => {
    // A run that was killed left at most its own two accounts so, which are the newest.
    const newest = ended
      .toSorted((one, other) => (other.createdAtMs ?? 0) - (one.createdAtMs ?? 0))
      .slice(0, 2);
    for (const { id } of newest) {
      talk.line.own(id);
      await revokeAll(talk, id);
    }
  },
};

/** Whether a read of an account shows that it ended: as inactive, or by the vendor's own 404. */
function isInactive(reply: Raw): boolean | undefined {
  if (reply.status === 404 && envelopeOf(reply) !== undefined) return true;
  return isOk(reply) ? at(reply.body, "subAccount", "status") === "inactive" : undefined;
}

async function askIdentity({ line, answers }: ZavuTalk): Promise<void> {
  const me = await line.get("/v1/me");
  tellHeaders(answers, line, me);
  tellRate({ answers }, me);
  const team = textAt(me.body, "team", "id");
  answers.tell("teamShown", team !== undefined, `GET /v1/me shows ${team === undefined ? "no" : "a"} team`);
  if (team === undefined) answers.cannotTell(["teamId"], "GET /v1/me shows no team");
  else answers.tell("teamId", team, "GET /v1/me shows it");
  const project = textAt(me.body, "project", "id");
  if (project === undefined) answers.cannotTell(["projectId"], "GET /v1/me shows no project");
  else answers.tell("projectId", project, "GET /v1/me shows it");
  const isTest = at(me.body, "isTestMode");
  if (typeof isTest === "boolean") answers.tell("testMode", isTest, "GET /v1/me shows it");
  else answers.cannotTell(["testMode"], "GET /v1/me shows no isTestMode");
  answers.note("identity", `project ${project ?? "unknown"} of team ${team ?? "unknown"}`);
}

function tellRate({ answers }: Pick<ZavuTalk, "answers">, { header }: Raw): void {
  const [limit, reset] = ["x-ratelimit-limit", "x-ratelimit-reset"].map((name) =>
    Number(header(name) ?? Number.NaN),
  );
  if (limit !== undefined && Number.isFinite(limit))
    answers.tell("requestsPerMinute", limit, `x-ratelimit-limit is ${limit}`);
  else answers.cannotTell(["requestsPerMinute"], "replies have no x-ratelimit-limit");
  const isEpoch = reset !== undefined && Number.isFinite(reset) && reset > 1e8;
  if (isEpoch)
    answers.tell(
      "rateLimitResetUnit",
      reset > 1e11 ? "ms" : "s",
      `x-ratelimit-reset is about ${reset.toExponential(0)}`,
    );
  else answers.cannotTell(["rateLimitResetUnit"], "x-ratelimit-reset is no time since 1970");
}

/** Calls that every vendor refuses, to see how. */
async function askRefusals({ line, answers }: ZavuTalk): Promise<void> {
  const wrongKey = { headers: { authorization: "Bearer subaccounts-conform-no-key" } };
  const refused = await line.get("/v1/me", wrongKey);
  const envelope = envelopeOf(refused);
  if (envelope === undefined)
    answers.cannotTell(["errorEnvelope"], `the ${refused.status} to a wrong key has no code`);
  else answers.tell("errorEnvelope", envelope, `the ${refused.status} to a wrong key is ${envelope}`);
  const large = await line.get(ALL, { query: { limit: String(PAGE + 1) } });
  if (isOk(large)) answers.tell("limitAboveMaximum", "clamp", `limit=${PAGE + 1} was taken`);
  else if (large.status === 400) answers.tell("limitAboveMaximum", 400, `limit=${PAGE + 1} was answered 400`);
  else answers.cannotTell(["limitAboveMaximum"], `limit=${PAGE + 1} was answered ${large.status}`);
}

async function list({ line, answers }: ZavuTalk): Promise<Listing | undefined> {
  return readListing(async (cursor) => {
    const reply = await line.get(ALL, { query: { limit: String(PAGE), cursor } });
    const items = isOk(reply) ? objectsOf(at(reply.body, "items")) : undefined;
    if (items === undefined) answers.note("listing", `answered ${reply.status}, without items`);
    return items && { rows: items.map(toRow), next: at(reply.body, "nextCursor") };
  });
}

function toRow(raw: Record<string, unknown>): Row {
  return {
    id: String(raw["id"]),
    name: String(raw["name"]),
    externalId: textAt(raw, "externalId"),
    isLive: raw["status"] !== "inactive",
    createdAtMs: timeOf(raw["createdAt"]),
    raw,
  };
}

function tellRow({ answers }: ZavuTalk, { raw, isLive }: Row): void {
  if (!isLive) answers.tell("inactiveInList", true, "the listing shows an inactive account");
  const reads = unset(raw, "externalId");
  if (reads !== undefined) answers.tell("unsetReadsAs", reads, `externalId of a listed account is ${reads}`);
}

/** A scratch account. Its external id stays as it is, so that it can be told by it whatever its name is. */
interface Made {
  readonly id: string;
  readonly name: string;
  readonly key: string;
}

async function create(
  talk: ZavuTalk,
  name: string,
  externalId: string,
): Promise<{ reply: Raw; made?: Made }> {
  const reply = await talk.line.createAccount(ALL, { body: { name, externalId } });
  const id = noteMade(talk, reply, { id: textAt(reply.body, "subAccount", "id"), name });
  if (id === undefined) return { reply };
  return { reply, made: { id, name, key: textAt(reply.body, "subAccount", "apiKey") ?? "" } };
}

const patch = ({ line }: ZavuTalk, id: string, body: object) => line.change("PATCH", id, of(id), { body });

async function shown({ line, lag }: ZavuTalk, id: string): Promise<unknown> {
  await lag.settle();
  return at((await line.get(of(id))).body, "subAccount");
}

async function makeFirst(talk: ZavuTalk): Promise<Made> {
  const { line, answers, names, lag } = talk;
  const name = names.fresh();
  const { reply, made } = await create(talk, name, name);
  if (made === undefined) throw noScratch("Zavu", reply.status);
  const account = await lag.measure(answers, async () =>
    at((await line.get(of(made.id))).body, "subAccount"),
  );
  const reads = unset(account, "creditLimit");
  if (reads !== undefined) answers.tell("unsetReadsAs", reads, `creditLimit that was never set is ${reads}`);
  else answers.cannotTell(["unsetReadsAs"], "creditLimit that was never set has a value");
  return made;
}

async function askLimits(talk: ZavuTalk, { id }: Made): Promise<void> {
  const { answers } = talk;
  await patch(talk, id, { creditLimit: 0 });
  const zero = await shown(talk, id);
  const sent = [500, 700] as const;
  const stored: unknown[] = [];
  let replied: unknown;
  for (const creditLimit of sent) {
    replied = at((await patch(talk, id, { creditLimit })).body, "subAccount", "creditLimit");
    stored.push(at(await shown(talk, id), "creditLimit"));
  }
  const pair = [stored[0], stored[1]] as const;
  const clamp = clampOf(sent, pair);
  if (clamp) answers.tell("clampCreditLimit", clamp.clamp, clamp.because);
  else answers.cannotTell(["clampCreditLimit"], noClamp(sent, pair));
  const echo = clamp?.clamp === undefined ? undefined : echoOf(sent[1], replied, stored[1]);
  if (echo) answers.tell("clampEchoes", echo.isEcho, echo.because);
  else answers.cannotTell(["clampEchoes"], "nothing was stored otherwise than it was asked for");
  const isStored = clamp !== undefined && (clamp.clamp === undefined || clamp.clamp === 0);
  const reads = at(zero, "creditLimit") === 0 ? 0 : unset(zero, "creditLimit");
  if (isStored && reads !== undefined)
    answers.tell("zeroLimitReadsAs", reads, `creditLimit: 0 reads ${reads}`);
  else answers.cannotTell(["zeroLimitReadsAs"], "a limit of 0 is not stored as it is");
}

async function askMetadata(talk: ZavuTalk, { id }: Made): Promise<void> {
  const { answers } = talk;
  const reply = await patch(talk, id, { metadata: METADATA.first });
  await patch(talk, id, { metadata: METADATA.second });
  const account = await shown(talk, id);
  const isInReply = has(at(reply.body, "subAccount"), "metadata");
  if (!isOk(reply) || !has(account, "metadata"))
    answers.cannotTell(["metadataShownIn"], "metadata is not shown at all");
  else
    answers.tell(
      "metadataShownIn",
      isInReply ? "all" : "single reads",
      `the reply to a PATCH shows ${isInReply ? "" : "no "}metadata`,
    );
  tellMetadata(answers, at(account, "metadata"));
  if (answers.value("metadata") !== "merge") return;
  await patch(talk, id, { metadata: METADATA.third });
  tellMergeNull(answers, at(await shown(talk, id), "metadata"));
}

/** Lengths that vendors use for their longest name. */
const LENGTHS = [100, 128, 150, 200, 255, 256, 300, 500, 512, 1_000, 1_024];

async function askNames(talk: ZavuTalk, { id, name }: Made): Promise<void> {
  const { answers } = talk;
  const empty = await patch(talk, id, {});
  if (isOk(empty)) answers.tell("emptyPatch", "ok", "a PATCH without fields was taken");
  else if (empty.status === 400) answers.tell("emptyPatch", 400, "a PATCH without fields was answered 400");
  else answers.cannotTell(["emptyPatch"], `a PATCH without fields was answered ${empty.status}`);
  const odd = name + ODD_END;
  const renamed = await patch(talk, id, { name: odd });
  if (isOk(renamed)) tellNormalization(answers, odd, at(await shown(talk, id), "name"));
  else answers.cannotTell(["normalizes"], `a PATCH of the name was answered ${renamed.status}`);
  const nameless = await patch(talk, id, { name: "" });
  if (isOk(nameless)) answers.tell("emptyName", "accept", "an empty name was taken");
  else if (nameless.status === 400) answers.tell("emptyName", 400, "an empty name was answered 400");
  else answers.cannotTell(["emptyName"], `an empty name was answered ${nameless.status}`);
  await patch(talk, id, { name });
}

/** The longest name, where it is at a usual length. The documented one is tried first. */
async function askLongestName(talk: ZavuTalk, { id, name }: Made): Promise<void> {
  const { line, answers } = talk;
  const fits = async (length: number) =>
    isOk(await patch(talk, id, { name: `${name}-`.padEnd(length, "x") }));
  let [low, high] = [-1, LENGTHS.length];
  let middle = LENGTHS.indexOf(200);
  while (high - low > 1 && line.left > 2) {
    const length = LENGTHS[middle] ?? 0;
    if (!(await fits(length))) high = middle;
    else if (await fits(length + 1)) low = middle;
    else {
      answers.tell(
        "patchNameMaxLength",
        length,
        `a name of ${length} characters was taken, of ${length + 1} not`,
      );
      return;
    }
    middle = Math.floor((low + high) / 2);
  }
  answers.cannotTell(
    ["patchNameMaxLength"],
    high - low > 1 ? TOO_FEW : "the longest name is at no usual length",
  );
}

/** The keys of an account, in the order of the listing; `first` is the first page as it is. */
async function keysOf({ line, lag }: ZavuTalk, id: string) {
  await lag.settle();
  let first: unknown;
  const listing = await readListing(async (cursor) => {
    const { body } = await line.get(`${of(id)}/api-keys`, { query: { cursor } });
    first ??= body;
    const items = objectsOf(at(body, "items"));
    return items && { rows: items.map(toRow), next: at(body, "nextCursor") };
  });
  return { items: (listing?.rows ?? []).map(({ raw }) => raw), first };
}

const isRevoked = (key: unknown) => at(key, "revokedAt") != null;

async function revokeAll(talk: ZavuTalk, id: string): Promise<void> {
  for (const key of (await keysOf(talk, id)).items.filter((each) => !isRevoked(each)))
    await talk.line.change("DELETE", id, `${of(id)}/api-keys/${encodeURIComponent(String(key["id"]))}`);
}

async function askKeys(talk: ZavuTalk, { id, name }: Made): Promise<void> {
  const { line, answers } = talk;
  const own = (await keysOf(talk, id)).items;
  const ownName = own.length === 1 ? textAt(own[0], "name") : undefined;
  if (ownName === undefined)
    answers.cannotTell(["ownKeyName"], `a new account has ${own.length} keys, or one without a name`);
  else answers.tell("ownKeyName", ownName, "the one key of a new account has it");
  const reply = await line.createKey(id, `${of(id)}/api-keys`, { body: { name } });
  const status = oneOf(reply, 200, 201);
  const [keyId, secret] = [textAt(reply.body, "apiKey", "id"), textAt(reply.body, "apiKey", "key")];
  if (status === undefined || keyId === undefined || secret === undefined) {
    const names = ["keyCreateStatus", "secondRevoke", "revokedKeysInList", "keyPageSize"] as const;
    answers.cannotTell([...names, ...KEY_SHAPE], `the create of a key was answered ${reply.status}`);
    return;
  }
  answers.tell("keyCreateStatus", status, `the create of a key was answered ${status}`);
  await line.get("/v1/me", { headers: { authorization: `Bearer ${secret}` } });
  const { items, first } = await keysOf(talk, id);
  tellKeyPages(talk, first, items.length);
  const listed = items.find((key) => key["id"] === keyId);
  if (listed) tellKey(answers, listed, secret, "number");
  else answers.cannotTell(KEY_SHAPE, "the listing does not show a new key");
  const path = `${of(id)}/api-keys/${encodeURIComponent(keyId)}`;
  const revoked = await line.change("DELETE", id, path);
  if (!isOk(revoked)) {
    answers.cannotTell(
      ["secondRevoke", "revokedKeysInList"],
      `a key's DELETE was answered ${revoked.status}`,
    );
    return;
  }
  const again = await line.change("DELETE", id, path);
  const second = oneOf(again, 204, 404);
  if (second === undefined)
    answers.cannotTell(["secondRevoke"], `a second DELETE of a key was answered ${again.status}`);
  else answers.tell("secondRevoke", second, `a second DELETE of a key was answered ${second}`);
  const isThere = (await keysOf(talk, id)).items.some((key) => key["id"] === keyId);
  answers.tell("revokedKeysInList", isThere, `the listing shows ${isThere ? "a" : "no"} revoked key`);
}

const KEY_SHAPE = [
  "shortKeyPrefix",
  "keyPrefixShown",
  "lastUseShown",
  "keyCreatedAt",
  "keyTimeUnit",
] as const;

function tellKeyPages({ answers }: ZavuTalk, first: unknown, count: number): void {
  const onFirst = objectsOf(at(first, "items"))?.length ?? 0;
  if (!has(first, "nextCursor"))
    answers.tell("keyPageSize", undefined, "the listing of keys has no nextCursor");
  else if (onFirst < count)
    answers.tell("keyPageSize", onFirst, `the first page of keys has ${onFirst} of ${count}`);
  else
    answers.cannotTell(["keyPageSize"], `the listing of keys has pages, and one of them holds all ${count}`);
}

/** A second account, with the external id of the first. */
async function askSecond(talk: ZavuTalk, first: Made): Promise<Made | undefined> {
  const { answers, names } = talk;
  const twin = await create(talk, names.fresh(), first.name);
  if (twin.made !== undefined) {
    answers.tell("duplicateExternalId", "accept", "a second account took the externalId of the first");
    answers.cannotTell(["duplicateCountsInactive"], "an externalId may be there twice");
    return twin.made;
  }
  const name = names.fresh();
  const { made } = await create(talk, name, name);
  if (twin.reply.status === 409 && made !== undefined)
    answers.tell(
      "duplicateExternalId",
      409,
      "the externalId of another account was answered 409, a new one was taken",
    );
  else
    answers.cannotTell(
      ["duplicateExternalId", "duplicateCountsInactive"],
      `the externalId of another account was answered ${twin.reply.status}`,
    );
  return made;
}

/** Whether a suspension by PATCH revokes the keys, as DELETE does. */
async function askSuspension(talk: ZavuTalk, { id, key }: Made): Promise<void> {
  const { line, answers, lag } = talk;
  const off = await patch(talk, id, { status: "inactive" });
  const on = await patch(talk, id, { status: "active" });
  await lag.settle();
  const me = await line.get("/v1/me", { headers: { authorization: `Bearer ${key}` } });
  if (!isOk(off) || !isOk(on) || key === "") {
    const why = `PATCH status was answered ${off.status} and ${on.status}, or there is no key to try`;
    answers.cannotTell(["statusInactiveRevokesKeys"], why);
  } else if (isOk(me)) {
    answers.tell("statusInactiveRevokesKeys", false, "a key works again after inactive and active");
  } else if (me.status === 401) {
    answers.tell("statusInactiveRevokesKeys", true, "a key does not work any more after inactive and active");
  } else {
    answers.cannotTell(
      ["statusInactiveRevokesKeys"],
      `a key was answered ${me.status} after inactive and active`,
    );
  }
}

async function askDeactivation(talk: ZavuTalk, { id, name }: Made): Promise<void> {
  const { line, answers, lag, ended } = talk;
  await zavuSubject.end(talk, id);
  await lag.settle();
  const get = await line.get(of(id));
  if (!isInactive(get)) {
    answers.cannotTell(
      ["secondDelete", "getInactive", "patchInactive", "keyCreateOnInactive", "inactiveInList"],
      "a DELETE did not make the account inactive",
    );
    return;
  }
  if (isOk(get)) answers.tell("getInactive", "ok", "an inactive account is shown");
  else answers.tell("getInactive", 404, `an inactive account is answered ${get.status}`);
  const renamed = await patch(talk, id, { name });
  if (isOk(renamed)) answers.tell("patchInactive", "ok", "a PATCH of an inactive account was taken");
  else if (renamed.status === 400)
    answers.tell("patchInactive", 400, "a PATCH of an inactive account was answered 400");
  else answers.cannotTell(["patchInactive"], `a PATCH of an inactive account was answered ${renamed.status}`);
  await askKeyOfInactive(talk, id, name);
  const again = await line.change("DELETE", id, of(id));
  const status = oneOf(again, 200, 404);
  if (status === undefined)
    answers.cannotTell(["secondDelete"], `a second DELETE was answered ${again.status}`);
  else answers.tell("secondDelete", status, `a second DELETE was answered ${status}`);
  ended.add(id);
  if (answers.value("inactiveInList") !== undefined) return;
  const listing = await list(talk);
  const isThere = listing?.rows.some((row) => row.id === id);
  if (isThere) answers.tell("inactiveInList", true, "the listing shows an account that was deactivated");
  else if (listing?.isComplete)
    answers.tell("inactiveInList", false, "no page of the listing shows an account that was deactivated");
  else answers.cannotTell(["inactiveInList"], "the listing was not read to its end");
}

async function askKeyOfInactive(talk: ZavuTalk, id: string, name: string): Promise<void> {
  const { line, answers } = talk;
  const reply = await line.createKey(id, `${of(id)}/api-keys`, { body: { name } });
  if (isOk(reply)) {
    answers.tell("keyCreateOnInactive", "ok", "an inactive account got a key, which was revoked");
    const keyId = textAt(reply.body, "apiKey", "id");
    if (keyId === undefined) await revokeAll(talk, id);
    else await line.change("DELETE", id, `${of(id)}/api-keys/${encodeURIComponent(keyId)}`);
  } else if (reply.status === 400) {
    answers.tell("keyCreateOnInactive", 400, "a key for an inactive account was answered 400");
  } else {
    answers.cannotTell(["keyCreateOnInactive"], `a key for an inactive account was answered ${reply.status}`);
  }
}

/** Whether an inactive account's external id is still taken. */
async function askInactiveDuplicate(talk: ZavuTalk, first: Made, second: Made): Promise<void> {
  const { answers } = talk;
  if (answers.value("duplicateExternalId") !== 409) return;
  const reply = await patch(talk, second.id, { externalId: first.name });
  if (isOk(reply))
    answers.tell("duplicateCountsInactive", false, "the externalId of an inactive account was taken");
  else if (reply.status === 409)
    answers.tell("duplicateCountsInactive", true, "the externalId of an inactive account was answered 409");
  else
    answers.cannotTell(
      ["duplicateCountsInactive"],
      `the externalId of an inactive account was answered ${reply.status}`,
    );
}

/** So many keys are in order by chance once in 5,040 listings. */
const ENOUGH_KEYS = 7;

/** The order of the key listing, by keys that are made one after the other and end with their account. */
async function askKeyOrder(talk: ZavuTalk, { id, name }: Made): Promise<void> {
  const { line, answers } = talk;
  const pages =
    answers.get("keyPageSize")?.state === "told" && answers.value("keyPageSize") === undefined ? 1 : 9;
  if (line.left < ENOUGH_KEYS + pages) {
    answers.cannotTell(["keyOrder"], TOO_FEW);
    return;
  }
  const made: unknown[] = [];
  for (let count = 0; count < ENOUGH_KEYS; count++) {
    const reply = await line.createKey(id, `${of(id)}/api-keys`, { body: { name } });
    made.push(textAt(reply.body, "apiKey", "id"));
  }
  const { items, first } = await keysOf(talk, id);
  tellKeyPages(talk, first, items.length);
  const places = items.map((key) => made.indexOf(key["id"])).filter((place) => place >= 0);
  const steps = places.slice(1).map((place, index) => Math.sign(place - (places[index] ?? 0)));
  if (steps.includes(1) && steps.includes(-1))
    answers.tell("keyOrder", "unordered", "keys made one after the other are not so listed");
  else if (places.length === ENOUGH_KEYS)
    answers.tell(
      "keyOrder",
      steps.includes(1) ? "oldest" : "newest",
      `${ENOUGH_KEYS} keys are listed in the order in which they were made, or the other way`,
    );
  else answers.cannotTell(["keyOrder"], `the listing showed ${places.length} of ${ENOUGH_KEYS} keys`);
}
