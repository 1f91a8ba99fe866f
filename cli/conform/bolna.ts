import { randomUUID } from "node:crypto";
import type { BolnaSwitches } from "../../emulator";
import { noScratch, noteMade, refuseUnended, type Subject, type Talk } from "./interview";
import type { Raw } from "./line";
import { gapOf, type Listing, type Page, type Row, readListing } from "./pages";
import { at, has, isOk, objectsOf, oneOf, tellHeaders, textAt } from "./replies";
import { clampOf, echoOf, noClamp, ODD_END, tellNormalization } from "./writes";

type BolnaTalk = Talk<BolnaSwitches>;

const LIST = "/sub-accounts/all";
const ENVELOPES = ["data", "items", "results"] as const;

/** Bolna's questions. Contract: https://www.bolna.ai/docs/api-reference/sub-accounts/overview */
export const bolnaSubject: Subject<BolnaSwitches> = {
  name: "bolna",
  remains: "nothing of it stays at Bolna",
  list,
  read: async (talk) => {
    await askIdentity(talk);
    await askRefusals(talk);
    const listing = await list(talk);
    if (listing === undefined) return undefined;
    for (const row of listing.rows) tellRow(talk, row);
    if (listing.rows.length === 0)
      talk.answers.cannotTell(["generation", "organizationId"], "there is no account to see it by");
    return listing;
  },
  scratch: async (talk, before) => {
    const scratch = await makeFirst(talk);
    await askStored(talk, scratch);
    await askPool(talk, scratch);
    await askSecond(talk, scratch, before);
    await askDelete(talk, scratch.id);
  },
  isUnused: async ({ line }, { id }) => {
    const from = new Date(line.nowMs() - 30 * 24 * 3_600_000).toISOString();
    const { body } = await line.get(`/sub-accounts/${id}/usage`, { query: { from } });
    return at(body, "total_records") === 0;
  },
  /** For ever: so the id is one that a create of this run answered, or of a listed name that proves itself. */
  end: async ({ line }, id) => {
    refuseUnended("Bolna", await line.change("DELETE", id, `/sub-accounts/${id}`));
  },
  callsToEnd: (accounts, pages) => (accounts === 0 ? 0 : accounts + pages),
  activeAmong: async (talk, ids) => {
    let active: readonly string[] | undefined = ids;
    for (let look = 0; look < LOOKS && active?.length !== 0; look++) {
      const listing = await list(talk);
      active = listing?.isComplete
        ? ids.filter((id) => listing.rows.some((row) => row.id === id))
        : undefined;
    }
    return active;
  },
};

/** The listing is asked so often for an account that was deleted. */
const LOOKS = 6;

async function askIdentity({ line, answers }: BolnaTalk): Promise<void> {
  const me = await line.get("/user/me");
  tellHeaders(answers, line, me);
  const pool = at(me.body, "concurrency", "max");
  if (typeof pool === "number") {
    answers.tell("concurrencyPool", pool, `GET /user/me has concurrency.max ${pool}`);
    answers.note("identity", `a user whose organization may have ${pool} calls at once`);
  } else {
    answers.cannotTell(["concurrencyPool"], `GET /user/me answered ${me.status} without concurrency.max`);
  }
}

/** Calls that every vendor refuses, to see how. */
async function askRefusals({ line, answers }: BolnaTalk): Promise<void> {
  const wrongKey = { headers: { authorization: "Bearer subaccounts-conform-no-key" } };
  const refused = await line.get("/user/me", wrongKey);
  const status = oneOf(refused, 401, 403);
  if (status === undefined) {
    answers.cannotTell(["badKeyStatus", "bodilessAuthErrors"], `a wrong key was answered ${refused.status}`);
  } else {
    answers.tell("badKeyStatus", status, `a wrong key was answered ${status}`);
    answers.tell(
      "bodilessAuthErrors",
      refused.isBodiless,
      `the ${status} has ${refused.isBodiless ? "no" : "a"} body`,
    );
  }
  const badQuery = await line.get("/sub-accounts/all/usage", { query: { from: "no-time" } });
  const isList = badQuery.status === 422 && Array.isArray(at(badQuery.body, "detail"));
  if (isList) answers.tell("badFields", "detail list", "a bad query was answered 422 with a detail list");
  else if (badQuery.status === 400) answers.tell("badFields", "message", "a bad query was answered 400");
  else answers.cannotTell(["badFields"], `a bad query was answered ${badQuery.status}`);
  const unknown = await line.get(`/sub-accounts/${randomUUID()}/usage`);
  const answer = oneOf(unknown, 400, 404);
  if (answer === undefined)
    answers.cannotTell(["unknownIdStatus"], `the usage of an unknown id was answered ${unknown.status}`);
  else answers.tell("unknownIdStatus", answer, `the usage of an unknown id was answered ${answer}`);
}

const PAGE_SWITCHES = ["pageSize", "emptyPages", "endlessPages"] as const;

/** Reads the listing in whichever envelope it comes, and tells which that is. */
async function list(talk: BolnaTalk): Promise<Listing | undefined> {
  const isPaged = talk.answers.value("listEnvelope") === "paged";
  const listing = isPaged ? await readListing((cursor) => pageAt(talk, cursor)) : await firstList(talk);
  if (listing && talk.answers.value("listEnvelope") === "paged") tellPages(talk, listing);
  return listing;
}

/** An account as it is listed; undefined where it is not. */
async function find(talk: BolnaTalk, id: string): Promise<Row | undefined> {
  const isIt = (row: Row) => row.id === id;
  const isPaged = talk.answers.value("listEnvelope") === "paged";
  const listing = isPaged ? await readListing((cursor) => pageAt(talk, cursor), isIt) : await firstList(talk);
  return listing?.rows.find(isIt);
}

async function pageAt({ line }: BolnaTalk, cursor: string | undefined): Promise<Page | undefined> {
  return pageOf(await line.get(LIST, { query: { page_number: cursor ?? "1", page_size: "50" } }));
}

async function firstList(talk: BolnaTalk): Promise<Listing | undefined> {
  const { line, answers } = talk;
  const reply = await line.get(LIST);
  if (!isOk(reply)) return refusedList(talk, reply);
  answers.tell("enterprise", true, "the accounts are listed");
  const whole = pageOf(reply);
  if (whole === undefined) {
    const why = "the listing has a shape that the emulator does not know";
    answers.cannotTell(["listEnvelope", "emptyList"], why);
    return undefined;
  }
  const { rows } = whole;
  tellEnvelope(talk, reply, rows.length);
  if (envelopeOf(reply) === "paged") return readListing((cursor) => pageAt(talk, cursor));
  answers.cannotTell(PAGE_SWITCHES, "the listing has no pages");
  return { rows, isComplete: true, sizes: [rows.length], end: "nowhere", lastNext: undefined };
}

function refusedList({ answers }: BolnaTalk, { status, body }: Raw): undefined {
  const said = JSON.stringify(body ?? "");
  if (status === 403 && /enterprise/i.test(said)) {
    answers.tell("enterprise", false, "the listing was refused with 403 as an enterprise feature");
  } else {
    const why = `the listing was answered ${status}: the key may not be an admin's, or the organization may not have sub-accounts`;
    answers.cannotTell(["enterprise"], why);
  }
  answers.note("listing", `answered ${status}, so that nothing more can be asked with this key`);
  return undefined;
}

function envelopeOf({ body }: Raw): BolnaSwitches["listEnvelope"] | undefined {
  if (Array.isArray(body)) return "array";
  if (has(body, "has_more") && Array.isArray(at(body, "data"))) return "paged";
  return ENVELOPES.find((name) => Array.isArray(at(body, name)));
}

function pageOf(reply: Raw): Page | undefined {
  if (!isOk(reply)) return undefined;
  if (reply.isBodiless || reply.body === null) return { rows: [], next: undefined };
  const envelope = envelopeOf(reply);
  if (envelope === undefined) return undefined;
  const items = objectsOf(
    envelope === "array" ? reply.body : at(reply.body, envelope === "paged" ? "data" : envelope),
  );
  const rows = items?.map(
    (raw): Row => ({ id: String(raw["id"]), name: String(raw["name"]), isLive: true, raw }),
  );
  const page = at(reply.body, "page");
  const isMore = at(reply.body, "has_more") === true && typeof page === "number";
  return rows && { rows, next: isMore ? String(page + 1) : undefined };
}

function tellEnvelope({ answers }: BolnaTalk, reply: Raw, count: number): void {
  const envelope = envelopeOf(reply);
  if (envelope === undefined) {
    const form = reply.isBodiless ? "no body" : "null";
    answers.tell("emptyList", form, `a listing without accounts is ${form}`);
    answers.cannotTell(["listEnvelope"], `a listing without accounts is ${form}`);
    return;
  }
  answers.tell(
    "listEnvelope",
    envelope,
    `the listing is ${envelope === "array" ? "a bare array" : envelope}`,
  );
  if (count > 0) answers.cannotTell(["emptyList"], "the listing is not empty");
  else answers.tell("emptyList", "array", "a listing without accounts is an array like any other");
}

function tellPages({ answers }: BolnaTalk, { sizes, end, rows }: Listing): void {
  const gap = gapOf(sizes);
  if (gap === undefined) {
    answers.cannotTell(["pageSize", "emptyPages"], `the listing has one page, of ${rows.length} accounts`);
  } else {
    answers.tell(
      "pageSize",
      sizes[0] ?? 0,
      `the first page of several has ${sizes[0]} of the 50 that were asked for`,
    );
    answers.tell("emptyPages", gap, `${gap} empty pages came before the second one`);
  }
  if (end === "unread") answers.cannotTell(["endlessPages"], "the last page was not read");
  else
    answers.tell(
      "endlessPages",
      end !== "nowhere",
      end === "nowhere" ? "the listing ends" : "the first page came again",
    );
}

/** Tells the organization and the generation by an account in the listing. */
function tellRow({ answers }: BolnaTalk, { raw }: Row): void {
  const organization = textAt(raw, "organization_id");
  if (organization !== undefined)
    answers.tell("organizationId", organization, `a listed account has organization_id ${organization}`);
  const [calls, minimum] = [has(raw, "allow_concurrent_calls"), has(raw, "min_concurrency")];
  const generation = calls ? (minimum ? "both" : "calls") : minimum ? "minimum" : undefined;
  if (generation === undefined) answers.cannotTell(["generation"], "a listed account shows no concurrency");
  else
    answers.tell(
      "generation",
      generation,
      `a listed account shows ${{ calls: "allow_concurrent_calls", minimum: "min_concurrency", both: "both fields" }[generation]}`,
    );
}

/** A scratch account and how its concurrency is set. */
interface Made {
  readonly id: string;
  name: string;
  readonly field: "allow_concurrent_calls" | "min_concurrency";
  /** What was asked for at first, and what the create answered. */
  readonly asked: number;
  readonly replied: unknown;
  stored: unknown;
}

const isRefused = ({ status }: Raw): boolean => status === 400 || status === 422;
const isOfPool = ({ body }: Raw): boolean =>
  typeof at(body, "details", "account_limit") === "number" ||
  /concurrency limit/i.test(JSON.stringify(body ?? ""));

/** Makes the first account, in the words of the generation that the listing shows, or of either. */
async function makeFirst(talk: BolnaTalk): Promise<Made> {
  const { line, answers, names, lag } = talk;
  const known = answers.value("generation");
  const fields = (["allow_concurrent_calls", "min_concurrency"] as const).filter(
    (field) => known === undefined || (known === "minimum") === (field === "min_concurrency"),
  );
  const name = names.fresh();
  let status = 0;
  for (const field of fields) {
    const asked = field === "min_concurrency" ? 0 : 1;
    const reply = await line.createAccount("/sub-accounts/create", { body: { name, [field]: asked } });
    const id = noteMade(talk, reply, { id: textAt(reply.body, "id"), name });
    status = reply.status;
    if (id === undefined) {
      answers.note("create", `a create with ${field} was answered ${status}`);
      if (isOk(reply)) break;
      continue;
    }
    const row = await lag.measure(answers, async () =>
      (await list(talk))?.rows.find((each) => each.id === id),
    );
    tellRow(talk, row);
    const isOfOther = !has(row.raw, field);
    if (!isOfOther) return { id, name, field, asked, replied: at(reply.body, field), stored: row.raw[field] };
    answers.tell("otherGeneration", "ignore", `a create with ${field} was taken without effect`);
    const shown = field === "min_concurrency" ? "allow_concurrent_calls" : "min_concurrency";
    await line.change("PATCH", id, `/sub-accounts/${id}`, { body: { [shown]: 0 } });
    await lag.settle();
    const stored = (await find(talk, id))?.raw[shown];
    return { id, name, field: shown, asked: 0, replied: undefined, stored };
  }
  throw noScratch("Bolna", status);
}

/** What becomes of names and numbers that are sent. */
async function askStored(talk: BolnaTalk, scratch: Made): Promise<void> {
  const { line, answers, lag } = talk;
  const { id, name, field, asked, replied } = scratch;
  const patch = (body: object) => line.change("PATCH", id, `/sub-accounts/${id}`, { body });
  const shown = async () => {
    await lag.settle();
    return (await find(talk, id))?.raw ?? {};
  };
  const odd = name + ODD_END;
  const second = field === "min_concurrency" ? 1 : 2;
  const both = await patch({ name: odd, [field]: second });
  const renamed = isOk(both) ? both : await patch({ name: odd });
  const row = await shown();
  if (isOk(renamed)) tellNormalization(answers, odd, row["name"]);
  else answers.cannotTell(["normalizes"], `a PATCH of the name was answered ${renamed.status}`);
  if (!isOk(both)) {
    answers.cannotTell(
      ["clampConcurrentCalls", "clampEchoes"],
      `a PATCH of ${field} was answered ${both.status}`,
    );
  } else {
    const first = scratch.stored;
    const sent = [asked, second] as const;
    const clamp = clampOf(sent, [first, row[field]]);
    if (clamp) answers.tell("clampConcurrentCalls", clamp.clamp, clamp.because);
    else answers.cannotTell(["clampConcurrentCalls"], noClamp(sent, [first, row[field]]));
    const echo = clamp?.clamp === undefined ? undefined : echoOf(asked, replied, first);
    if (echo) answers.tell("clampEchoes", echo.isEcho, echo.because);
    else answers.cannotTell(["clampEchoes"], "nothing was seen to be stored otherwise than it was asked for");
  }
  if (!isOk(await patch({ name }))) scratch.name = String(row["name"]);
  scratch.stored = row[field];
  await askOtherGeneration(talk, scratch);
}

async function askOtherGeneration({ line, answers }: BolnaTalk, { id, field }: Made): Promise<void> {
  if (answers.value("generation") === "both") {
    answers.cannotTell(["otherGeneration"], "the organization has the fields of both generations");
    return;
  }
  const other = field === "min_concurrency" ? "allow_concurrent_calls" : "min_concurrency";
  const current = field === "min_concurrency" ? 0 : 1;
  const body = { [field]: current, [other]: 1 };
  const reply = await line.change("PATCH", id, `/sub-accounts/${id}`, { body });
  if (isOk(reply))
    answers.tell("otherGeneration", "ignore", `a PATCH with ${other} beside ${field} was taken`);
  else if (isRefused(reply) && !isOfPool(reply))
    answers.tell(
      "otherGeneration",
      "refuse",
      `a PATCH with ${other} beside ${field} was answered ${reply.status}`,
    );
  else answers.cannotTell(["otherGeneration"], `a PATCH with ${other} was answered ${reply.status}`);
}

const POOL = ["minConcurrentCalls", "poolCountsPatched", "createChecksPool"] as const;

async function askPool(talk: BolnaTalk, scratch: Made): Promise<void> {
  const { line, answers, lag } = talk;
  const { id, field } = scratch;
  if (field === "min_concurrency") {
    const why = "a guaranteed minimum beyond the pool could take calls from customers, so none is asked for";
    answers.cannotTell(POOL, why);
    return;
  }
  const patch = (calls: number) =>
    line.change("PATCH", id, `/sub-accounts/${id}`, { body: { allow_concurrent_calls: calls } });
  const zero = await patch(0);
  if (isOk(zero)) answers.tell("minConcurrentCalls", 0, "allow_concurrent_calls: 0 was taken");
  else if (isRefused(zero) && !isOfPool(zero))
    answers.tell(
      "minConcurrentCalls",
      1,
      `allow_concurrent_calls: 0 was answered ${zero.status}, and 1 was taken`,
    );
  else answers.cannotTell(["minConcurrentCalls"], `allow_concurrent_calls: 0 was answered ${zero.status}`);
  await patch(1);
  await lag.settle();
  const pool = answers.value("concurrencyPool");
  if (pool === undefined) {
    answers.cannotTell(["poolCountsPatched", "createChecksPool"], "the size of the pool is not known");
    return;
  }
  const listing = await list(talk);
  const own = shareOf(listing?.rows.find((row) => row.id === id));
  const beyond = await patch(pool + 1);
  const used = at(beyond.body, "details", "subaccount_usage");
  const sum = (listing?.rows ?? []).reduce((total, row) => total + shareOf(row), 0);
  if (isOk(beyond)) {
    await patch(1);
    answers.cannotTell(["poolCountsPatched"], "a PATCH beyond the pool was taken");
  } else if (!listing?.isComplete || own === 0 || (used !== sum && used !== sum - own)) {
    const why = `a PATCH beyond the pool was answered ${beyond.status}, and its figures do not tell`;
    answers.cannotTell(["poolCountsPatched"], why);
  } else {
    answers.tell(
      "poolCountsPatched",
      used === sum,
      `a PATCH beyond the pool counts ${used} of ${sum} calls as used`,
    );
  }
  await askCreateBeyond(talk, pool);
}

function shareOf(row: Row | undefined): number {
  const share = row?.raw["allow_concurrent_calls"] ?? row?.raw["min_concurrency"];
  return typeof share === "number" ? share : 0;
}

async function askCreateBeyond(talk: BolnaTalk, pool: number): Promise<void> {
  const { line, answers, names, lag } = talk;
  const name = names.fresh();
  const body = { name, allow_concurrent_calls: pool + 1 };
  const reply = await line.createAccount("/sub-accounts/create", { body });
  if (isOfPool(reply) && isRefused(reply)) {
    answers.tell("createChecksPool", true, `a create beyond the pool was answered ${reply.status}`);
    return;
  }
  const id = noteMade(talk, reply, { id: textAt(reply.body, "id"), name });
  if (id === undefined) {
    answers.cannotTell(["createChecksPool"], `a create beyond the pool was answered ${reply.status}`);
    return;
  }
  await line.change("PATCH", id, `/sub-accounts/${id}`, { body: { allow_concurrent_calls: 1 } });
  await lag.settle();
  if (
    answers.value("clampConcurrentCalls") === undefined &&
    answers.get("clampConcurrentCalls")?.state === "told"
  )
    answers.tell("createChecksPool", false, "a create beyond the pool was taken");
  else answers.cannotTell(["createChecksPool"], "a create beyond the pool was stored as another number");
}

/** A second account beside the first: its name, and its place in the listing. */
async function askSecond(talk: BolnaTalk, scratch: Made, before: Listing): Promise<void> {
  const { line, answers, names, lag, made } = talk;
  const first = scratch.id;
  let [second] = [...made.keys()].filter((id) => id !== first && !talk.ended.has(id));
  const create = async (name: string) => {
    const body = { name, [scratch.field]: scratch.field === "min_concurrency" ? 0 : 1 };
    const reply = await line.createAccount("/sub-accounts/create", { body });
    return { reply, id: noteMade(talk, reply, { id: textAt(reply.body, "id"), name }) };
  };
  if (second !== undefined) {
    const own = made.get(second) ?? "";
    const taken = await line.change("PATCH", second, `/sub-accounts/${second}`, {
      body: { name: scratch.name },
    });
    const control = await line.change("PATCH", second, `/sub-accounts/${second}`, { body: { name: own } });
    tellDuplicate(talk, taken, isOk(control));
  } else {
    const twin = await create(scratch.name);
    const control = twin.id === undefined && isRefused(twin.reply) ? await create(names.fresh()) : twin;
    tellDuplicate(talk, twin.reply, control.id !== undefined);
    second = control.id;
  }
  await lag.settle();
  const listing = await list(talk);
  if (second === undefined || listing === undefined)
    answers.cannotTell(["listOrder"], "there was no second account");
  else tellOrder(talk, { before, listing, ids: [first, second] });
}

function tellDuplicate({ answers }: BolnaTalk, reply: Raw, isControlOk: boolean): void {
  if (isOk(reply)) answers.tell("duplicateName", "accept", "a second account took the name of the first");
  else if (isRefused(reply) && isControlOk)
    answers.tell(
      "duplicateName",
      400,
      `the name of another account was answered ${reply.status}, a new name was taken`,
    );
  else answers.cannotTell(["duplicateName"], `the name of another account was answered ${reply.status}`);
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
  if (!isNewest && !isOldest)
    answers.tell("listOrder", "unordered", "two new accounts are neither first nor last");
  else if (others.length >= ENOUGH_OTHERS)
    answers.tell(
      "listOrder",
      isNewest ? "newest" : "oldest",
      `two new accounts are ${isNewest ? "first" : "last"} of ${now.length}`,
    );
  else
    answers.cannotTell(
      ["listOrder"],
      `two new accounts may be at their places among ${others.length} others by chance; ${ENOUGH_OTHERS} would tell`,
    );
}

async function askDelete(talk: BolnaTalk, id: string): Promise<void> {
  const { line, answers, lag } = talk;
  // One call each time, since the vendor may count replies.
  const isThere = async () => pageOf(await line.get(LIST))?.rows.some((row) => row.id === id);
  const wasThere = await isThere();
  await bolnaSubject.end(talk, id);
  await lag.settle();
  let looks = 0;
  while (wasThere && looks < LOOKS && (await isThere()) === true) looks++;
  if (!wasThere)
    answers.cannotTell(["deletePending"], "the account was not on the first page of the listing");
  else if (looks === LOOKS)
    answers.cannotTell(["deletePending"], `a deleted account was in ${LOOKS} further listings`);
  else answers.tell("deletePending", looks, `a deleted account was in ${looks} further listings`);
  const again = await line.change("DELETE", id, `/sub-accounts/${id}`);
  const status = oneOf(again, 400, 404);
  if (status === undefined)
    answers.cannotTell(["unknownDeleteStatus"], `a second DELETE was answered ${again.status}`);
  else answers.tell("unknownDeleteStatus", status, `a second DELETE was answered ${status}`);
}
