import { randomText, urlSafe } from "../core/ids";

/** An id like the vendor's example `V1StGXR8_Z5jdHi6B-myT`. */
export function bctrlId(random: () => number): string {
  return randomText(random, urlSafe, 21);
}
