import { hasStatus, mayHaveHappened, SubaccountsError } from "../base/errors";
import type { Context, Values } from "../contract/resource";
import { mutate } from "../vendor-io/mutate";
import type { Account } from "./fields";
import { type AccountKind, holdOfAccount } from "./kind";
import { isOfNonce, partsOf, stampOf } from "./marker";

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
  const { run } = context;
  const { title } = kind.vendor;
  const policy = before["deletionPolicy"] ?? kind.defaults["deletionPolicy"];
  // A state of another version may hold anything, and a deletion that nobody asked for cannot be taken back.
  if (typeof policy !== "string" || !Object.hasOwn(kind.manifest.deletion, policy)) {
    throw new SubaccountsError(
      `${title}: the state does not say what is to become of the sub-account ${id}: its deletionPolicy is none of ` +
        `${Object.keys(kind.manifest.deletion).join(", ")}. Nothing was sent. Declare it and run \`pulumi up\`, then delete it`,
    );
  }
  if (policy === "retain") {
    run.warn(`${title}: the sub-account ${id} was left at the vendor (deletionPolicy is "retain")`);
    return;
  }
  const api = kind.api(context, before);
  const account = await api.retrieve(id, false);
  if (account === undefined) return;
  if (isKept(kind, context, account, before)) return;
  const send = async (): Promise<true> => {
    await api.remove(id);
    return true;
  };
  // One that did not work before is no proof that it was removed.
  const isOver = (now: Account | undefined) => now === undefined || (account.live && !now.live);
  const readBack = async () => isOver(await api.retrieve(id, true)) || undefined;
  await mutate(context, { send, readBack, repeat: "repeatable" }).catch(async (error: unknown) => {
    if (hasStatus(error, 404)) return;
    // Refused, perhaps because it is inactive already.
    const isRefusal = hasStatus(error, 400, 409, 410, 422) && !mayHaveHappened(error);
    if (!isRefusal || (await api.retrieve(id, true))?.live) throw error;
  });
}

/** Whether the account is to stay because it is another resource's now; that is said. */
function isKept<Client, Args extends Values>(
  kind: AccountKind<Client, Args>,
  context: Context<Client>,
  { id, metadata }: Account,
  before: Values,
): boolean {
  const { run, connection } = context;
  const { title } = kind.vendor;
  const stamp = stampOf(metadata);
  const isAnothers = kind.stamped
    ? stamp !== undefined && !isOfNonce(stamp, before["__nonce"])
    : run.holders(holdOfAccount(connection, id)).size > 0;
  // The program still declares the resource, so this is the old half of a replacement, however that came about: an
  // account is never replaced.
  const isReplaced = run.isDeclared(partsOf(before["__nonce"]).tag ?? "");
  if (!isAnothers && !isReplaced) return false;
  run.warn(
    isReplaced
      ? `${title}: the sub-account ${id} was kept: an account is never replaced`
      : `${title}: the sub-account ${id} was left alone: it now belongs to ${stamp?.urn ?? "another resource"}`,
  );
  return true;
}
