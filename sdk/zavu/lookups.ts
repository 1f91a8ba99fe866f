import type * as pulumi from "@pulumi/pulumi";
import { type InputsOf, type LookupSpec, lookUp, lookUpOutput } from "../core/lookup";

/** Arguments of {@link getSubAccount}: exactly one of `id`, `externalId` and `name`. */
export interface GetSubAccountArgs {
  /** Id of the account at Zavu. */
  readonly id?: string | undefined;
  /** Your own reference for the customer, exactly as the account has it. */
  readonly externalId?: string | undefined;
  /** Display name, exactly as the account has it. */
  readonly name?: string | undefined;
  /** Name of an entry of the `subaccounts:connections` config; default: the plain Zavu settings. */
  readonly connection?: string | undefined;
}

/** A sub-account as Zavu has it. There is no key in it: Zavu shows one only when it is made. */
export interface GetSubAccountResult {
  /** Id of the account at Zavu. */
  readonly id: string;
  /** Display name. */
  readonly name: string;
  /** Your own reference for the customer, if it has one. */
  readonly externalId?: string | undefined;
  /** Spending cap in whole US cents, cumulative; `null` is no cap. */
  readonly creditLimit: number | null;
  /** `active` or `inactive`. */
  readonly status: string;
  /** Free data, without the ownership marker of this package. It is in clear, even if a program keeps it secret. */
  readonly metadata?: Record<string, unknown> | undefined;
  /** When Zavu created the account, ISO 8601. */
  readonly createdAt?: string | undefined;
}

/** Arguments of {@link listSubAccounts}. */
export interface ListSubAccountsArgs {
  /** Name of an entry of the `subaccounts:connections` config; default: the plain Zavu settings. */
  readonly connection?: string | undefined;
}

/** Arguments of {@link getUsage}. */
export interface GetUsageArgs {
  /** Id of the account at Zavu. */
  readonly id: string;
  /** Name of an entry of the `subaccounts:connections` config; default: the plain Zavu settings. */
  readonly connection?: string | undefined;
}

/** Spending of a sub-account, its cap and the balance of the team. Fields that Zavu leaves out are undefined. */
export interface GetUsageResult {
  /** Id of the account at Zavu. */
  readonly id: string;
  /** Total spending of the account, cents of `currency`. */
  readonly totalSpentCents?: number | undefined;
  /** Its spending cap, cents of `currency`; `null` is no cap. */
  readonly creditLimitCents: number | null;
  /** The balance of the whole team, cents of `currency`: an account has none of its own. */
  readonly balanceCents?: number | undefined;
  /** As Zavu writes it, for example `usd`. */
  readonly currency?: string | undefined;
}

const GET: LookupSpec = {
  vendor: "zavu",
  name: "getSubAccount",
  oneOf: ["id", "externalId", "name"],
  optional: ["connection"],
};
const LIST: LookupSpec = { vendor: "zavu", name: "listSubAccounts", oneOf: [], optional: ["connection"] };
const USAGE: LookupSpec = { vendor: "zavu", name: "getUsage", oneOf: ["id"], optional: ["connection"] };

/**
 * Finds an account that exists, whoever manages it. An inactive one is found by `externalId` or `name` only where no
 * active one has the same, and only if Zavu lists it.
 * Vendor page: https://docs.zavu.dev/api-reference/sub-accounts/get-sub-account
 *
 * @throws pulumi.RunError if there is none, or several.
 *
 * @example
 * ```ts
 * import { zavu } from "pulumi-subaccounts";
 *
 * const acme = zavu.getSubAccountOutput({ externalId: "tenant-acme" });
 * export const key = new zavu.ApiKey("reports", { subAccountId: acme.id, name: "reports" }).apiKey;
 * export const spentCents = zavu.getUsageOutput({ id: acme.id }).totalSpentCents;
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
 * Every account that Zavu lists, in its order. Whether inactive ones are among them, and whether each has its `metadata`,
 * is Zavu's to say.
 * Vendor page: https://docs.zavu.dev/api-reference/sub-accounts/list-sub-accounts
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
 * Reads the spending of an account; each call asks the vendor.
 * Vendor page: https://docs.zavu.dev/api-reference/sub-accounts/get-sub-account-spending
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
