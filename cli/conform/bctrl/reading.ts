import type { Row } from "../core/pages";
import { at, envelopeOf, isOk, notOurs, tellHeaders, textAt, unset, WRONG_KEY } from "../core/replies";
import { ALL, asked, type BctrlTalk, PAGE, RELEASES, releaseOf, WHOAMI } from "./calls";

/** Asks whose the key is, in each release and without one. @throws SubaccountsError for a key that manages no accounts */
export async function askIdentity(talk: BctrlTalk): Promise<void> {
  const { line, answers } = talk;
  for (const release of RELEASES) {
    const me = await line.get(WHOAMI, { headers: { "bctrl-version": release } });
    answers.note(`version ${release}`, isOk(me) ? "is taken" : `is answered ${me.status}`);
    if (release !== releaseOf(talk)) continue;
    if (!isOk(me)) throw notOurs("bctrl", `GET ${WHOAMI} was answered ${me.status}`, me.status);
    if (textAt(me.body, "subaccountId")) throw notOurs("bctrl", "the key is one of a sub-account");
    tellHeaders(answers, line, me);
    const organization = textAt(me.body, "organizationId");
    answers.tellOr("organizationId", organization, "whoami shows it", "whoami shows no organization");
    const scope = textAt(me.body, "scope") ?? "a key";
    answers.note("identity", `${scope} of organization ${organization ?? "unknown"}`);
  }
  const bare = await line.get(WHOAMI);
  const isCurrent = at(bare.body, "object") !== undefined;
  const what = `whoami without a version${isOk(bare) ? `, with ${isCurrent ? "an" : "no"} object,` : ""}`;
  answers.tellBy("withoutVersion", bare, { ok: isCurrent ? "current" : "v1", 400: 400 }, what);
}

/** Calls that the vendor refuses, to see how. */
export async function askRefusals(talk: BctrlTalk): Promise<void> {
  const { line, answers } = talk;
  const v2 = envelopeOf(await line.get("/v2/subaccounts", WRONG_KEY));
  const because = `a wrong key under /v2 is refused in the ${v2} envelope`;
  answers.tellOr("v2Errors", v2, because, "a refusal under /v2 has no code");
  const large = await line.get(ALL, asked(talk, { query: { limit: String(PAGE + 1) } }));
  answers.tellBy("limitAboveMaximum", large, { ok: "clamp", 400: 400 }, `limit=${PAGE + 1}`);
}

/** Tells what a listed account shows. */
export function tellRow({ answers }: BctrlTalk, { raw, isLive }: Row): void {
  if (!isLive) {
    answers.tell("listWithoutStatus", "all", "the listing shows an archived account");
    return;
  }
  const reads = unset(raw, "archivedAt");
  if (reads !== undefined) answers.tell("unsetReadsAs", reads, `archivedAt of an active account is ${reads}`);
}
