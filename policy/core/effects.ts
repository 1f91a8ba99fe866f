import type { Account } from "./account";
import { declared, limitsOf } from "./limit";
import { read } from "./reading";

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

/** Whether a limit is more than so many per cent below the one before, or is there where none was, or might be. */
export function isLowered(before: Account, now: Account, percent: number): boolean {
  return limitsOf(now).some((limit) => {
    const had = declared(before, limit);
    const has = declared(now, limit);
    if (had === "null" || had === "absent") return has === "unknown" || (typeof has === "number" && has > 0);
    return typeof had === "number" && typeof has === "number" && has > 0 && has < had * (1 - percent / 100);
  });
}

/** Whether the key that the account was born with is revoked from now on, or might be. */
export function endsOwnKey(before: Account, now: Account): boolean {
  const [had, has] = [before, now].map(({ props }) => read(props, "ownKey"));
  if (had?.isKnown && had.value === "revoke") return false;
  return !has?.isKnown || has.value === "revoke";
}
