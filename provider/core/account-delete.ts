import { revokeOrphanedKey } from "./account-keys";
import { type AccountKind, holdOfAccount } from "./account-kind";
import { hasStatus, mayHaveHappened } from "./errors";
import type { Context, Values } from "./resource";
import { delayMs, MAX_ATTEMPTS } from "./retry";
import { stampOf } from "./stamp";

/**
 * The vendor's gentlest real delete of an account that is still this resource's. One that another resource took over,
 * or that a replacement replaced, is left alone.
 */
export async function deleteAccount<Client, Args extends Values>(
  kind: AccountKind<Client, Args>,
  context: Context<Client>,
  id: string,
  before: Values,
): Promise<void> {
  const { run, connection } = context;
  const { title } = kind.vendor;
  if ((before["deletionPolicy"] ?? kind.defaults["deletionPolicy"]) === "retain") {
    run.warn(`${title}: the sub-account ${id} was left at the vendor (deletionPolicy is "retain")`);
    return;
  }
  const api = kind.api(context, before);
  for (let attempt = 1; ; attempt++) {
    const account = await api.retrieve(id, attempt > 1);
    if (account === undefined) return;
    const stamp = stampOf(account.metadata);
    const isAnothers = kind.stamped
      ? stamp !== undefined && stamp.nonce !== before["__nonce"]
      : run.holders(holdOfAccount(connection, id)).size > 0;
    // The program still declares the resource, so this is the old half of a replacement, however that came about: an
    // account is never replaced.
    const isReplaced = run.isDeclared(String(before["__nonce"]).split(".")[1] ?? "");
    if (isAnothers || isReplaced) {
      run.warn(
        isReplaced
          ? `${title}: the sub-account ${id} was kept: an account is never replaced`
          : `${title}: the sub-account ${id} was left alone: it now belongs to ${stamp?.urn ?? "another resource"}`,
      );
      const keys = kind.keys?.(context);
      if (keys && typeof before["apiKey"] === "string") {
        await revokeOrphanedKey(context, keys, title, id, before["apiKey"]);
      }
      return;
    }
    try {
      return await api.remove(id);
    } catch (error) {
      if (hasStatus(error, 404)) return;
      // Refused, perhaps because it is inactive already; unclear, and then the next round looks first.
      const isOver = hasStatus(error, 400, 409, 410, 422) && !(await api.retrieve(id, true))?.live;
      if (isOver) return;
      if (!mayHaveHappened(error) || attempt >= MAX_ATTEMPTS) throw error;
      await run.sleep(delayMs(attempt, undefined, run.world.random()));
    }
  }
}
