import { pathPattern } from "./faults";
import { Refusal } from "./refusal";

/** Calls that a vendor refuses whatever they ask for, part of its switches. */
export interface RefusedCalls<Code extends string> {
  /**
   * Calls that are refused before their effect, and with which of the vendor's codes: `METHOD /path`, in which `{id}` (any
   * name in braces) stands for one segment.
   */
  refuses: Readonly<Record<string, Code>>;
}

/** The status and the words of each code. */
export type Refusals<Code extends string> = Readonly<
  Record<Code, readonly [status: number, message: string]>
>;

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
