import { onRead } from "./actions";
import { othersWith } from "./claims";
import { nameDoubles } from "./doubles";
import type { Account } from "./fields";
import type { OwnKey } from "./kind";
import { markerIn, newParts, nonceOf, type Parts, partsOf } from "./marker";
import { observe, refuseAbsent } from "./observe";
import { placeHere, placeOfState } from "./places";
import { isSuspending, type Looking, relationToState, urnIn } from "./step";

/** Accounts of one connection whose own key a refresh looks at, unless `subaccounts:checkKeys` asks for all. */
const KEYS_CHECKED = 25;

/** The result of a refresh: the vendor's account, and the state's hidden parts as they are now. */
export interface Read {
  readonly account: Account;
  readonly nonce: unknown;
  readonly apiKey: unknown;
}

/**
 * Reads the account of a state. @returns undefined where it is proven to be gone.
 *
 * @throws SubaccountsError where that cannot be told: the state keeps the account.
 */
export async function readAccount(
  looking: Looking,
  id: string,
  ownKey: OwnKey | undefined,
): Promise<Read | undefined> {
  const { facts, context, before } = looking;
  const observed = await observe(looking, id, "refresh");
  const { presence, account } = observed;
  if (presence === "gone") return undefined;
  if (account === undefined) throw refuseAbsent(looking, id, observed);
  // Archived for good: the vendor has no such account any more, but for its history.
  if (presence === "ended" && !facts.isRevivable) return undefined;
  if (presence === "strange") {
    context.run.warn(
      `${facts.title}: the sub-account ${id} has the status "${account.status}", which is not documented. The state keeps it; look at it at the vendor`,
    );
  }
  if (isReadTwice(looking, id)) {
    context.run.warn(
      `${facts.title}: the sub-account ${id} is in the state twice, as two resources. Take one of them out with \`pulumi state delete\``,
    );
  }
  const parts = await readParts(looking, id, account);
  nameDoubles(looking, id, parts?.tag ? parts : partsOf(before["__nonce"]));
  return {
    account: await looking.accounts.whole(account, before),
    nonce: parts === undefined ? before["__nonce"] : nonceOf(parts),
    apiKey: await readKey(looking, id, account, ownKey),
  };
}

/** Whether another state of this refresh has the account, too. */
function isReadTwice({ context }: Looking, id: string): boolean {
  const read = context.run.shared(`${context.connection} accounts read`, () => new Set<string>());
  const isTwice = read.has(id);
  read.add(id);
  return isTwice;
}

/** The parts of the state's `__nonce` after a look at the account; undefined where they stay as they are. */
async function readParts(looking: Looking, id: string, account: Account): Promise<Parts | undefined> {
  const { facts, context, before } = looking;
  const parts = partsOf(before["__nonce"]);
  const relation = relationToState(looking, account, othersWith(context, id, parts.tag));
  const action = onRead[relation];
  const marker = markerIn(account.metadata);
  if (action === "keep, drift") return { ...parts, tag: "" };
  if (action === "keep, warn") {
    context.run.warn(
      relation === "claimed"
        ? `${facts.title}: the sub-account ${id} is in the state of another resource, too. Take one of the two out of the program`
        : relation === "unreadable"
          ? `${facts.title}: the sub-account ${id} carries a marker that this version cannot read. The state keeps it`
          : `${facts.title}: the sub-account ${id} carries the marker of ${urnIn(account)}, which took it over; take it out of one of the two programs`,
    );
    return undefined;
  }
  if (marker === undefined) return undefined;
  // Suspended by hand: the next update tells so in the marker, if the code says so too.
  const isNews = !isSuspending(facts, before) || parts.tag === "";
  if (account.presence === "ended" && !marker.suspended && isNews) return { ...parts, tag: "" };
  const own = partsOf(marker.nonce);
  if (action === "keep, take its id") {
    context.run.inform(
      `${facts.title}: the sub-account ${id} was taken over by a run that was interrupted; the state now has its marker ${own.id}`,
    );
  }
  // The place is written where it is seen with our marker, and a marker that was gone is there again.
  const place = placeOfState(looking) ?? (await placeHere(looking));
  return { ...newParts(own.id, marker, place) };
}

/** The account's own key in the state; `null` if the vendor has revoked it. */
async function readKey(
  { context, facts, before }: Looking,
  id: string,
  account: Account,
  ownKey: OwnKey | undefined,
): Promise<unknown> {
  if (account.apiKey !== undefined) return account.apiKey;
  const { apiKey } = before;
  if (ownKey === undefined || typeof apiKey !== "string" || account.presence !== "active") return apiKey;
  // Activated again outside: its keys are dead as a rule.
  const isRevived = isSuspending(facts, before);
  const checked = context.run.shared(`${context.connection} keys checked`, () => ({ count: 0 }));
  const isChecked = !context.run.skipsKeys && (checked.count < KEYS_CHECKED || context.checksAllKeys);
  if (!isRevived && !isChecked) return apiKey;
  checked.count++;
  if (before["ownKey"] === "revoke") return (await ownKey.check(context, id, apiKey)) ?? undefined;
  return ownKey.check(context, id, apiKey);
}
