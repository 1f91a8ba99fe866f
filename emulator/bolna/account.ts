import { hexDigits, randomText, randomUuid } from "../core/ids";
import { type Concurrency, shownConcurrency } from "./concurrency";
import type { BolnaSwitches } from "./switches";

/** An account as the emulator stores it: the fields of the reply to a create. */
export interface BolnaAccount extends Concurrency {
  id: string;
  name: string;
  user_id: string;
  organization_id: string;
  api_key: string;
  multi_tenant: boolean;
  db_host: string | null;
  db_name: string | null;
  db_port: string | null;
  db_user: string | null;
  db_password: string | null;
  /** Like `2025-01-23T01:14:37Z`. */
  created_at: string;
  updated_at: string;
}

/** An account as it really is at the vendor, for tests and the page: without its secrets. */
export type BolnaAccountView = Omit<BolnaAccount, "api_key" | "db_password">;

/** The user who made everything. */
export const userId = "9b2d4c6e-1a3b-4c5d-8e7f-a1b2c3d4e5f6";

/** A complete account: the given fields over a fresh id and key, no database, and one concurrent call or minimum. */
export function newAccount(
  random: () => number,
  now: Date,
  { generation }: Pick<BolnaSwitches, "generation">,
  fields: Partial<BolnaAccount> & Pick<BolnaAccount, "organization_id">,
): BolnaAccount {
  const at = timestamp(now);
  return {
    id: randomUuid(random),
    name: "Seeded",
    user_id: userId,
    api_key: `sa-${randomText(random, hexDigits, 32)}`,
    multi_tenant: false,
    db_host: null,
    db_name: null,
    db_port: null,
    db_user: null,
    db_password: null,
    allow_concurrent_calls: generation === "minimum" ? null : 1,
    min_concurrency: generation === "minimum" ? 1 : null,
    max_concurrency: null,
    created_at: at,
    updated_at: at,
    ...fields,
  };
}

/**
 * An item of the listing: the key, the concurrency of the generation, and little else.
 * @see https://www.bolna.ai/docs/api-reference/sub-accounts/get_all
 */
export function listItem(account: BolnaAccount, switches: BolnaSwitches): Record<string, unknown> {
  const { id, name, organization_id, api_key, multi_tenant } = account;
  return { id, name, organization_id, api_key, multi_tenant, ...shownConcurrency(account, switches) };
}

/** The reply to a create. */
export function createReply(account: BolnaAccount, switches: BolnaSwitches): Record<string, unknown> {
  const { allow_concurrent_calls: _, min_concurrency: __, max_concurrency: ___, ...rest } = account;
  return { ...rest, ...shownConcurrency(account, switches) };
}

/** A copy without secrets. */
export function accountView({ api_key: _, db_password: __, ...account }: BolnaAccount): BolnaAccountView {
  return { ...account };
}

/** ISO 8601 in UTC without fractions, as in the vendor's examples. */
export function timestamp(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}
