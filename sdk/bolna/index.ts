export { ApiKey, type ApiKeyArgs } from "./api-key";
export {
  type GetSubAccountArgs,
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
  type CallsArgs,
  type ConcurrencyArgs,
  SubAccount,
  type SubAccountArgs,
  type SubAccountDatabase,
} from "./sub-account";
