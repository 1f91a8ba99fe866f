import type { Stop } from "../provider/core/contract/description.ts";
import { code, table } from "./markdown.mts";
import type { Product } from "./reference.mts";

/** What suspends a tenant's account at each vendor, and what that does. */
export function suspensionTable(vendors: Product["vendors"]): string {
  const rows = Object.values(vendors).flatMap(({ vendor, SubAccount }) => {
    const { stop }: { readonly stop?: Stop } = SubAccount.description;
    return stop === undefined ? [] : [[vendor.title, fieldsOf(stop), stop.stops, stop.goesOn, stop.keys]];
  });
  return table(["", "suspended by", "stops at once", "goes on", "keys"], rows);
}

function fieldsOf({ values, ifDeclared = {} }: Stop): string {
  const always = Object.entries(values).map(([path, value]) => code(`${path}: ${JSON.stringify(value)}`));
  const also = Object.entries(ifDeclared).map(
    ([path, value]) => `${code(`${path}: ${JSON.stringify(value)}`)} where it is declared`,
  );
  return [...always, ...also].join(", ");
}
