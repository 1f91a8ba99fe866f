import type { Ended } from "../pulumi/command";
import { outcomeOf } from "../pulumi/output";
import { lastLine } from "../pulumi/stacks";

/** A line of a preview for a resource with a change. */
const ROW = /^ ([~+-]+)\s+(\S+) (\S+) (create|update|delete|replace|read|import)\b(.*)$/;
const OWNER = "subaccounts/index:Owner";
/** The changes of a moved account when nothing but its marker is written. */
const MARKER = "its ownership marker names another stack's owner and is written again";

/**
 * The first change that a preview after a move shows beyond the marker that each moved account gets, and the owner of a new stack. Undefined
 * where it shows nothing else.
 *
 * @param isDone whether the markers are written already, so that it must show no change at all
 */
export function unexpectedIn(ended: Ended, isDone: boolean): string | undefined {
  if (ended.code !== 0) return lastLine(ended.lines);
  const rows = ended.lines.flatMap((line) => {
    const [, op, type = "", name = "", what = "", rest = ""] = ROW.exec(line) ?? [];
    return op === undefined ? [] : [{ op, type, name, what, rest }];
  });
  const others = rows.filter(({ type, what, rest }) => {
    if (isDone) return true;
    const isMarker = what === "update" && rest.includes(MARKER) && !rest.includes("[diff:");
    const isOwner = what === "create" && type.endsWith(OWNER);
    return !isMarker && !isOwner;
  });
  const [first] = others;
  if (first) {
    const more = others.length > 1 ? ` and ${others.length - 1} more` : "";
    return `${first.what} of ${first.type.replace(/^.*subaccounts\//, "")} ${first.name}${more}`;
  }
  const { counts } = outcomeOf(ended.lines);
  const counted = Object.entries(counts).filter(([what]) => what !== "unchanged");
  const sum = counted.reduce((total, [, count]) => total + count, 0);
  return sum === rows.length ? undefined : `${counted.map(([what, count]) => `${count} ${what}`).join(", ")}`;
}
