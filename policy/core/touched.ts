import { type Account, label, namesOf } from "./account";
import type { Comparison, Pair } from "./baseline";
import { changesOtherLimits, endsOwnKey, isLowered, isRaised, isSuspended } from "./effects";
import { type Key, labelOfKey } from "./key";
import { read, readText } from "./reading";
import { isRevoked } from "./revocation";

/** The kinds of change that hurt or cost. */
export const KINDS = ["deleted", "suspended", "keys revoked", "lowered", "raised"] as const;

export type Kind = (typeof KINDS)[number];

/** The kinds that a change of a limit may be. */
const OF_LIMITS: readonly Kind[] = ["suspended", "lowered", "raised"];

const HOUR_MS = 3_600_000;

/** An account that the run changes in a way that hurts or costs, or a key of one. */
export interface Touched {
  readonly kind: Kind;
  /** Vendor and id of the account. */
  readonly account: string;
  readonly label: string;
  /** The names that an approval of it has to have one of. */
  readonly names: readonly string[];
  /** It is a key of an account that neither the baseline nor the stack has. */
  readonly isStray?: boolean;
}

/** What counts as which kind. */
interface Measures {
  /** By more than how many per cent a limit must go down. */
  readonly loweredBy: number;
  /** The shortest overlap of a replaced key that is long enough. */
  readonly leastOverlapHours: number;
}

/** Everything that the run does to accounts and their keys. */
export function touchedBy(compared: Comparison, measures: Measures): Touched[] {
  const { loweredBy, leastOverlapHours } = measures;
  const ofAccounts = compared.pairs.flatMap((pair): Touched[] => {
    const { account } = pair.before;
    const of = { account: idOf(pair.before), label: label(account), names: namesOf(account) };
    return kindsOfPair(pair, loweredBy).map((kind) => ({ kind, ...of }));
  });
  const ofAdopted = compared.added.flatMap((now): Touched[] => {
    const kinds = declaresAdopt(now) ? kindsOf({ ...now, props: {} }, now, loweredBy) : [];
    // What an adopted account had before, no state shows: its limits cannot be compared.
    return kinds
      .filter((kind) => kind === "suspended" || kind === "keys revoked")
      .map((kind) => ({ kind, account: idOfAdopted(now), label: label(now), names: namesOf(now) }));
  });
  const known = new Map([
    ...compared.added.map((now) => [idOfAdopted(now), namesOf(now)] as const),
    ...compared.pairs.map(({ before }) => [idOf(before), namesOf(before.account)] as const),
  ]);
  const deleted = new Set(ofAccounts.flatMap(({ kind, account }) => (kind === "deleted" ? [account] : [])));
  const touching = compared.pairs.filter((pair) => isEndingOwnKey(pair) || isResuming(pair));
  const touched = new Set(touching.map(({ before }) => idOf(before)));
  // The keys of an account that is deleted end with it.
  const ofKeys = compared.keys.flatMap(({ before, now }): Touched[] => {
    const account = accountOfKey(before.key);
    const leastOverlapMs = leastOverlapHours * HOUR_MS;
    const terms = { nowMs: Date.now(), leastOverlapMs, isTouched: touched.has(account) };
    if (deleted.has(account) || !isRevoked(before, now, terms)) return [];
    const names = known.get(account);
    const { name, urn } = before.key;
    const of = names ? { names } : { names: [name, urn], isStray: true };
    return [{ kind: "keys revoked", account, label: labelOfKey(before.key), ...of }];
  });
  return [...ofAccounts, ...ofAdopted, ...ofKeys];
}

/** The effects of the run on an account of the baseline. */
function kindsOfPair({ before: { account }, now, isEnded }: Pair, loweredBy: number): readonly Kind[] {
  if (isEnded) return ["deleted"];
  if (now === undefined) return [];
  const kinds = kindsOf(account, now, loweredBy);
  const isOpaque = changesOtherLimits(account, now);
  return KINDS.filter((kind) => kinds.includes(kind) || (isOpaque && OF_LIMITS.includes(kind)));
}

/** Whether the account still has the own key that the code says is to be revoked. */
function isEndingOwnKey({ before: { account }, now }: Pair): boolean {
  const [had, has] = [read(account.props, "apiKey"), now && read(now.props, "ownKey")];
  // A key that the baseline holds encrypted is one.
  return has?.isKnown === true && has.value === "revoke" && !(had.isKnown && typeof had.value !== "string");
}

/** Whether the run makes an account active again, upon which the provider looks at its keys. */
function isResuming({ before: { account }, now }: Pair): boolean {
  const [had, has] = [read(account.props, "status"), now && read(now.props, "status")];
  return had.isKnown && had.value === "inactive" && !(has?.isKnown && has.value === "inactive");
}

function declaresAdopt({ props }: Account): boolean {
  const reading = read(props, "adopt");
  return !reading.isKnown || reading.value !== undefined;
}

/** The effect of the run on an account that stays. */
function kindsOf(before: Account, now: Account, loweredBy: number): Kind[] {
  const isOf: Readonly<Record<Kind, boolean>> = {
    deleted: false,
    suspended: isSuspended(before, now),
    "keys revoked": endsOwnKey(before, now),
    lowered: isLowered(before, now, loweredBy),
    raised: isRaised(before, now),
  };
  return KINDS.filter((kind) => isOf[kind]);
}

/** An account of the state before the run: vendor and id. */
export function idOf({
  account,
  id,
}: {
  readonly account: Account;
  readonly id: string | undefined;
}): string {
  return `${account.vendor} ${id}`;
}

/** The same of an account that the stack adopts, or its URN where the id is not known. */
function idOfAdopted({ vendor, props, urn }: Account): string {
  const id = readText(props, "adopt");
  return id === undefined ? urn : `${vendor} ${id}`;
}

/** The account of a key: vendor and id, or the key's own URN where the baseline does not show the id. */
export function accountOfKey({ vendor, props, urn }: Key): string {
  return `${vendor} ${readText(props, "subAccountId") ?? urn}`;
}
