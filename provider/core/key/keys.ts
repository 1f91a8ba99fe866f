import { hasStatus, mayHaveHappened, ReplyError } from "../base/errors";
import { Turns } from "../base/turns";
import type { Context, WriteContext } from "../contract/resource";
import { mutate } from "../vendor-io/mutate";

/** Waits before the looks at a listing, which may show what is new a moment late, in milliseconds. */
export const LOOKS_MS = [0, 500, 2_000];

/** The name of a key that stands in for an account's own, whose reply was lost or that the vendor revoked. */
export const KEY_NAME = "pulumi-subaccounts";

/** What a vendor shows of a key's use; a missing time of its last use shows nothing. */
export type KeyUse = "used" | "never" | "unknown";

/** Reads a vendor's time of last use, which is `null` for a key that was never used. */
export function useOf(lastUsedAt: unknown): KeyUse {
  if (lastUsedAt === undefined) return "unknown";
  return lastUsedAt === null ? "never" : "used";
}

/** A key as a vendor lists it: never with its secret. */
export interface ListedKey {
  readonly id: string;
  readonly name: string | undefined;
  /** The first characters of the key. */
  readonly prefix: string;
  /** ISO 8601, where the vendor says it. */
  readonly createdAt: string | undefined;
  readonly used: boolean;
  readonly use: KeyUse;
  /** ISO 8601, where the vendor says it. */
  readonly lastUsedAt: string | undefined;
  readonly revoked: boolean;
}

/** A key at the only moment its secret is shown. */
export interface IssuedKey {
  readonly id: string;
  readonly secret: string;
}

/** What a key is made with; a name where the vendor asks for one or the code declares it. */
export type KeyArgs = { readonly name?: string | undefined } & Readonly<Record<string, unknown>>;

/** The key endpoints of a vendor, in plain values. */
export interface KeyApi {
  /** All keys of an account; undefined when the vendor has no such account. */
  list(accountId: string): Promise<readonly ListedKey[] | undefined>;
  /** For refresh: a key from a listing of many accounts, where the vendor has one; undefined says nothing. */
  find?(accountId: string, keyId: string): Promise<ListedKey | undefined>;
  issue(accountId: string, args: KeyArgs): Promise<IssuedKey>;
  revoke(accountId: string, keyId: string): Promise<void>;
}

/**
 * Makes a key, once. If the reply that carried it is lost, the key that the listing has more than before is revoked
 * and another one is made, so that a working key comes out of the same run.
 */
export function issueKey(
  context: WriteContext<unknown>,
  keys: KeyApi,
  accountId: string,
  args: KeyArgs,
  before: readonly ListedKey[],
): Promise<IssuedKey> {
  const { run, connection, ownership } = context;
  // One at a time for an account: a key that another resource is just getting must not be taken for a lost one.
  const turns = run.shared(`${connection} keys of ${accountId}`, () => new Turns());
  return turns.take(async () => {
    const key = await issueOnce(context, keys, accountId, args, before);
    run.hold(holdOfKey(connection, key.id), ownership.urn);
    return key;
  });
}

function issueOnce(
  context: Context<unknown>,
  keys: KeyApi,
  accountId: string,
  args: KeyArgs,
  before: readonly ListedKey[],
): Promise<IssuedKey> {
  const { run } = context;
  const known = new Set(before.map((key) => key.id));
  const send = async (): Promise<IssuedKey> => {
    const key = await keys.issue(accountId, args);
    run.redactor.add(key.secret);
    return key;
  };
  /** What came of it has no use, since its secret is lost: it is revoked, and another key is made. */
  const readBack = async (): Promise<undefined> => {
    for (const key of (await keys.list(accountId)) ?? []) {
      if (known.has(key.id) || key.name !== args.name || key.used || isHeld(context, key.id)) continue;
      known.add(key.id);
      if (!key.revoked) await revokeKey(context, keys, accountId, key.id);
    }
  };
  return mutate(context, { send, readBack, repeat: "once" });
}

/** Revokes a key until the vendor agrees that it is revoked or gone. */
export async function revokeKey(
  context: Context<unknown>,
  keys: KeyApi,
  accountId: string,
  keyId: string,
): Promise<void> {
  const send = async (): Promise<true> => {
    await keys.revoke(accountId, keyId);
    return true;
  };
  const isOver = async (): Promise<true | undefined> => {
    const key = (await keys.list(accountId))?.find(({ id }) => id === keyId);
    return key === undefined || key.revoked || undefined;
  };
  await mutate(context, { send, readBack: isOver, repeat: "repeatable" }).catch(async (error: unknown) => {
    if (hasStatus(error, 404)) return;
    // A refusal may be because it is revoked already; one of the key that asks says nothing of that.
    const isRefusal = !mayHaveHappened(error) && !hasStatus(error, 401, 403);
    if (!isRefusal || !(await isOver())) throw error;
  });
}

/** The listed form of a key just issued. */
export async function listedKey(
  { run }: Context<unknown>,
  keys: KeyApi,
  accountId: string,
  keyId: string,
): Promise<ListedKey> {
  for (const wait of LOOKS_MS) {
    await run.sleep(wait);
    const key = (await keys.list(accountId))?.find(({ id }) => id === keyId);
    if (key) return key;
  }
  throw new ReplyError(`the key ${keyId} was made and is missing in the key listing of ${accountId}`);
}

/** The listed keys that this secret may belong to, by their prefix, which may be too short to tell them apart. */
export function keysOfSecret(listed: readonly ListedKey[], secret: string): ListedKey[] {
  return listed.filter(({ prefix }) => {
    // Vendors shorten what they show: "zv_live_ab12...".
    const shown = prefix.replace(/[.…*]+$/, "");
    return shown !== "" && secret.startsWith(shown);
  });
}

/** Whether a resource of this run has the key. */
export function isHeld({ run, connection }: Context<unknown>, keyId: string): boolean {
  return run.holders(holdOfKey(connection, keyId)).size > 0;
}

/** What {@link Run.hold} calls a key. */
export function holdOfKey(connection: string, keyId: string): string {
  return `${connection} key ${keyId}`;
}
