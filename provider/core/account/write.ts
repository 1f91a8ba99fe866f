import { hasStatus, MismatchError, SubaccountsError } from "../base/errors";
import { isObject, type JsonObject } from "../base/json";
import { STAMP_KEY } from "../contract/arguments";
import { declaredFields, type Fields, nested } from "../contract/fields";
import { mutate } from "../vendor-io/mutate";
import { type Account, fieldsToSend } from "./fields";
import type { Step } from "./kind";
import { differingKeys, planMetadata, stillThere } from "./marker";

/**
 * Brings an account to what is declared: sends what differs and nothing else, reads where the reply shows nothing,
 * and after an unclear outcome looks before it sends again.
 *
 * @param progress told of every state of the account on the way, so that a failure can say what is known.
 */
export async function bringTo(
  step: Step,
  start: Account,
  progress: (account: Account) => void,
): Promise<Account> {
  const { api, context } = step;
  let account = start;
  const send = async (): Promise<Account> => {
    const { fields, metadata, removed } = whatToSend(step, account);
    if (Object.keys(fields).length === 0 && metadata === undefined) return account;
    const reply = await api.update(account.id, fields, metadata, progress);
    account = await shown(step, account.id, reply);
    progress(account);
    if (metadata === undefined || stillThere(account.metadata, removed).length === 0) return account;
    account = await nullKeys(step, account, metadata, removed, progress);
    progress(account);
    return account;
  };
  // What is sent again is what then still differs.
  const readBack = async (): Promise<undefined> => {
    account = await reread(step, account.id);
    progress(account);
  };
  return mutate(context, { send, readBack, repeat: "repeatable" });
}

/** The step that follows a create call: what that call cannot set, and nothing else. */
export function afterCreation(step: Step): Step {
  const { facts, args } = step;
  const later = Object.entries(declaredFields({ ...facts, defaults: {} }, args)).filter(([name]) =>
    facts.notAtCreation.includes(name),
  );
  return { ...step, facts: { ...facts, stamped: false }, args: nested(Object.fromEntries(later)) };
}

/**
 * Compares what the vendor has with what is declared; reads once more before it believes a difference.
 *
 * @throws MismatchError "asked 5000, vendor has 10000".
 */
export async function verify(step: Step, account: Account): Promise<Account> {
  if (mismatches(step, account).length === 0) return account;
  const again = await reread(step, account.id);
  const wrong = mismatches(step, again);
  if (wrong.length === 0) return again;
  throw new MismatchError(
    `${step.facts.title} accepted the sub-account ${account.id} and has another value than asked: ${wrong.join("; ")}. ` +
      "Declare what the vendor can hold, or ask the vendor",
  );
}

/** What a write left: its reply, or a read where the reply does not show the account or its metadata. */
async function shown(step: Step, id: string, reply: Account | undefined): Promise<Account> {
  if (reply && !(step.facts.stamped && reply.metadata === undefined)) return reply;
  return reread(step, id);
}

/** The account as the vendor has it now. @throws SubaccountsError if it is not there any more. */
async function reread(step: Pick<Step, "api" | "facts">, id: string): Promise<Account> {
  const account = await step.api.retrieve(id, true);
  if (account) return account;
  throw new SubaccountsError(
    `${step.facts.title} has no sub-account ${id} any more. Run \`pulumi refresh\`, then \`pulumi up\` makes a new one`,
  );
}

function whatToSend(
  { facts, args, before, stamp }: Step,
  account: Account,
): { fields: Fields; metadata: JsonObject | undefined; removed: readonly string[] } {
  const fields = fieldsToSend(declaredFields(facts, args), declaredFields(facts, before), account);
  if (!facts.stamped) return { fields, metadata: undefined, removed: [] };
  const plan = planMetadata(account.metadata, metadataOf(args), metadataOf(before), stamp);
  // A stamp that someone wiped goes out with the next write; a new stamp (take-over, adoption) is a write.
  const isNewStamp = before["__nonce"] !== stamp.nonce;
  const writes = Object.keys(fields).length > 0 || plan.contentDiffers || (plan.stampDiffers && isNewStamp);
  const metadata = writes && (plan.contentDiffers || plan.stampDiffers) ? plan.metadata : undefined;
  return { fields, metadata, removed: plan.removed };
}

/** A vendor that merges keeps a key that is left out: it is sent once more as `null`. */
async function nullKeys(
  step: Step,
  account: Account,
  metadata: JsonObject,
  removed: readonly string[],
  progress: (account: Account) => void,
): Promise<Account> {
  const nulls = Object.fromEntries(stillThere(account.metadata, removed).map((key) => [key, null]));
  const reply = await step.api
    .update(account.id, {}, { ...metadata, ...nulls }, progress)
    .catch((error: unknown): undefined => {
      // A vendor of strings refuses null: what it then still has says it better than its refusal of ours.
      if (!hasStatus(error, 400, 422)) throw error;
    });
  const after = await shown(step, account.id, reply);
  const kept = stillThere(after.metadata, removed);
  if (kept.length === 0) return after;
  throw new MismatchError(
    `${step.facts.title} keeps the metadata keys ${kept.join(", ")} of the sub-account ${account.id}, which the code no ` +
      "longer declares: neither leaving them out nor null removes them. Declare them again, or have the vendor remove them",
  );
}

function mismatches({ facts, args, before, stamp }: Step, account: Account): string[] {
  const declared = declaredFields(facts, args);
  const wrong = Object.keys(fieldsToSend(declared, declaredFields(facts, before), account)).map((name) =>
    facts.limits.includes(name)
      ? `${name}: asked ${declared[name] ?? "no limit (null)"}, vendor has ${account.fields[name] ?? "no limit (null)"}`
      : `${name}: the vendor has another value than the code`,
  );
  if (!facts.stamped) return wrong;
  const ours = before["__nonce"] === stamp.nonce ? {} : { [STAMP_KEY]: { ...stamp } };
  const keys = differingKeys(account.metadata, { ...metadataOf(args), ...ours });
  return [...wrong, ...keys.map((key) => `metadata.${key}: the vendor has another value than the code`)];
}

function metadataOf(values: Readonly<Record<string, unknown>>): JsonObject {
  return isObject(values["metadata"]) ? (values["metadata"] as JsonObject) : {};
}
