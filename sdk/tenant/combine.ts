import * as pulumi from "@pulumi/pulumi";
import { isLater } from "../core/later";

/** Merges what is known only later, when it is known. */
export function combine(
  lower: unknown,
  upper: unknown,
  merge: (lower: unknown, upper: unknown) => unknown,
): unknown {
  if (!isLater(lower) && !isLater(upper)) return merge(lower, upper);
  return pulumi.all([lower, upper]).apply(([first, second]) => merge(first, second));
}
