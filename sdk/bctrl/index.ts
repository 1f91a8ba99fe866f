export { ApiKey, type ApiKeyArgs } from "./api-key";
export {
  SubAccount,
  type SubAccountArgs,
  type SubAccountLimits,
  type SubAccountLimitsV2,
} from "./sub-account";
