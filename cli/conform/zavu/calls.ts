import type { ZavuSwitches } from "../../../emulator";
import { noteMade, type Talk } from "../core/interview";
import type { Raw } from "../core/line";
import { type Listing, type Row, readListing } from "../core/pages";
import { at, envelopeOf, isOk, objectsOf, textAt, timeOf } from "../core/replies";

/** The questions about Zavu. */
export type ZavuTalk = Talk<ZavuSwitches>;

export const ALL = "/v1/sub-accounts";
export const ME = "/v1/me";
/** The vendor's largest `limit`. */
export const PAGE = 100;

/** The path of an account. */
export const of = (id: string) => `${ALL}/${encodeURIComponent(id)}`;
/** The path of an account's keys, or of one of them. */
const keysOf = (id: string, keyId?: string) =>
  `${of(id)}/api-keys${keyId === undefined ? "" : `/${encodeURIComponent(keyId)}`}`;

/** A call with an account's key. */
export const askedWith = (secret: string) => ({ headers: { authorization: `Bearer ${secret}` } });

/** Whether a read of an account shows that it ended: as inactive, or by the vendor's own 404. */
export function isInactive(reply: Raw): boolean | undefined {
  if (reply.status === 404 && envelopeOf(reply) !== undefined) return true;
  return isOk(reply) ? at(reply.body, "subAccount", "status") === "inactive" : undefined;
}

/** Reads the listing of the accounts. */
export async function list({ line, answers }: ZavuTalk): Promise<Listing | undefined> {
  return readListing(async (cursor) => {
    const reply = await line.get(ALL, { query: { limit: String(PAGE), cursor } });
    const items = isOk(reply) ? objectsOf(at(reply.body, "items")) : undefined;
    if (items === undefined) answers.note("listing", `answered ${reply.status}, without items`);
    return items && { rows: items.map(toRow), next: at(reply.body, "nextCursor") };
  });
}

/** Reads the listing of an account's keys after the last write; `first` is its first page as it is. */
export async function listKeys({ line, lag }: ZavuTalk, id: string) {
  await lag.settle();
  let first: unknown;
  const listing = await readListing(async (cursor) => {
    const { body } = await line.get(keysOf(id), { query: { cursor } });
    first ??= body;
    const items = objectsOf(at(body, "items"));
    return items && { rows: items.map(toRow), next: at(body, "nextCursor") };
  });
  return { keys: listing?.rows ?? [], first };
}

/** An account or a key as it is listed. */
function toRow(raw: Record<string, unknown>): Row {
  return {
    id: String(raw["id"]),
    name: String(raw["name"]),
    externalId: textAt(raw, "externalId"),
    isLive: raw["status"] !== "inactive" && raw["revokedAt"] == null,
    createdAtMs: timeOf(raw["createdAt"]),
    raw,
  };
}

/** A scratch account. Its external id stays as it is, so that it can be told by it whatever its name is. */
export interface Made {
  readonly id: string;
  readonly name: string;
  /** The key that it was born with; empty where the reply had none. */
  readonly key: string;
}

/** Creates an account. @returns what was made, if anything, with the reply */
export async function create(
  talk: ZavuTalk,
  name: string,
  externalId: string,
): Promise<{ readonly reply: Raw; readonly made?: Made }> {
  const reply = await talk.line.createAccount(ALL, { body: { name, externalId } });
  const id = noteMade(talk, reply, name, at(reply.body, "subAccount"));
  if (id === undefined) return { reply };
  return { reply, made: { id, name, key: textAt(reply.body, "subAccount", "apiKey") ?? "" } };
}

/** Changes an account of ours. */
export function patch({ line }: ZavuTalk, id: string, body: object): Promise<Raw> {
  return line.change("PATCH", id, of(id), { body });
}

/** Deactivates an account of ours. */
export function deactivate({ line }: ZavuTalk, id: string): Promise<Raw> {
  return line.change("DELETE", id, of(id));
}

/** An account as it reads after the last write. */
export async function shown({ line, lag }: ZavuTalk, id: string): Promise<unknown> {
  await lag.settle();
  return at((await line.get(of(id))).body, "subAccount");
}

/** Creates a key of an account of ours. */
export function createKey({ line }: ZavuTalk, id: string, name: string): Promise<Raw> {
  return line.createKey(id, keysOf(id), { body: { name } });
}

/** Revokes a key of an account of ours. */
export function revoke({ line }: ZavuTalk, id: string, keyId: string): Promise<Raw> {
  return line.change("DELETE", id, keysOf(id, keyId));
}

/** Revokes every key of an account of ours that is not revoked yet. */
export async function revokeAll(talk: ZavuTalk, id: string): Promise<void> {
  const { keys } = await listKeys(talk, id);
  for (const key of keys.filter(({ isLive }) => isLive)) await revoke(talk, id, key.id);
}
