import { directory, loadTenants, loadTiers, Tenant, writeDirectory } from "pulumi-subaccounts";

const tiers = loadTiers("tiers.yaml");
const tenants = loadTenants("tenants/*.yaml", { tiers }).map((args) => new Tenant(args.externalId, args));

// Which account a tenant has at each vendor, and its keys, for applications and for other stacks (StackReference).
export const { accounts, apiKeys } = directory(tenants);

// The same without the keys, for services that do not speak Pulumi: `up.sh` leaves it in this folder.
writeDirectory("directory.json", accounts);
