import type { Caller } from "../core/keyring";
import type { ZavuAccount } from "./account";
import type { ZavuSwitches } from "./switches";

const parentProject = { name: "Emulator", keyId: "kparent00000001" };

/** The team's balance at the start, in cents. */
const initialBalance = 1_000_000;

/**
 * An account's spending, or the main project's without one; the balance is always the team's.
 * @see https://docs.zavu.dev/api-reference/sub-accounts/get-sub-account-spending
 */
export function spending(
  accounts: readonly ZavuAccount[],
  account: ZavuAccount | undefined,
): Record<string, unknown> {
  return {
    balance: initialBalance - accounts.reduce((sum, { totalSpent }) => sum + totalSpent, 0),
    currency: "usd",
    creditLimit: account?.creditLimit ?? null,
    totalSpent: account?.totalSpent ?? null,
    isSubAccount: account !== undefined,
  };
}

/**
 * The reply of `GET /v1/me`: the project and key of the caller.
 * @see https://github.com/zavudev/sdk-typescript
 */
export function whoIs(
  { account, key }: Caller<ZavuAccount>,
  { teamId, teamShown, projectId, testMode }: ZavuSwitches,
): Record<string, unknown> {
  return {
    project: {
      id: account?.id ?? projectId,
      name: account?.name ?? parentProject.name,
      isSubAccount: account !== undefined,
    },
    ...(teamShown && { team: { id: teamId, name: parentProject.name } }),
    isTestMode: key ? key.environment === "test" : testMode,
    apiKey: { id: key?.id ?? parentProject.keyId },
  };
}
