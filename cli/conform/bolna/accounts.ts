import { noScratch, noteMade } from "../core/interview";
import type { Raw } from "../core/line";
import { at, has, isOk } from "../core/replies";
import { ODD_END, tellClamp, tellNormalization } from "../core/writes";
import { type BolnaTalk, find } from "./listing";
import { tellRow } from "./reading";

/** The field by which an organization's accounts have their concurrency. */
export type Field = "allow_concurrent_calls" | "min_concurrency";

/** A scratch account and how its concurrency is set. */
export interface Made {
  readonly id: string;
  readonly name: string;
  readonly field: Field;
  /** The limit as asked for, as the create answered it, and as it is stored. */
  readonly asked: number;
  readonly replied: unknown;
  readonly stored: unknown;
}

/** The number that is asked for at first: one call, or no guaranteed minimum, which takes nothing from others. */
export const least = (field: Field): number => (field === "min_concurrency" ? 0 : 1);

/** Whether a reply refuses the fields of a call. */
export const isRefused = ({ status }: Raw): boolean => status === 400 || status === 422;

/** Whether a reply speaks of the pool. */
export const isOfPool = ({ body }: Raw): boolean =>
  typeof at(body, "details", "account_limit") === "number" ||
  /concurrency limit/i.test(JSON.stringify(body ?? ""));

/** Creates an account. @returns its id, undefined where none was made, with the reply */
export async function create(talk: BolnaTalk, name: string, calls: Readonly<Partial<Record<Field, number>>>) {
  const reply = await talk.line.createAccount("/sub-accounts/create", { body: { name, ...calls } });
  return { reply, id: noteMade(talk, reply, name, reply.body) };
}

/** Changes an account of ours. */
export function patch({ line }: BolnaTalk, id: string, body: object): Promise<Raw> {
  return line.change("PATCH", id, `/sub-accounts/${id}`, { body });
}

/** Makes the first account, by the field of the generation that the listing shows, or by either. @throws SubaccountsError */
export async function makeFirst(talk: BolnaTalk): Promise<Made> {
  const { answers, names } = talk;
  const known = answers.value("generation");
  const fields = (["allow_concurrent_calls", "min_concurrency"] as const).filter(
    (field) => known === undefined || (known === "minimum") === (field === "min_concurrency"),
  );
  const name = names.fresh();
  let status = 0;
  for (const field of fields) {
    const { reply, id } = await create(talk, name, { [field]: least(field) });
    if (id !== undefined) return madeOf(talk, { id, name, field, reply });
    status = reply.status;
    answers.note("create", `a create with ${field} was answered ${status}`);
    if (!isRefused(reply)) break;
  }
  throw noScratch("Bolna", status);
}

async function madeOf(
  talk: BolnaTalk,
  { id, name, field, reply }: { id: string; name: string; field: Field; reply: Raw },
): Promise<Made> {
  const { answers, lag } = talk;
  const { raw, ...row } = await lag.measure(answers, () => find(talk, id));
  tellRow(talk, { raw, ...row });
  const asked = least(field);
  if (has(raw, field)) return { id, name, field, asked, replied: at(reply.body, field), stored: raw[field] };
  answers.tell("otherGeneration", "ignore", `a create with ${field} was taken without effect`);
  const other = field === "min_concurrency" ? "allow_concurrent_calls" : "min_concurrency";
  await patch(talk, id, { [other]: least(other) });
  await lag.settle();
  const stored = (await find(talk, id))?.raw[other];
  return { id, name, field: other, asked: least(other), replied: undefined, stored };
}

/** Asks how names and numbers are stored. @returns the account under the name that it has then */
export async function askStored(talk: BolnaTalk, made: Made): Promise<Made> {
  const { answers, lag } = talk;
  const { id, name, field, asked, replied, stored } = made;
  const odd = name + ODD_END;
  const second = asked + 1;
  const both = await patch(talk, id, { name: odd, [field]: second });
  const renamed = isOk(both) ? both : await patch(talk, id, { name: odd });
  await lag.settle();
  const row = (await find(talk, id))?.raw ?? {};
  if (isOk(renamed)) tellNormalization(answers, odd, row["name"]);
  else answers.cannotTell(["normalizes"], `a PATCH of the name was answered ${renamed.status}`);
  if (isOk(both)) {
    const reply = { to: 0, showed: replied } as const;
    const sent = { sent: [asked, second], stored: [stored, row[field]], reply } as const;
    tellClamp(answers, "clampConcurrentCalls", "clampEchoes", sent);
  } else {
    const why = `a PATCH of ${field} was answered ${both.status}`;
    answers.cannotTell(["clampConcurrentCalls", "clampEchoes"], why);
  }
  const isBack = isOk(await patch(talk, id, { name }));
  await askOtherGeneration(talk, made);
  return { ...made, name: isBack ? name : String(row["name"]) };
}

async function askOtherGeneration(talk: BolnaTalk, { id, field }: Made): Promise<void> {
  const { answers } = talk;
  if (answers.value("generation") === "both") {
    answers.cannotTell(["otherGeneration"], "the organization has the fields of both generations");
    return;
  }
  const other = field === "min_concurrency" ? "allow_concurrent_calls" : "min_concurrency";
  const reply = await patch(talk, id, { [field]: least(field), [other]: least(other) });
  const what = `a PATCH with ${other} beside ${field}`;
  if (isOfPool(reply)) answers.cannotTell(["otherGeneration"], `${what} was refused for the pool`);
  else answers.tellBy("otherGeneration", reply, { ok: "ignore", 400: "refuse", 422: "refuse" }, what);
}
