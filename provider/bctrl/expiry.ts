import { isDeepStrictEqual } from "node:util";
import { hasUnknown } from "../core/contract/check";
import type { Circumstances, Problem, Values } from "../core/contract/resource";

const DAY_MS = 86_400_000;

/** Arguments of which a change makes a new key; `expiresAt` apart. */
const MAKE_A_KEY = ["subAccountId", "name", "keepers"];

/**
 * Refuses an `expiresAt` in the past where a key is made with it. One that has passed since its key was made is no
 * obstacle to any other change.
 */
export function expiryProblems(news: Values, olds: Values | undefined, { nowMs }: Circumstances): Problem[] {
  const { expiresAt } = news;
  if (typeof expiresAt !== "string" || nowMs === undefined || !(Date.parse(expiresAt) <= nowMs)) return [];
  const isChanged = (name: string): boolean =>
    !hasUnknown(news[name]) && !isDeepStrictEqual(olds?.[name], news[name]);
  if (olds !== undefined && !["expiresAt", ...MAKE_A_KEY].some(isChanged)) return [];
  const rule = "is in the past, and a key is made with it; set a later time or take it out";
  return [{ path: "expiresAt", rule }];
}

/** Says that all keys end together, once `expiresAt` is less than `rotateAfterDays` away. */
export function expiryNotes({ expiresAt, rotateAfterDays }: Values, { nowMs }: Circumstances): string[] {
  if (typeof expiresAt !== "string" || typeof rotateAfterDays !== "number" || nowMs === undefined) return [];
  const isFar = Date.parse(expiresAt) > nowMs + rotateAfterDays * DAY_MS;
  if (isFar || Number.isNaN(Date.parse(expiresAt))) return [];
  return [
    `every key of this resource ends at ${expiresAt} (expiresAt): a rotation does not move it, and rotateAfterDays is ` +
      `${rotateAfterDays}. Set a later expiresAt, or take it out`,
  ];
}
