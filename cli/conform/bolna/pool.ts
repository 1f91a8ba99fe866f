import type { Row } from "../core/pages";
import { at, isOk } from "../core/replies";
import { create, isOfPool, isRefused, type Made, patch } from "./accounts";
import { type BolnaTalk, list } from "./listing";

const calls = (allow_concurrent_calls: number) => ({ allow_concurrent_calls });

/** The least number, and how the pool is counted: by asking for more than there is, which can only be refused. */
export async function askPool(talk: BolnaTalk, { id, field }: Made): Promise<void> {
  const { answers, lag } = talk;
  if (field === "min_concurrency") {
    const why = "a guaranteed minimum beyond the pool could take calls from customers, so none is asked for";
    answers.cannotTell(["minConcurrentCalls", "poolCountsPatched", "createChecksPool"], why);
    return;
  }
  const zero = await patch(talk, id, calls(0));
  const one = isOfPool(zero) ? undefined : 1;
  const outcomes = { ok: 0, ...(one && { 400: one, 422: one }) };
  answers.tellBy("minConcurrentCalls", zero, outcomes, "allow_concurrent_calls: 0, where 1 was taken,");
  await patch(talk, id, calls(1));
  await lag.settle();
  const pool = answers.value("concurrencyPool");
  if (pool === undefined) {
    answers.cannotTell(["poolCountsPatched", "createChecksPool"], "the size of the pool is not known");
    return;
  }
  await askPatchBeyond(talk, id, pool);
  await askCreateBeyond(talk, pool);
}

/** The vendor's refusal says how many calls are used: with the account that is patched, or without. */
async function askPatchBeyond(talk: BolnaTalk, id: string, pool: number): Promise<void> {
  const { answers } = talk;
  const listing = await list(talk);
  const own = shareOf(listing?.rows.find((row) => row.id === id));
  const sum = (listing?.rows ?? []).reduce((total, row) => total + shareOf(row), 0);
  const beyond = await patch(talk, id, calls(pool + 1));
  if (isOk(beyond)) await patch(talk, id, calls(1));
  const used = at(beyond.body, "details", "subaccount_usage");
  const isClear = listing?.isComplete && own > 0 && (used === sum || used === sum - own);
  const because = `the refusal of a PATCH beyond the pool counts ${String(used)} of ${sum} calls as used`;
  const why = `a PATCH beyond the pool was answered ${beyond.status}, and its figures do not tell`;
  answers.tellOr("poolCountsPatched", isClear ? used === sum : undefined, because, why);
}

function shareOf(row: Row | undefined): number {
  const share = row?.raw["allow_concurrent_calls"] ?? row?.raw["min_concurrency"];
  return typeof share === "number" ? share : 0;
}

/** Should the vendor take it, the account has one call again at once. */
async function askCreateBeyond(talk: BolnaTalk, pool: number): Promise<void> {
  const { answers, names } = talk;
  const { reply, id } = await create(talk, names.fresh(), calls(pool + 1));
  if (id !== undefined) await patch(talk, id, calls(1));
  const clamp = answers.get("clampConcurrentCalls");
  const isKept = clamp?.state === "told" && clamp.value === undefined;
  const isRefusal = isRefused(reply) && isOfPool(reply);
  const value = isRefusal ? true : id !== undefined && isKept ? false : undefined;
  const because = `a create beyond the pool was answered ${reply.status}`;
  answers.tellOr("createChecksPool", value, because, `${because}, which does not tell`);
}
