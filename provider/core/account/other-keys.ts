import { SubaccountsError } from "../base/errors";
import { printable } from "../base/printable";
import { isInTenant } from "../contract/moved-from";
import type { Context, Values } from "../contract/resource";
import type { AccountApi, WorkingKeys } from "./kind";
import type { Looking, Step } from "./step";

/** The keys of a tenant's account that no state has, as far as its hidden output `__otherKeys` knows of them. */
export interface OtherKeys {
  /** Ids of keys that worked when the account was taken over from a lost state; names, where nothing told their ids. */
  readonly former: readonly string[];
  /** Once the tenant's keys have ended: whether a look found none but the account's own. */
  readonly areEnded?: boolean;
}

type Key = WorkingKeys["keys"][number];

/** The other keys in a state. */
export function otherKeysOf({ __otherKeys: value }: Values): OtherKeys {
  const { former, areEnded } = (value ?? {}) as Values;
  return {
    former: Array.isArray(former) ? former.filter((each) => typeof each === "string") : [],
    ...(typeof areEnded === "boolean" ? { areEnded } : {}),
  };
}

/** The hidden output; none where nothing is known. */
export function otherKeysOutput(known: OtherKeys): Values {
  return known.former.length === 0 && known.areEnded === undefined ? {} : { __otherKeys: known };
}

/** Whether an `up` is to look for keys that no state has. @param endedKeys undefined while the tenant has its keys */
export function isLookDue(
  state: Values,
  endedKeys: readonly string[] | undefined,
  { workingKeys }: AccountApi,
): boolean {
  const { areEnded } = otherKeysOf(state);
  if (endedKeys === undefined) return areEnded !== undefined;
  return workingKeys !== undefined && areEnded !== true;
}

/**
 * Notes the keys of an account that is taken over from a lost state: those of its tenant end by a date, and nothing
 * tells them from the new ones then.
 *
 * @throws SubaccountsError where they cannot be told
 */
export async function noteFormerKeys({ facts, accounts, context, known }: Step, id: string): Promise<void> {
  const { workingKeys } = accounts.api;
  const isRecovering = context.fleet?.isRecovering && isInTenant(context.ownership.urn);
  if (workingKeys === undefined || !isRecovering || context.endedKeys !== undefined) return;
  const { keys, flaw } = await workingKeys(id);
  if (flaw !== undefined) {
    throw new SubaccountsError(
      `${facts.title}: which keys of the sub-account ${id} are those of the lost state cannot be told: ${flaw}. Nothing was sent. Run \`pulumi up\` again`,
    );
  }
  known.otherKeys = { former: keys.map((key) => key.id) };
}

/**
 * Once the keys of a tenant have ended, names those of its account that work and are in no state. None is revoked: `up`
 * revokes only what the state has, and does so after this step.
 *
 * @throws SubaccountsError while keys of a lost state work, and where the vendor's list is not complete. In the first `up`
 * that looks, the run first goes on to revoke those of this state: {@link refuseFormerKeys} fails it.
 */
export async function lookAtOtherKeys(step: Step, id: string): Promise<void> {
  const { accounts, before, context, known } = step;
  const { endedKeys } = context;
  const { workingKeys } = accounts.api;
  const { former } = known.otherKeys;
  // Resumed: they have not ended any more.
  if (endedKeys === undefined) known.otherKeys = { former };
  if (endedKeys === undefined || workingKeys === undefined) return;
  // Of an account that is new to the state all keys of the tenant's names are a lost state's.
  const isNew = Object.keys(before).length === 0;
  const isFirst = !isNew && otherKeysOf(before).areEnded === undefined;
  const suspects = isNew ? [...former, ...endedKeys] : former;
  if (isNew) known.otherKeys = { former: suspects, areEnded: false };
  const { keys, flaw } = await workingKeys(id);
  const isFormer = ({ id, name = "" }: Key): boolean =>
    suspects.includes(name) || (suspects.includes(id) && endedKeys.includes(name));
  const found = keys.filter(isFormer);
  // Their ids: an ApiKey of the state may have the same name until the end of the run.
  const ids = found.map((key) => key.id);
  if (found.length > 0 && !isFirst) {
    known.otherKeys = { former: [...new Set([...suspects, ...ids])], areEnded: false };
    throw living(step, id, found, "Nothing was revoked");
  }
  if (found.length > 0) formerKeys(context).set(id, living(step, id, found, "Those of the state were revoked"));
  if (flaw !== undefined) throw untold(step, id, flaw);
  const others = keys.filter((key) => !key.isOwn || found.includes(key));
  known.otherKeys = { former: ids, areEnded: others.length === 0 };
  tell(step, id, others, isFirst || isNew ? endedKeys : [], ids);
}

/** The errors of accounts that keys of a lost state still work of, once this run has revoked those of its own. */
function formerKeys({ run, connection }: Context<unknown>): Map<string, SubaccountsError> {
  return run.shared(`${connection} former keys`, () => new Map<string, SubaccountsError>());
}

/**
 * Fails the delete of a key of an account that keys of a lost state still work of, the last of this run: what the engine has
 * not begun when a step fails it leaves to the next one.
 *
 * @throws SubaccountsError once for each account
 */
export async function refuseFormerKeys(context: Context<unknown>, accountId: string): Promise<void> {
  const error = formerKeys(context).get(accountId);
  if (error === undefined) return;
  formerKeys(context).delete(accountId);
  await context.run.otherDeletionsEnd();
  throw error;
}

/** Shows which keys are left. @param held names of keys that the state may have until the end of the run */
function tell(
  { context: { ownership, run }, facts: { title } }: Step,
  id: string,
  others: readonly Key[],
  held: readonly string[],
  former: readonly string[],
): void {
  const mayBeHeld = others.filter((key) => held.includes(key.name ?? "") && !former.includes(key.id));
  const left = others.filter((key) => !mayBeHeld.includes(key));
  if (mayBeHeld.length > 0) {
    const text = `${title}: at the end of this run the keys of the sub-account ${id} that the state has are revoked, of ${namesOf(mayBeHeld)}; the next \`pulumi up\` looks again`;
    run.inform(text, ownership.urn);
  }
  if (left.length > 0) {
    run.warn(
      `${title}: the keys of the sub-account ${id} have ended by the date of its tenant, and these are not revoked, since \`up\` ends only what the state has: ${namesOf(left)}. ` +
        "End each with `npx --no-install subaccounts keys --revoke <key id>`",
    );
  }
}

/** Fails while keys of an account that is let go of work after they have ended. @throws SubaccountsError */
export async function refuseLivingKeys(looking: Looking, id: string): Promise<void> {
  const { former, areEnded } = otherKeysOf(looking.before);
  if (areEnded === undefined || former.length === 0) return;
  const { keys = [], flaw } = (await looking.accounts.api.workingKeys?.(id)) ?? {};
  const found = keys.filter((key) => former.includes(key.id) || former.includes(key.name ?? ""));
  if (found.length > 0) throw living(looking, id, found, "Nothing was revoked");
  if (flaw !== undefined) throw untold(looking, id, flaw);
}

function living(
  { facts }: Looking,
  id: string,
  keys: readonly Key[],
  done: "Nothing was revoked" | "Those of the state were revoked",
): SubaccountsError {
  return new SubaccountsError(
    `${facts.title}: the sub-account ${id} has working keys that have ended by the date of its tenant, and no state has them: ${namesOf(keys)}. ${done}. ` +
      "End each with `npx --no-install subaccounts keys --revoke <key id>`, then run `pulumi up` again",
  );
}

function untold({ facts }: Looking, id: string, flaw: string): SubaccountsError {
  return new SubaccountsError(
    `${facts.title}: whether keys of the sub-account ${id}, whose tenant's have ended, are left cannot be told: ${flaw}. Run \`pulumi up\` again`,
  );
}

function namesOf(keys: readonly Key[]): string {
  return keys
    .map(({ id, name }) =>
      name === undefined ? `one without a name (${id})` : `"${printable(name)}" (${id})`,
    )
    .join(", ");
}
