import type { Raw } from "../core/line";
import type { Row } from "../core/pages";
import { at, envelopeOf, isOk, notOurs, tellHeaders, textAt, unset, WRONG_KEY } from "../core/replies";
import { ALL, ME, PAGE, type ZavuTalk } from "./calls";

/** Asks whose the key is. @throws SubaccountsError for a key that manages no accounts */
export async function askIdentity(talk: ZavuTalk): Promise<void> {
  const { line, answers } = talk;
  const me = await line.get(ME);
  if (!isOk(me)) throw notOurs("Zavu", `GET ${ME} was answered ${me.status}`, me.status);
  if (at(me.body, "project", "isSubAccount") === true)
    throw notOurs("Zavu", "it is the key of a sub-account");
  tellHeaders(answers, line, me);
  tellRate(talk, me);
  const team = textAt(me.body, "team", "id");
  const project = textAt(me.body, "project", "id");
  const isTest = at(me.body, "isTestMode");
  const shows = `GET ${ME} shows it`;
  answers.tell("teamShown", team !== undefined, `GET ${ME} shows ${team === undefined ? "no" : "a"} team`);
  answers.tellOr("teamId", team, shows, `GET ${ME} shows no team`);
  answers.tellOr("projectId", project, shows, `GET ${ME} shows no project`);
  answers.tellOr(
    "testMode",
    typeof isTest === "boolean" ? isTest : undefined,
    shows,
    `GET ${ME} shows no isTestMode`,
  );
  answers.note("identity", `project ${project ?? "unknown"} of team ${team ?? "unknown"}`);
}

/** In seconds, a time this late is the year 5138. */
const FIRST_MS = 1e11;

function tellRate({ answers }: ZavuTalk, { header }: Raw): void {
  const number = (name: string) => {
    const text = header(name) ?? "";
    return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
  };
  const limit = number("x-ratelimit-limit");
  answers.tellOr(
    "requestsPerMinute",
    limit,
    `x-ratelimit-limit is ${limit}`,
    "replies have no x-ratelimit-limit",
  );
  const reset = number("x-ratelimit-reset") ?? 0;
  const unit = reset > FIRST_MS ? "ms" : reset > FIRST_MS / 1_000 ? "s" : undefined;
  const because = `x-ratelimit-reset is about ${reset.toExponential(0)}`;
  answers.tellOr("rateLimitResetUnit", unit, because, "x-ratelimit-reset is no time since 1970");
}

/** Calls that the vendor refuses, to see how. */
export async function askRefusals({ line, answers }: ZavuTalk): Promise<void> {
  const refused = await line.get(ME, WRONG_KEY);
  const envelope = envelopeOf(refused);
  const what = `the ${refused.status} to a wrong key`;
  answers.tellOr("errorEnvelope", envelope, `${what} is ${envelope}`, `${what} has no code`);
  const large = await line.get(ALL, { query: { limit: String(PAGE + 1) } });
  answers.tellBy("limitAboveMaximum", large, { ok: "clamp", 400: 400 }, `limit=${PAGE + 1}`);
}

/** Tells what a listed account shows. */
export function tellRow({ answers }: ZavuTalk, { raw, isLive }: Row): void {
  if (!isLive) answers.tell("inactiveInList", true, "the listing shows an inactive account");
  const reads = unset(raw, "externalId");
  if (reads !== undefined) answers.tell("unsetReadsAs", reads, `externalId of a listed account is ${reads}`);
}
