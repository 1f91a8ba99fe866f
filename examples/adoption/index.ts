import { readFileSync } from "node:fs";
import type { Output } from "@pulumi/pulumi";
import { bctrl, bolna, zavu } from "pulumi-subaccounts";

/** The arguments of each account, by vendor and by tenant. */
interface Accounts {
  zavu: Record<string, zavu.SubAccountArgs>;
  bctrl: Record<string, bctrl.SubAccountArgs>;
  bolna: Record<string, { name: string; allowConcurrentCalls: number; adopt: string }>;
}
const accounts: Accounts = JSON.parse(readFileSync("accounts.json", "utf8"));

// Whatever happens to this program, the accounts stay.
const deletionPolicy = "retain";

// Keys that exist stay valid, but Zavu showed them only once: one of our own for each account.
export const zavuKeys: Record<string, Output<string>> = {};
for (const [tenant, account] of Object.entries(accounts.zavu)) {
  const { id } = new zavu.SubAccount(tenant, { ...account, deletionPolicy });
  zavuKeys[tenant] = new zavu.ApiKey(tenant, { subAccountId: id, name: "pulumi" }).apiKey;
}

for (const [tenant, account] of Object.entries(accounts.bctrl)) {
  new bctrl.SubAccount(tenant, { ...account, deletionPolicy });
}

// Bolna shows the key of an account at any time.
export const bolnaKeys: Record<string, Output<string>> = {};
for (const [tenant, account] of Object.entries(accounts.bolna)) {
  bolnaKeys[tenant] = new bolna.SubAccount(tenant, { ...account, deletionPolicy }).apiKey;
}
