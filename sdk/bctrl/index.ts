export { ApiKey, type ApiKeyArgs } from "./api-key";
export {
  type GetSubAccountArgs,
  type GetSubAccountLimits,
  type GetSubAccountResult,
  type GetUsageArgs,
  type GetUsageResult,
  getSubAccount,
  getSubAccountOutput,
  getUsage,
  getUsageOutput,
  type ListSubAccountsArgs,
  listSubAccounts,
  listSubAccountsOutput,
} from "./lookups";
export {
  SubAccount,
  type SubAccountArgs,
  type SubAccountLimits,
  type SubAccountLimitsV2,
} from "./sub-account";
