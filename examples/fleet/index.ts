import { directory, loadTenants, loadTiers, Tenant, thisShard } from "pulumi-subaccounts";

const tiers = loadTiers("tiers.yaml");
const tenants = loadTenants("tenants/**/*.yaml", { tiers, shard: thisShard() }).map(
  (args) => new Tenant(args.externalId, args),
);

// What `subaccounts fleet directory` collects from all shards.
export const { accounts, apiKeys } = directory(tenants);
