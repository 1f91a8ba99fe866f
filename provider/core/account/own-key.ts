import type { Context } from "../contract/resource";
import {
  isHeld,
  issueKey,
  KEY_NAME,
  type KeyApi,
  keysOfSecret,
  type ListedKey,
  revokeKey,
} from "../key/keys";
import type { Account } from "./fields";
import type { Step } from "./kind";

// How far the times of an account and of its first key may lie apart, in milliseconds.
const SAME_CALL_MS = 5_000;

/** The secrets that resources of this run have for an account: the account's own and, in a replacement, the one before. */
export function secretsOf({ run, connection }: Context<unknown>, accountId: string): Set<string> {
  return run.shared(`${connection} secrets of ${accountId}`, () => new Set<string>());
}

/** A new key, and the keys that it stands in for. */
export interface Replacement {
  /** `null` for a suspended account, which gets its key when it is activated. */
  readonly secret: string | null;
  readonly lost: readonly ListedKey[];
}

/**
 * A new key for an account whose key is lost: the reply that created it never came. Right after a create (`isNew`)
 * every key there is was lost; in a take-over only those were that were never used and certainly were made for the
 * account itself. Any other key stays and is named, because resources that hold keys of this account are not known
 * yet (a forced replacement says nothing of its state). The lost ones are for the caller to revoke, once the account
 * is settled.
 */
export async function replaceLostKeys(
  step: Step,
  keys: KeyApi,
  account: Account,
  isNew: boolean,
): Promise<Replacement> {
  const { context, facts } = step;
  if (!account.live) return { secret: null, lost: [] };
  const before = (await keys.list(account.id)) ?? [];
  const { secret } = await issueKey(context, keys, account.id, { name: KEY_NAME }, before);
  const open = before.filter(({ revoked, id }) => !revoked && !isHeld(context, id));
  const lost = open.filter((key) => !key.used && (isNew || isAccountsOwn(key, before, account)));
  for (const key of open) {
    if (!lost.includes(key)) context.run.warn(leftAlone(facts.title, account.id, key));
  }
  return { secret, lost };
}

/** Whether a key was made for the account itself: by us in place of a lost one, or with the account. */
function isAccountsOwn(key: ListedKey, listed: readonly ListedKey[], account: Account): boolean {
  if (key.name === KEY_NAME) return true;
  const [made, born] = [Date.parse(key.createdAt ?? ""), Date.parse(String(account.outputs["createdAt"]))];
  return listed.length === 1 && Math.abs(made - born) < SAME_CALL_MS;
}

/** Whether a listing shows the key as one that works. */
export function isAlive(listed: readonly ListedKey[], secret: string): boolean {
  const matches = keysOfSecret(listed, secret);
  return matches.length > 0 && matches.every(({ revoked }) => !revoked);
}

/**
 * The key of the state, or a new one if the vendor has revoked it or has it no more (re-activation).
 *
 * @returns null when the key is known to be dead and no new one could be made; `cause` says why.
 */
export async function keepKeyWorking(
  step: Step,
  keys: KeyApi,
  account: Account,
  secret: string | null,
): Promise<{ secret: string | null; cause?: unknown }> {
  const { id: accountId } = account;
  const listed = (await keys.list(accountId)) ?? [];
  if (secret !== null && isAlive(listed, secret)) return { secret };
  try {
    const issued = await issueKey(step.context, keys, accountId, { name: KEY_NAME }, listed);
    step.context.run.warn(
      `${step.facts.title}: the key of the sub-account ${accountId} was revoked at the vendor; apiKey is a new one`,
    );
    // Nobody has what a killed run made in its place, nor, without a key in the state, the one that came with the account.
    const own = listed.filter((key) => secret === null && !key.used && isAccountsOwn(key, listed, account));
    for (const key of new Set([...standIns(step.context, listed, secret), ...own])) {
      if (!key.revoked) await endLostKey(step, keys, accountId, key);
    }
    return { secret: issued.secret };
  } catch (cause) {
    return { secret: null, cause };
  }
}

/** Revokes a key that nobody has. One that the vendor will not revoke is named: the account is as it is to be without. */
export async function endLostKey(
  { context, facts }: Pick<Step, "context" | "facts">,
  keys: KeyApi,
  accountId: string,
  key: ListedKey,
): Promise<void> {
  await revokeKey(context, keys, accountId, key.id).catch(() => {
    context.run.warn(leftAlone(facts.title, accountId, key));
  });
}

/**
 * What runs left that were killed as they made a key in place of the account's own: the name is ours alone, and nobody
 * ever had those keys.
 *
 * @param secret the account's key in the state, which has the same name after such a replacement.
 */
export function standIns(
  context: Context<unknown>,
  listed: readonly ListedKey[],
  secret: unknown,
): readonly ListedKey[] {
  const ours = typeof secret === "string" ? keysOfSecret(listed, secret) : [];
  return listed.filter(
    (key) =>
      key.name === KEY_NAME && !key.used && !key.revoked && !ours.includes(key) && !isHeld(context, key.id),
  );
}

/**
 * Revokes the key of an old state whose account now belongs to another resource, unless somebody may still need it:
 * a resource of this run has it, or it is in use and nobody got a new one for it.
 */
export async function revokeOrphanedKey(
  context: Context<unknown>,
  keys: KeyApi,
  title: string,
  accountId: string,
  secret: string,
): Promise<void> {
  const [key, ...others] = keysOfSecret((await keys.list(accountId)) ?? [], secret);
  if (key === undefined || others.length > 0 || key.revoked || isHeld(context, key.id)) return;
  const hasSuccessor = [...secretsOf(context, accountId)].some((other) => other !== secret);
  if (key.used && !hasSuccessor) context.run.warn(leftAlone(title, accountId, key));
  else await revokeKey(context, keys, accountId, key.id);
}

/** What is said of a key that stays although nobody may have it. */
export function leftAlone(title: string, accountId: string, key: ListedKey): string {
  const use = key.used ? "is in use" : "was never used";
  return (
    `${title}: the key "${key.name ?? key.id}" (${key.id}) of the sub-account ${accountId} ${use} and was left as it is. It may be ` +
    "that of an ApiKey of this stack; if nobody has it, revoke it at the vendor"
  );
}
