import type { Stack } from "../../support/stack";

/** What keys look like at the vendors. */
const KEY = /\b(?:zv_(?:live|test)_sub_\w{32}|bctrl_\w{32}|sa-[0-9a-f]{32})\b/;
const DEFECT = /TypeError|RangeError|ReferenceError|Cannot read prop|is not a function/;

/** What is wrong with a failure and with all that was printed: each is ours, and none holds a secret. */
export function wrongWith(failure: unknown, { printed }: Stack): string[] {
  const { message, stack = "" } = failure instanceof Error ? failure : new Error(String(failure));
  const leaks = [message, ...printed].filter((text) => KEY.test(text));
  return [
    ...leaks.map((text) => `a message holds a secret: ${text}`),
    ...(DEFECT.test(`${message} ${stack}`) ? [`a defect: ${message} ${stack}`] : []),
  ];
}
