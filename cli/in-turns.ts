import { sideBySide } from "../provider/core/base/side-by-side";

/** How many calls are made side by side; the vendor's rate budget sets the pace. */
const SIDE_BY_SIDE = 8;

/** Does `body` for each item, some side by side, and keeps their order. */
export function inTurns<T, R>(items: readonly T[], body: (item: T) => Promise<R>): Promise<R[]> {
  return sideBySide(SIDE_BY_SIDE, items, body);
}
