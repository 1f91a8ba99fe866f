import { isDeepStrictEqual } from "node:util";
import { accountOf, LIMITS } from "../../tenant/description";
import type { Account } from "./account";
import { declared, limitsOf } from "./limit";
import { mayDiffer, plain, read, readText } from "./reading";

/** Whether any limit is higher than before, or gone, or might be. */
export function isRaised(before: Account, now: Account): boolean {
  // Limits of another set than before cannot be compared: they may be higher.
  if (isOtherSet(before, now)) return true;
  return limitsOf(now).some((limit) => {
    const had = declared(before, limit);
    const has = declared(now, limit);
    if (had === "null" || had === "absent") return false;
    if (has === "unknown" || had === "unknown") return true;
    return typeof has === "number" ? has > had : true;
  });
}

/** Whether the account stops working, or might: by its status, or by a limit of 0 that it did not have. */
export function isSuspended(before: Account, now: Account): boolean {
  const [had, has] = [before, now].map(({ props }) => read(props, "status"));
  const isActive = !had?.isKnown || had.value !== "inactive";
  if (isActive && (!has?.isKnown || has.value === "inactive")) return true;
  return limitsOf(now).some(
    (limit) => !limit.isFloor && declared(now, limit) === 0 && declared(before, limit) !== 0,
  );
}

function isOtherSet(before: Account, now: Account): boolean {
  const [had, has] = [before, now].map(
    (account) => limitsOf(account).find(({ set }) => set !== undefined)?.set,
  );
  return had !== has;
}

/**
 * Whether a limit is more than so many per cent below the one before, or is there where none was, or might be. 0 suspends,
 * but for the least of what the account is to have.
 */
export function isLowered(before: Account, now: Account, percent: number): boolean {
  return limitsOf(now).some((limit) => {
    const had = declared(before, limit);
    const has = declared(now, limit);
    if (had === "null" || had === "absent") return has === "unknown" || (typeof has === "number" && has > 0);
    if (typeof had !== "number" || typeof has !== "number") return false;
    return (has > 0 || limit.isFloor) && has < had * (1 - percent / 100);
  });
}

/** Whether anything changes, or might, beside the known limits in an argument that holds limits: what it does is not known. */
export function changesOtherLimits(before: Account, now: Account): boolean {
  const known = LIMITS.filter(({ vendor }) => vendor === now.vendor).map(({ path }) => path.split("."));
  const groups = new Set(known.flatMap(([group = "", ...rest]) => (rest.length > 0 ? [group] : [])));
  return [...groups].some((group) => {
    const keys = known.flatMap(([first, key = ""]) => (first === group ? [key] : []));
    const [had, has] = [before, now].map(({ props }) => othersIn(props, group, keys));
    return had === undefined || has === undefined || !isDeepStrictEqual(had, has);
  });
}

/** The other keys of an argument that is an object; undefined where it is not known. */
function othersIn(props: Account["props"], group: string, keys: readonly string[]): object | undefined {
  const found = plain(read(props, group));
  return (
    found && Object.fromEntries(Object.entries(found.value ?? {}).filter(([key]) => !keys.includes(key)))
  );
}

/**
 * Whether a resource that stays ends its account and makes a new one, or might: it is replaced by force, and with the
 * option `deleteBeforeReplace` the account is ended first. Without that option the new resource takes the account over.
 */
export function isEndedByReplacement(before: Account, now: Account, mayBeReplaced: boolean): boolean {
  if (now.opts.deleteBeforeReplace !== true) return false;
  const [had, has] = [before, now].map(({ props }) => readText(props, "createdAt"));
  if (had === undefined || has !== undefined) return has !== had;
  // In a preview the outputs are absent where the resource is updated or replaced alike.
  return mayBeReplaced || !changesArguments(before, now);
}

function changesArguments(before: Account, now: Account): boolean {
  const names = Object.keys(accountOf(now.vendor).args.shape);
  return names.some((name) => mayDiffer(read(before.props, name), read(now.props, name)));
}

/** Whether the key that the account was born with is revoked from now on, or might be. */
export function endsOwnKey(before: Account, now: Account): boolean {
  const [had, has] = [before, now].map(({ props }) => read(props, "ownKey"));
  if (had?.isKnown && had.value === "revoke") return false;
  return !has?.isKnown || has.value === "revoke";
}
