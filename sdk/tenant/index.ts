export type { FormerNames, TenantArgs, TenantEnd, Tiers } from "./arguments";
export { type Directory, directory, writeDirectory } from "./directory";
export { type LoadOptions, loadTenants, loadTiers } from "./load";
export { type Shard, thisShard } from "./shard";
export { type PerVendor, Tenant } from "./tenant";
export type { TenantKeys, TenantMoreKeys, TenantVendors, Tier } from "./vendors";
