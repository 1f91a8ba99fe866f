import type { BctrlSwitches } from "../../../emulator";
import { SubaccountsError } from "../../../provider/core/base/errors";
import { noteMade, type Talk } from "../core/interview";
import type { Asked, Raw } from "../core/line";
import { type Listing, type Row, readListing } from "../core/pages";
import { at, isOk, objectsOf, textAt, timeOf } from "../core/replies";

/** The questions about bctrl. */
export type BctrlTalk = Talk<BctrlSwitches>;

export const ALL = "/v1/subaccounts";
export const KEYS = "/v1/api-keys";
export const WHOAMI = "/v1/auth/whoami";
/** The vendor's largest `limit`. */
export const PAGE = 200;
/** The releases that its SDK and CLI know, the newest first. */
export const RELEASES = ["2026-10-03", "2026-10-01"];

/** The path of an account. */
export const of = (id: string) => `${ALL}/${encodeURIComponent(id)}`;

/** The release of the connection, or else the newest one. */
export function releaseOf({ apiVersion }: Pick<BctrlTalk, "apiVersion">): string {
  return RELEASES.find((each) => each === apiVersion) ?? RELEASES[0] ?? "";
}

/** A call in the release of the connection. */
export function asked(talk: BctrlTalk, more: Asked = {}): Asked {
  return { ...more, headers: { "bctrl-version": releaseOf(talk), ...more.headers } };
}

/** A call with an account's key. */
export function askedWith(talk: BctrlTalk, secret: string): Asked {
  return asked(talk, { headers: { authorization: `Bearer ${secret}` } });
}

/** Whether a read of an account shows that it ended: as archived, or by the vendor's own 404. */
export function isArchived(reply: Raw): boolean | undefined {
  if (reply.status === 404 && textAt(reply.body, "error", "code") === "subaccount.not_found") return true;
  return isOk(reply) ? at(reply.body, "status") === "archived" : undefined;
}

/** An account or a key as it is listed. */
function toRow(raw: Record<string, unknown>): Row {
  return {
    id: String(raw["id"]),
    name: String(raw["name"]),
    externalId: textAt(raw, "externalId"),
    isLive: raw["status"] !== "archived",
    createdAtMs: timeOf(raw["createdAt"]),
    raw,
  };
}

/** Reads a listing of accounts or keys. @param isEnough ends the reading early. */
export async function list(
  talk: BctrlTalk,
  path: typeof ALL | typeof KEYS,
  query: Asked["query"] = {},
  isEnough?: (row: Row) => boolean,
): Promise<Listing | undefined> {
  const limit = String(PAGE);
  return readListing(async (cursor) => {
    const reply = await talk.line.get(path, asked(talk, { query: { limit, ...query, cursor } }));
    const items = isOk(reply) ? objectsOf(at(reply.body, "data")) : undefined;
    if (items === undefined) talk.answers.note("listing", `answered ${reply.status}, without data`);
    return items && { rows: items.map(toRow), next: at(reply.body, "nextCursor") };
  }, isEnough);
}

/** Whether the filter by external id finds an account; undefined where the filtered listing has no end. */
export async function isFound(talk: BctrlTalk, externalId: string, id: string): Promise<boolean | undefined> {
  const listing = await list(talk, ALL, { externalId }, (row) => row.id === id);
  if (listing?.rows.some((row) => row.id === id)) return true;
  return listing?.isComplete ? false : undefined;
}

/** A scratch account. Its external id stays as it is, so that it can be told by it whatever its name is. */
export interface Made {
  readonly id: string;
  readonly name: string;
  readonly spaceId: string | undefined;
}

/** Creates an account. @returns what was made, if anything, with the reply */
export async function create(
  talk: BctrlTalk,
  name: string,
  externalId: string,
): Promise<{ readonly reply: Raw; readonly made?: Made }> {
  const reply = await talk.line.createAccount(ALL, asked(talk, { body: { name, externalId } }));
  const id = noteMade(talk, reply, name, reply.body);
  const spaceId = textAt(reply.body, "defaultSpaceId");
  return id === undefined ? { reply } : { reply, made: { id, name, spaceId } };
}

/** Changes an account of ours. */
export function patch(talk: BctrlTalk, id: string, body: object): Promise<Raw> {
  return talk.line.change("PATCH", id, of(id), asked(talk, { body }));
}

/** Archives an account of ours. */
export function archive(talk: BctrlTalk, id: string): Promise<Raw> {
  return talk.line.change("POST", id, `${of(id)}/archive`, asked(talk));
}

/** An account as it reads after the last write. */
export async function shown(talk: BctrlTalk, id: string): Promise<unknown> {
  await talk.lag.settle();
  return (await talk.line.get(of(id), asked(talk))).body;
}

/** Creates a key of an account of ours. @param headers such as an Idempotency-Key. */
export function createKey(
  talk: BctrlTalk,
  body: { readonly subaccountId: string; readonly name: string; readonly expiresAt?: string },
  headers: Asked["headers"] = {},
): Promise<Raw> {
  return talk.line.createKey(body.subaccountId, KEYS, asked(talk, { body, headers }));
}

/** Revokes a key. @param owner the account of ours, or the key itself where its name proves it ours. */
export function revoke(talk: BctrlTalk, owner: string, id: string): Promise<Raw> {
  return talk.line.change("DELETE", owner, `${KEYS}/${encodeURIComponent(id)}`, asked(talk));
}

/**
 * Revokes the working keys of an account of ours, or, without one, those whose name proves them ours.
 *
 * @throws SubaccountsError where the listing of keys has no end: one may be left.
 */
export async function revokeKeys(talk: BctrlTalk, owner: string | undefined): Promise<void> {
  const { line, names } = talk;
  const listing = await list(talk, KEYS, owner === undefined ? {} : { subaccountId: owner });
  for (const { id, name, raw } of listing?.rows ?? []) {
    const isOurs = owner === undefined ? names.proves(name) : raw["subaccountId"] === owner;
    if (!isOurs) continue;
    if (owner === undefined) line.own(id);
    await revoke(talk, owner ?? id, id);
  }
  if (listing?.isComplete) return;
  throw new SubaccountsError("bctrl's list of keys was not read to its end: a key may be left");
}
