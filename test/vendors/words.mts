import type { VendorName } from "../../emulator/index.ts";
import { isObject, subjectOf } from "./index.mts";

/** A body that was sent to a vendor, by the names of the suites. */
export function bodyInOurs(vendor: VendorName, body: unknown): unknown {
  const { words } = subjectOf(vendor);
  if (words === undefined || !isObject(body)) return body;
  const ours = new Map(
    [words.account, words.key].flatMap((names) => Object.entries(names).map(([our, its]) => [its, our])),
  );
  const meant = (text: unknown) =>
    typeof text === "string" && text.startsWith("{") ? JSON.parse(text) : text;
  return Object.fromEntries(
    Object.entries(body).map(([its, value]) => {
      const our = ours.get(its) ?? its;
      const isTexts = our === "metadata" && isObject(value);
      return [our, isTexts ? mapped(value, meant) : value];
    }),
  );
}

/** A body for a vendor, of the names of the suites. */
export function bodyInIts<Body>(vendor: VendorName, of: "account" | "key", body: Body): Body {
  const names = subjectOf(vendor).words?.[of];
  if (names === undefined || !isObject(body)) return body;
  const renamed = Object.entries(body).map(([our, value]) => [names[our] ?? our, value]);
  return Object.fromEntries(renamed) as Body;
}

function mapped(values: object, change: (value: unknown) => unknown): object {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
}
