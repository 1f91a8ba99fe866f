import { z } from "zod";
import { pathPattern } from "./faults";
import { Refusal } from "./refusal";
import { define, never, type SwitchesOf } from "./switches";

/** The status and the words of each code. */
export type Refusals<Code extends string> = Readonly<
  Record<Code, readonly [status: number, message: string]>
>;

/** Calls that a vendor refuses whatever they ask for, with these codes. */
export const refusedCalls = <Code extends string>(refusals: Refusals<Code>) => ({
  /**
   * Calls that are refused before their effect, and with which of the vendor's codes: `METHOD /path`, in which `{id}` (any
   * name in braces) stands for one segment.
   */
  refuses: define<Readonly<Record<string, Code>>>(
    z.record(
      z.string().regex(/^[A-Z]+ \/\S*$/, "must be a call such as POST /v1/…"),
      z.enum(Object.keys(refusals) as Code[]),
    ),
    {},
    never(
      "which calls a plan refuses is a list of calls: those of the run that were refused are in the report",
    ),
  ),
});

/** Calls that a vendor refuses whatever they ask for. */
export interface RefusedCalls<Code extends string>
  extends SwitchesOf<ReturnType<typeof refusedCalls<Code>>> {}

/** Throws the refusal of a call that the switch names. */
export function refuseCall<Code extends string>(
  { method, path }: { readonly method: string; readonly path: string },
  { refuses }: RefusedCalls<Code>,
  refusals: Refusals<Code>,
): void {
  for (const [call, code] of Object.entries(refuses) as [string, Code][]) {
    const [asked, pattern = ""] = call.split(" ");
    if (asked !== method || !pathPattern(pattern).test(path)) continue;
    const [status, message] = refusals[code];
    throw new Refusal(status, message, { code });
  }
}
