import type * as pulumi from "@pulumi/pulumi";
import { type InputsOf, type LookupSpec, lookUp, lookUpOutput } from "../core/lookup";
import { windowProblem } from "./usage-window";

/** Arguments of {@link getSubAccount}: exactly one of `id` and `name`. */
export interface GetSubAccountArgs {
  /** Id of the account at Bolna. */
  readonly id?: string | undefined;
  /** Display name, exactly as the account has it. */
  readonly name?: string | undefined;
  /** Bolna has no such field: what a `bolna.SubAccount` declares is in the state of its stack alone. */
  readonly externalId?: never;
  /** Name of an entry of the `subaccounts:connections` config; default: the plain Bolna settings. */
  readonly connection?: string | undefined;
}

/** A sub-account as Bolna has it, without its key: for that, declare a `bolna.ApiKey` with the `id`. */
export interface GetSubAccountResult {
  /** Id of the account at Bolna. */
  readonly id: string;
  /** Display name. */
  readonly name: string;
  /** How many calls the account may have at once, where Bolna counts so. */
  readonly allowConcurrentCalls?: number | undefined;
  /** How many calls at once the account is guaranteed, where Bolna counts so. */
  readonly minConcurrency?: number | undefined;
  /** How many calls the account may have at once, where Bolna counts so; `null` is no cap of its own. */
  readonly maxConcurrency?: number | null | undefined;
  /** Whether the account has a database of its own. */
  readonly multiTenant?: boolean | undefined;
  /** Id of the organization the account belongs to. */
  readonly organizationId?: string | undefined;
}

/** Arguments of {@link listSubAccounts}. */
export interface ListSubAccountsArgs {
  /** Name of an entry of the `subaccounts:connections` config; default: the plain Bolna settings. */
  readonly connection?: string | undefined;
}

/** Arguments of {@link getUsage}. */
export interface GetUsageArgs {
  /** Id of the account at Bolna. */
  readonly id: string;
  /** Begin of the window, ISO 8601 in UTC such as `2026-11-01T00:00:00Z`; default: the start of this month (UTC). */
  readonly from?: string | undefined;
  /** End of the window, at most 32 days after `from`, in the same form; default: the end of today (UTC). */
  readonly to?: string | undefined;
  /** Name of an entry of the `subaccounts:connections` config; default: the plain Bolna settings. */
  readonly connection?: string | undefined;
}

/** Usage of a sub-account within a window. Fields that Bolna leaves out are undefined. */
export interface GetUsageResult {
  /** Id of the account at Bolna. */
  readonly id: string;
  /** Begin of the window, as Bolna writes it: UTC, without a zone. */
  readonly from?: string | undefined;
  /** End of the window, as Bolna writes it: UTC, without a zone. */
  readonly to?: string | undefined;
  /** Number of calls. */
  readonly totalRecords?: number | undefined;
  /** Their duration together, seconds. */
  readonly totalDurationSeconds?: number | undefined;
  /** Their cost together, cents with fractions. */
  readonly totalCostCents?: number | undefined;
  /** The part of it that is Bolna's own, cents with fractions. */
  readonly totalPlatformCostCents?: number | undefined;
  /** The part of it that is telephony, cents with fractions. */
  readonly totalTelephonyCostCents?: number | undefined;
  /** Number of calls by status, such as `completed` and `no-answer`. */
  readonly recordsByStatus?: Record<string, number> | undefined;
}

const GET: LookupSpec = {
  vendor: "bolna",
  name: "getSubAccount",
  oneOf: ["id", "name"],
  optional: ["connection"],
  lacks: { externalId: "Bolna has no such field to find an account by; pass id or name" },
};
const LIST: LookupSpec = { vendor: "bolna", name: "listSubAccounts", oneOf: [], optional: ["connection"] };
const USAGE: LookupSpec = {
  vendor: "bolna",
  name: "getUsage",
  oneOf: ["id"],
  optional: ["from", "to", "connection"],
  problem: windowProblem,
};

/**
 * Finds an account that exists, whoever manages it.
 * Vendor page: https://www.bolna.ai/docs/api-reference/sub-accounts/get_all
 *
 * @throws pulumi.RunError if there is none, or several.
 *
 * @example
 * ```ts
 * import { bolna } from "pulumi-subaccounts";
 *
 * const acme = bolna.getSubAccountOutput({ name: "Acme Corp" });
 * export const key = new bolna.ApiKey("acme", { subAccountId: acme.id }).apiKey;
 * export const costCents = bolna.getUsageOutput({ id: acme.id }).totalCostCents;
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
 * Every account of the organization, in Bolna's order.
 * Vendor page: https://www.bolna.ai/docs/api-reference/sub-accounts/get_all
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
 * Reads the usage of an account within a window of 32 days at most; each call asks the vendor.
 * Vendor page: https://www.bolna.ai/docs/api-reference/sub-accounts/usage
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
