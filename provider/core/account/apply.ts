import { isDeepStrictEqual } from "node:util";
import { hasStatus, InterruptedError, MismatchError, SubaccountsError } from "../base/errors";
import type { JsonObject } from "../base/json";
import { along, readBackMs } from "../base/read-lag";
import { STAMP_KEY } from "../contract/arguments";
import { declaredFields, type Fields, nested } from "../contract/fields";
import { mutate } from "../vendor-io/mutate";
import { type Account, fieldsToSend } from "./fields";
import { differingKeys, markerIn, metadataOf, planMetadata, stillThere } from "./marker";
import { carriesMarker, difference, fieldsBefore, fieldsOf, type Step } from "./step";

/** Writes of limits of one connection and run that are read back although their reply was clear. */
const READ_BACK = 10;

/**
 * Applies what is declared to an account: sends what differs and nothing else, reads where the reply shows nothing, and
 * compares the outcome.
 *
 * @throws MismatchError "asked 5000, vendor has 10000".
 */
export async function apply(step: Step, start: Account): Promise<Account> {
  const { accounts, context, known } = step;
  const first = await accounts.whole(start, step.args, step.argsBefore);
  known.note(first);
  await refuseStopped(step, first);
  let account = first;
  const send = async (): Promise<Account> => {
    const { fields, metadata, removed } = whatToSend(step, account);
    if (Object.keys(fields).length === 0 && metadata === undefined) return account;
    const after = await update(step, account.id, fields, metadata);
    account = after;
    if (metadata === undefined || stillThere(after.metadata, removed).length === 0) return after;
    account = await nullKeys(step, after, metadata, removed);
    return account;
  };
  const readBack = async (): Promise<undefined> => {
    account = await reread(step, account.id);
    known.note(account);
  };
  const applied = await mutate(context, { send, readBack, repeat: "repeatable" });
  return applied === first ? applied : verify(step, applied, first);
}

/**
 * An account that was stopped by a state that is lost has the stop's values, and nobody knows those before.
 *
 * @throws SubaccountsError where it is to work again, and neither the code nor the state says with which.
 */
async function refuseStopped(step: Step, account: Account): Promise<void> {
  const { facts, accounts, args, marker } = step;
  const { stop } = facts;
  if (!markerIn(account.metadata)?.suspended || stop === undefined || marker.suspended) return;
  const known = { ...fieldsBefore(step), ...fieldsOf(step, args) };
  const values = { ...stop.values, ...stop.ifDeclared };
  const unknown = Object.keys(values).filter((name) => !Object.hasOwn(known, name));
  if (unknown.length === 0) return;
  const whole = await accounts.whole(
    account,
    nested(Object.fromEntries(unknown.map((name) => [name, null]))),
  );
  const left = unknown.filter((name) => isDeepStrictEqual(whole.fields[name], values[name]));
  if (left.length === 0) return;
  throw new SubaccountsError(
    `${facts.title}: the sub-account ${account.id} was suspended, and ${left.join(" and ")} is still what stopped it, which nothing declares any more. ` +
      "Nothing was sent. Declare it (null for no limit), or suspend the account again",
  );
}

/** Sends one PATCH and notes what the vendor then has. */
async function update(
  step: Step,
  id: string,
  fields: Fields,
  metadata: JsonObject | undefined,
): Promise<Account> {
  const { accounts, facts, known } = step;
  const isFoundOtherwise = fields["name"] !== undefined || fields["externalId"] !== undefined || metadata;
  if (isFoundOtherwise) await accounts.memory.fleet?.expect(step);
  const reply = await accounts.writing(id, () => accounts.api.update(id, fields, metadata, known.note));
  const isShown = reply !== undefined && !(facts.isMarked && reply.metadata === undefined);
  const after = isShown ? reply : await reread(step, id);
  known.note(after);
  if (carriesMarker(step, after)) known.isOurs = true;
  accounts.wrote(after);
  return after;
}

/** The step that follows a create call: what that call cannot set, and nothing else. */
export function afterCreation(step: Step): Step {
  const { facts, args } = step;
  const later = Object.entries(declaredFields({ ...facts, defaults: {} }, args)).filter(([name]) =>
    facts.notAtCreation.includes(name),
  );
  return { ...step, facts: { ...facts, isMarked: false }, args: nested(Object.fromEntries(later)) };
}

/**
 * Compares what the vendor has with what is declared. A difference that the reply itself shows is believed after one more
 * read; one that only a read shows is read again until reads can no longer lag behind.
 *
 * @throws MismatchError "asked 5000, vendor has 10000".
 */
export async function verify(step: Step, account: Account, start?: Account): Promise<Account> {
  if (mismatches(step, account).length > 0) {
    // A vendor whose reply shows nothing was read, and its reads may lag behind.
    const schedule = step.accounts.api.get === undefined ? readBackMs(step.context.run.lagMs) : [0];
    return readUntilRight(step, account.id, schedule);
  }
  if (start === undefined || !changesLimit(step, start, account)) return account;
  return readBackLimits(step, account).catch((error: unknown) => {
    // The process was told to stop: the write is done, and only the second look is left out.
    if (error instanceof InterruptedError) return account;
    throw error;
  });
}

/** Reads a written limit back: a reply may only echo what was asked. */
export async function readBackLimits(step: Step, account: Account): Promise<Account> {
  const { accounts, context } = step;
  const { readBack, fleet } = accounts.memory;
  // A vendor whose reply shows nothing was read already.
  if (readBack.limits >= READ_BACK || accounts.api.get === undefined) return account;
  readBack.limits++;
  if (fleet !== undefined && !(await fleet.isFirstLook("limits"))) return account;
  const again = await readUntilRight(step, account.id, readBackMs(context.run.lagMs));
  return { ...again, apiKey: account.apiKey };
}

/** Reads the account along a schedule until it is as declared. @throws MismatchError "asked 5000, vendor has 10000" */
async function readUntilRight(step: Step, id: string, schedule: readonly number[]): Promise<Account> {
  const { run } = step.context;
  let wrong: string[] = [];
  for await (const _ of along(run, schedule)) {
    const again = await reread(step, id);
    step.known.note(again);
    wrong = mismatches(step, again);
    if (wrong.length === 0) return again;
  }
  throw mismatch(step, id, wrong);
}

function mismatch({ facts }: Step, id: string, wrong: readonly string[]): MismatchError {
  return new MismatchError(
    `${facts.title} accepted the sub-account ${id} and has another value than asked: ${wrong.join("; ")}. ` +
      "Declare what the vendor can hold, or ask the vendor",
  );
}

function changesLimit({ facts }: Step, start: Account, account: Account): boolean {
  return facts.limits.some((name) => start.fields[name] !== account.fields[name]);
}

/** The account as the vendor has it now. @throws SubaccountsError if it is not shown any more. */
async function reread({ accounts, facts, args, argsBefore }: Step, id: string): Promise<Account> {
  const account = await accounts.get(id);
  if (account) return accounts.whole(account, args, argsBefore);
  throw new SubaccountsError(
    `${facts.title} does not show the sub-account ${id} any more, right after it was written. Run \`pulumi refresh\`, then \`pulumi up\``,
  );
}

/** @throws SubaccountsError where a reply leaves out metadata that there was: a write would replace the keys of others. */
function refuseUnshown({ facts, before }: Step, { id, isMetadataUnshown }: Account): void {
  if (!isMetadataUnshown || typeof before["__nonce"] !== "string") return;
  throw new SubaccountsError(
    `${facts.title} shows no metadata of the sub-account ${id}, which had this stack's marker. Whether it was cleared or is left out of ` +
      `the reply, cannot be told, and a write would replace keys of others. Nothing was sent. If it was cleared, set any key at ${facts.title}`,
  );
}

function whatToSend(
  step: Step,
  account: Account,
): { fields: Fields; metadata: JsonObject | undefined; removed: readonly string[] } {
  const { facts, args, argsBefore, marker, mustMark } = step;
  const fields = fieldsToSend(fieldsOf(step, args), fieldsBefore(step), account);
  if (!facts.isMarked) return { fields, metadata: undefined, removed: [] };
  const plan = planMetadata(account.metadata, metadataOf(args), metadataOf(argsBefore), marker);
  const writes = Object.keys(fields).length > 0 || plan.contentDiffers || (plan.markerDiffers && mustMark);
  const metadata = writes && (plan.contentDiffers || plan.markerDiffers) ? plan.metadata : undefined;
  if (metadata !== undefined) refuseUnshown(step, account);
  return { fields, metadata, removed: plan.removed };
}

/** Sends keys that a vendor which merges has kept once more as `null`. */
async function nullKeys(
  step: Step,
  account: Account,
  metadata: JsonObject,
  removed: readonly string[],
): Promise<Account> {
  const nulls = Object.fromEntries(stillThere(account.metadata, removed).map((key) => [key, null]));
  const after = await update(step, account.id, {}, { ...metadata, ...nulls }).catch((error: unknown) => {
    // A vendor of strings refuses null: what it then still has says it better than its refusal of ours.
    if (!hasStatus(error, 400, 422)) throw error;
    return reread(step, account.id);
  });
  step.known.note(after);
  const kept = stillThere(after.metadata, removed);
  if (kept.length === 0) return after;
  throw new MismatchError(
    `${step.facts.title} keeps the metadata keys ${kept.join(", ")} of the sub-account ${account.id}, which the code no ` +
      "longer declares: neither leaving them out nor null removes them. Declare them again, or have the vendor remove them",
  );
}

function mismatches(step: Step, account: Account): string[] {
  const { facts, args, marker, mustMark } = step;
  const declared = fieldsOf(step, args);
  // Everything declared was sent by now, if not by this step.
  const sent = { ...fieldsBefore(step), ...declared };
  const wrong = Object.keys(fieldsToSend(declared, sent, account)).map((name) =>
    facts.limits.includes(name)
      ? difference(facts, name, declared[name], account.fields)
      : `${name}: the vendor has another value than the code`,
  );
  if (!facts.isMarked) return wrong;
  const keys = differingKeys(account.metadata, metadataOf(args));
  const unmarked =
    !mustMark || carriesMarker(step, account)
      ? []
      : [`metadata.${STAMP_KEY}: the vendor has not kept the marker ${marker.nonce}`];
  return [
    ...wrong,
    ...unmarked,
    ...keys.map((key) => `metadata.${key}: the vendor has another value than the code`),
  ];
}
