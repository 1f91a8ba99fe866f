import { makeFirstBy } from "../core/interview";
import { type Raw, TOO_FEW } from "../core/line";
import { at, has, isOk } from "../core/replies";
import {
  METADATA,
  ODD_END,
  tellClamp,
  tellMergeNull,
  tellMetadata,
  tellMetadataShown,
  tellNormalization,
} from "../core/writes";
import { asked, type BctrlTalk, create, isFound, type Made, of, patch, shown } from "./calls";
import { tellRow } from "./reading";

/** Makes the first account, and measures how long it takes to be shown. @throws SubaccountsError */
export async function makeFirst(talk: BctrlTalk): Promise<Made> {
  const { made, account: raw } = await makeFirstBy("bctrl", talk, create, async ({ id }) => {
    const read = await talk.line.get(of(id), asked(talk));
    return isOk(read) ? (read.body as Record<string, unknown>) : undefined;
  });
  const { id, name } = made;
  tellRow(talk, { id, name, isLive: true, raw });
  return made;
}

/** Asks whether a name as an id, or a part of an external id, finds an account. */
export async function askFilters(talk: BctrlTalk, { id, name }: Made): Promise<void> {
  const { line, answers } = talk;
  const byName = await line.get(of(name), asked(talk));
  const isIt = at(byName.body, "id") === id;
  answers.tellBy("resolvesNames", byName, { ok: isIt, 404: false }, "a read by an account's name");
  const found = await isFound(talk, name.slice(0, -1), id);
  const value = found === undefined ? undefined : found ? "prefix" : "exact";
  const because = `the beginning of an externalId ${found ? "finds" : "does not find"} it`;
  answers.tellOr("externalIdFilter", value, because, "the filter by externalId gave no listing that ends");
}

/** Asks how names, limits and metadata are stored, by two PATCHes that leave out what the other sends. */
export async function askFields(talk: BctrlTalk, { id, name }: Made): Promise<void> {
  const { answers } = talk;
  const odd = name + ODD_END;
  const fields = { limits: { maxActiveRuns: 3, monthlyCreditLimit: 1_000 }, metadata: METADATA.first };
  const all = await patch(talk, id, { name: odd, ...fields });
  const first = isOk(all) ? all : await patch(talk, id, fields);
  const before = await shown(talk, id);
  if (isOk(all)) tellNormalization(answers, odd, at(before, "name"));
  else answers.cannotTell(["normalizes"], `a PATCH of the name was answered ${all.status}`);
  tellMetadataShown(answers, has(first.body, "metadata"), isOk(first) && has(before, "metadata"));
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
  const value = runs === 3 ? "merge" : runs === null ? "replace" : undefined;
  const because = `a limit that a PATCH left out ${runs === 3 ? "stayed" : "was null"}`;
  answers.tellOr("limits", value, because, "a limit that a PATCH left out has another value");
  const credits = (account: unknown) => at(account, "limits", "monthlyCreditLimit");
  tellClamp(answers, "clampMonthlyCreditLimit", "clampEchoes", {
    sent: [1_000, 2_000],
    stored: [credits(before), credits(after)],
    reply: { to: 1, showed: credits(second.body) },
  });
}

/** The smallest limit, a PATCH without fields, the v2 call. */
export async function askSmall(talk: BctrlTalk, { id }: Made): Promise<void> {
  const { line, answers } = talk;
  const takes = async (credits: number) =>
    isOk(await patch(talk, id, { limits: { monthlyCreditLimit: credits } }));
  const isZero = await takes(0);
  const isOne = !isZero && (await takes(1)) && !(await takes(0.5));
  const because = isZero ? "0 was taken" : "1 was taken, 0.5 and 0 were not";
  answers.tellOr(
    "minimumLimit",
    isZero ? 0 : isOne ? 1 : undefined,
    because,
    "0 was not taken, and 1 is not the smallest",
  );
  const empty = await patch(talk, id, {});
  answers.tellBy("emptyPatch", empty, { ok: "ok", 400: 400 }, "a PATCH without fields");
  const path = `/v2/subaccounts/${encodeURIComponent(id)}/limits`;
  const v2 = await line.change("PATCH", id, path, { body: { spend: null } });
  const isWhole = has(v2.body, "data");
  const what = `a PATCH of v2 limits, whose reply has ${isWhole ? "" : "no "}data,`;
  answers.tellBy("v2LimitsReply", v2, { ok: isWhole ? "data" : "empty" }, what);
}

/** The spending cap of the second account's default space, which a key may not be allowed to set. */
export async function askCap(talk: BctrlTalk, second: Made | undefined): Promise<void> {
  const { line, answers, lag } = talk;
  const spaceId = second?.spaceId;
  if (second === undefined || spaceId === undefined || line.left < 3) {
    const why = line.left < 3 ? TOO_FEW : "there is no default space to set a cap of";
    answers.cannotTell(["spendingCapByKey", "clampSpendingCap"], why);
    return;
  }
  const path = `/v1/spaces/${encodeURIComponent(spaceId)}/spending-cap`;
  const headers = { "bctrl-subaccount-id": second.id };
  const set = (amount: number) =>
    line.change("PATCH", second.id, path, asked(talk, { headers, body: { amount, currency: "USD" } }));
  const first = await set(100);
  answers.tellBy("spendingCapByKey", first, { ok: "accept", 403: 403 }, "a PATCH of a spending cap");
  if (!isOk(first)) {
    answers.cannotTell(["clampSpendingCap"], `a PATCH of a spending cap was answered ${first.status}`);
    return;
  }
  await set(200);
  await lag.settle();
  const last = await line.get(path, asked(talk, { headers }));
  const stored = [at(first.body, "amount"), at(last.body, "amount")] as const;
  tellClamp(answers, "clampSpendingCap", undefined, { sent: [100, 200], stored });
}
