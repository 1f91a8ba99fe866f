import { Document, isMap } from "yaml";
import { vendors } from "../../provider/vendors";
import { noteUnits } from "../units";

type VendorName = keyof typeof vendors;

/** Composes a file of tiers with one tier: the sample limits of each vendor, each with its unit. */
export function tierText(tier: string, names: readonly string[]): string {
  const document = new Document({ [tier]: Object.fromEntries(names.map((name) => [name, sampleOf(name)])) });
  document.commentBefore = " Limits of each tier, in the vendors' own units.";
  for (const name of names) {
    const account = document.getIn([tier, name]);
    if (isMap(account)) noteUnits(account, vendors[name as VendorName].SubAccount.fields);
  }
  return document.toString();
}

function sampleOf(name: string): unknown {
  const { description } = vendors[name as VendorName].SubAccount;
  return description.sampleTier ?? {};
}
