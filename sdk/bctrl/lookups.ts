import type * as pulumi from "@pulumi/pulumi";
import { type InputsOf, type LookupSpec, lookUp, lookUpOutput } from "../core/lookup";

/** Arguments of {@link getSubAccount}: exactly one of `id`, `externalId` and `name`. */
export interface GetSubAccountArgs {
  /** Id of the account at bctrl. */
  readonly id?: string | undefined;
  /** Your own reference for the customer, exactly as the account has it. */
  readonly externalId?: string | undefined;
  /** Display name, exactly as the account has it. */
  readonly name?: string | undefined;
  /** Name of an entry of the `subaccounts:connections` config; default: the plain bctrl settings. */
  readonly connection?: string | undefined;
}

/** A sub-account as bctrl has it. It has no key of its own. */
export interface GetSubAccountResult {
  /** Id of the account at bctrl. */
  readonly id: string;
  /** Display name. */
  readonly name: string;
  /** Your own reference for the customer, if it has one. */
  readonly externalId?: string | undefined;
  /** Limits, each `null` where there is none. What the API version `v2` sets is not shown by bctrl. */
  readonly limits?: GetSubAccountLimits | undefined;
  /** `active` or `archived`. */
  readonly status: string;
  /** Free data, without the ownership marker of this package. It is in clear, even if a program keeps it secret. */
  readonly metadata?: Record<string, unknown> | undefined;
  /** Id of the space that the account starts with. */
  readonly defaultSpaceId?: string | undefined;
  /** When bctrl created the account, ISO 8601. */
  readonly createdAt?: string | undefined;
}

/** Limits of an account. */
export interface GetSubAccountLimits {
  /** Runs at once. */
  readonly maxActiveRuns: number | null;
  /** Spaces. */
  readonly maxSpaces: number | null;
  /** Credits (USD 0.001) per billing cycle. */
  readonly monthlyCreditLimit: number | null;
}

/** Arguments of {@link listSubAccounts}. */
export interface ListSubAccountsArgs {
  /** Name of an entry of the `subaccounts:connections` config; default: the plain bctrl settings. */
  readonly connection?: string | undefined;
}

/** Arguments of {@link getUsage}. */
export interface GetUsageArgs {
  /** Id of the account at bctrl. */
  readonly id: string;
  /** Name of an entry of the `subaccounts:connections` config; default: the plain bctrl settings. */
  readonly connection?: string | undefined;
}

/**
 * Usage of a sub-account in the billing cycle of the organization. One credit is USD 0.001. Fields that bctrl leaves out
 * are undefined; the API versions `v1` and `v2` say more than the current one.
 */
export interface GetUsageResult {
  /** Id of the account at bctrl. */
  readonly id: string;
  /** When bctrl computed this, ISO 8601. */
  readonly computedAt?: string | undefined;
  /** When the billing cycle began, ISO 8601. */
  readonly periodStartedAt?: string | undefined;
  /** When the billing cycle ends, ISO 8601. */
  readonly periodEndsAt?: string | undefined;
  /** Credits used. */
  readonly usedCredits?: number | undefined;
  /** Credits that may be used; `null` is no limit. */
  readonly limitCredits?: number | null | undefined;
  /** Credits that are left; `null` is no limit. `v1` and `v2` only. */
  readonly remainingCredits?: number | null | undefined;
  /** Credits of what is not settled yet. `v1` and `v2` only. */
  readonly estimatedCredits?: number | undefined;
  /** Credits of what is settled. `v1` and `v2` only. */
  readonly settledCredits?: number | undefined;
  /** Credits by what they were used for, such as `browserCredits`. `v1` and `v2` only. */
  readonly creditsByUse?: Record<string, number> | undefined;
  /** Runs under way. */
  readonly activeRuns?: number | undefined;
  /** Runs at once that there may be; `null` is no limit. */
  readonly limitRuns?: number | null | undefined;
  /** Spaces there are. */
  readonly usedSpaces?: number | undefined;
  /** Spaces that there may be; `null` is no limit. */
  readonly limitSpaces?: number | null | undefined;
  /** Whether a limit keeps the account from new work. `v1` and `v2` only. */
  readonly isBlocked?: boolean | undefined;
  /** Which limits do: `monthlySpendLimit`, `activeRunLimit`, `spaceLimit`. `v1` and `v2` only. */
  readonly blockedReasons?: string[] | undefined;
}

const GET: LookupSpec = {
  vendor: "bctrl",
  name: "getSubAccount",
  oneOf: ["id", "externalId", "name"],
  optional: ["connection"],
};
const LIST: LookupSpec = { vendor: "bctrl", name: "listSubAccounts", oneOf: [], optional: ["connection"] };
const USAGE: LookupSpec = { vendor: "bctrl", name: "getUsage", oneOf: ["id"], optional: ["connection"] };

/**
 * Finds an account that exists, whoever manages it. An archived one is found by its `id` alone.
 * Vendor page: https://platform.bctrl.ai/api/api-reference/account/subaccounts
 *
 * @throws pulumi.RunError if there is none, or several.
 *
 * @example
 * ```ts
 * import { bctrl } from "pulumi-subaccounts";
 *
 * const acme = bctrl.getSubAccountOutput({ externalId: "tenant-acme" });
 * export const key = new bctrl.ApiKey("reports", { subAccountId: acme.id, name: "reports" }).apiKey;
 * export const usedCredits = bctrl.getUsageOutput({ id: acme.id }).usedCredits;
 * ```
 */
export function getSubAccount(args: GetSubAccountArgs): Promise<GetSubAccountResult> {
  return lookUp(GET, args);
}

/** {@link getSubAccount} with arguments that may be outputs. */
export function getSubAccountOutput(args: InputsOf<GetSubAccountArgs>): pulumi.Output<GetSubAccountResult> {
  return lookUpOutput(GET, args);
}

/**
 * Every active account, in bctrl's order.
 * Vendor page: https://platform.bctrl.ai/api/api-reference/account/subaccounts
 */
export function listSubAccounts(args?: ListSubAccountsArgs): Promise<GetSubAccountResult[]> {
  return lookUp(LIST, args);
}

/** {@link listSubAccounts} with arguments that may be outputs. */
export function listSubAccountsOutput(
  args?: InputsOf<ListSubAccountsArgs>,
): pulumi.Output<GetSubAccountResult[]> {
  return lookUpOutput(LIST, args);
}

/**
 * Reads the usage of an account in the billing cycle; each call asks the vendor. Works for archived accounts too.
 * Vendor page: https://platform.bctrl.ai/api/api-reference/account/subaccount-usage
 *
 * @throws pulumi.RunError if there is no such account.
 */
export function getUsage(args: GetUsageArgs): Promise<GetUsageResult> {
  return lookUp(USAGE, args);
}

/** {@link getUsage} with arguments that may be outputs. */
export function getUsageOutput(args: InputsOf<GetUsageArgs>): pulumi.Output<GetUsageResult> {
  return lookUpOutput(USAGE, args);
}
