export { ApiKey, type ApiKeyArgs } from "./api-key";
export { SubAccount, type SubAccountArgs } from "./sub-account";
