export { ApiKey, type ApiKeyArgs } from "./api-key";
export { SubAccount, type SubAccountArgs, type SubAccountDatabase } from "./sub-account";
