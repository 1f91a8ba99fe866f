import type { BolnaSwitches } from "../../../emulator";
import type { Talk } from "../core/interview";
import type { Raw } from "../core/line";
import { gapOf, type Listing, type Page, type Row, readListing } from "../core/pages";
import { at, has, isOk, objectsOf } from "../core/replies";

/** The questions about Bolna. */
export type BolnaTalk = Talk<BolnaSwitches>;

const LIST = "/sub-accounts/all";
const ENVELOPES = ["data", "items", "results"] as const;
const PAGE_SWITCHES = ["pageSize", "emptyPages", "endlessPages"] as const;

/** Reads the listing in whichever envelope it comes, and tells which that is; undefined where it is refused. */
export async function list(talk: BolnaTalk): Promise<Listing | undefined> {
  const listing = isPaged(talk) ? await readPages(talk) : await firstList(talk);
  if (listing && isPaged(talk)) tellPages(talk, listing);
  return listing;
}

/** An account as it is listed; undefined where it is not. */
export async function find(talk: BolnaTalk, id: string): Promise<Row | undefined> {
  const isIt = (row: Row) => row.id === id;
  const listing = isPaged(talk) ? await readPages(talk, isIt) : await firstList(talk);
  return listing?.rows.find(isIt);
}

/** Whether one call of the listing shows an account; of several pages it is the first. */
export async function isListed({ line }: BolnaTalk, id: string): Promise<boolean> {
  return pageOf(await line.get(LIST))?.rows.some((row) => row.id === id) === true;
}

function isPaged({ answers }: BolnaTalk): boolean {
  return answers.value("listEnvelope") === "paged";
}

function readPages({ line }: BolnaTalk, isEnough?: (row: Row) => boolean): Promise<Listing | undefined> {
  return readListing(async (cursor) => {
    return pageOf(await line.get(LIST, { query: { page_number: cursor ?? "1", page_size: "50" } }));
  }, isEnough);
}

async function firstList(talk: BolnaTalk): Promise<Listing | undefined> {
  const { line, answers } = talk;
  const reply = await line.get(LIST);
  if (!isOk(reply)) {
    tellRefusedList(talk, reply);
    return undefined;
  }
  answers.tell("enterprise", true, "the accounts are listed");
  const whole = pageOf(reply);
  if (whole === undefined) {
    const why = "the listing has a shape that the emulator does not know";
    answers.cannotTell(["listEnvelope", "emptyList"], why);
    return undefined;
  }
  const { rows } = whole;
  tellEnvelope(talk, reply, rows.length);
  if (isPaged(talk)) return readPages(talk);
  answers.cannotTell(PAGE_SWITCHES, "the listing has no pages");
  return { rows, isComplete: true, sizes: [rows.length], end: "nowhere", lastNext: undefined };
}

function tellRefusedList({ answers }: BolnaTalk, { status, body }: Raw): void {
  const isOfPlan = status === 403 && /enterprise/i.test(JSON.stringify(body ?? ""));
  const because = "the listing was refused with 403 as an enterprise feature";
  const why = `the listing was answered ${status}: the key may not be an admin's, or the organization may not have sub-accounts`;
  answers.tellOr("enterprise", isOfPlan ? false : undefined, because, why);
  answers.note("listing", isOfPlan ? because : why);
}

function envelopeOf({ body }: Raw): BolnaSwitches["listEnvelope"] | undefined {
  if (Array.isArray(body)) return "array";
  if (has(body, "has_more") && Array.isArray(at(body, "data"))) return "paged";
  return ENVELOPES.find((name) => Array.isArray(at(body, name)));
}

function pageOf(reply: Raw): Page | undefined {
  const { body } = reply;
  if (!isOk(reply)) return undefined;
  if (reply.isBodiless || body === null) return { rows: [], next: undefined };
  const envelope = envelopeOf(reply);
  if (envelope === undefined) return undefined;
  const items = envelope === "array" ? body : at(body, envelope === "paged" ? "data" : envelope);
  const rows = objectsOf(items)?.map((raw): Row => {
    return { id: String(raw["id"]), name: String(raw["name"]), isLive: true, raw };
  });
  const page = at(body, "page");
  const isMore = at(body, "has_more") === true && typeof page === "number";
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
  const form = envelope === "array" ? "a bare array" : envelope;
  answers.tell("listEnvelope", envelope, `the listing is ${form}`);
  const empty = count > 0 ? undefined : "array";
  answers.tellOr("emptyList", empty, `a listing without accounts is ${form}`, "the listing is not empty");
}

function tellPages({ answers }: BolnaTalk, { sizes, end, rows }: Listing): void {
  if (rows.length === 0) {
    answers.cannotTell(PAGE_SWITCHES, "the listing is empty");
    return;
  }
  const gap = gapOf(sizes);
  const first = gap === undefined ? undefined : sizes[0];
  const one = `the listing has one page, of ${rows.length} accounts`;
  answers.tellOr("pageSize", first, `the first page has ${first} of the 50 that were asked for`, one);
  answers.tellOr("emptyPages", gap, `${gap} empty pages came before the second one`, one);
  const isEndless = end === "unread" ? undefined : end !== "nowhere";
  const because = isEndless ? "the first page came again" : "the listing ends";
  answers.tellOr("endlessPages", isEndless, because, "the last page was not read");
}
