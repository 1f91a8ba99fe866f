import { z } from "zod";
import type { HandField } from "../core/hand-fields";
import { hexDigits, randomText, randomUuid } from "../core/ids";
import { id, whole } from "../core/members";
import type { AccountKind } from "../core/record-kinds";
import { type Concurrency, shownConcurrency } from "./concurrency";
import type { BolnaSwitches } from "./switches";

const text = z.string().nullable();
const concurrency = whole.nullable();

/** An account as it is stored: the fields of the reply to a create. */
const account = z.strictObject({
  id: z.uuid().toLowerCase(),
  name: z.string(),
  user_id: id,
  organization_id: id,
  api_key: z.string().min(20),
  multi_tenant: z.boolean(),
  db_host: text,
  db_name: text,
  db_port: text,
  db_user: text,
  db_password: text,
  allow_concurrent_calls: concurrency,
  min_concurrency: concurrency,
  max_concurrency: concurrency,
  /** Like `2025-01-23T01:14:37Z`. */
  created_at: z.string(),
  updated_at: z.string(),
});

/** An account as the emulator stores it. */
export type BolnaAccount = z.infer<typeof account>;

/** An account as it really is at the vendor, for tests and the page: without its secrets. */
export type BolnaAccountView = Omit<BolnaAccount, "api_key" | "db_password">;

/** The user who made everything. */
export const userId = "9b2d4c6e-1a3b-4c5d-8e7f-a1b2c3d4e5f6";

/** Bolna's accounts. A new one has no database, and one concurrent call or minimum. */
export const bolnaAccounts = {
  schema: account,
  required: ["name"],
  unique: ["id", "api_key"],
  secrets: ["api_key", "db_password"],
  subObjects: {},
  fresh: ({ random, now, switches: { organizationId, generation } }) => ({
    id: randomUuid(random),
    name: "Seeded",
    user_id: userId,
    organization_id: organizationId,
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
    created_at: timestamp(now()),
    updated_at: timestamp(now()),
  }),
  fields: handFields,
  row: (account) => ({
    id: account.id,
    name: account.name,
    "concurrent calls": concurrencyText(account),
    database: account.multi_tenant ? "separate" : "shared",
    key: `${account.api_key.slice(0, 8)}…`,
  }),
} satisfies AccountKind<typeof account, Record<never, never>, BolnaSwitches>;

/** The fields of the generation that the account's replies show. */
function handFields({ generation }: BolnaSwitches): HandField[] {
  const calls = { name: "allow_concurrent_calls", label: "Concurrent calls", kind: "number" } as const;
  const range: HandField[] = [
    { name: "min_concurrency", label: "Guaranteed concurrent calls", kind: "number" },
    { name: "max_concurrency", label: "Most concurrent calls", kind: "number", unset: "no cap" },
  ];
  const limits = { calls: [calls], minimum: range, both: [calls, ...range] };
  return [{ name: "name", label: "Name", kind: "text" }, ...limits[generation]];
}

function concurrencyText({ allow_concurrent_calls, min_concurrency, max_concurrency }: Concurrency): string {
  if (min_concurrency === null) return String(allow_concurrent_calls ?? 0);
  return `${min_concurrency} to ${max_concurrency ?? "any"}`;
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

/** ISO 8601 in UTC without fractions, as in the vendor's examples. */
export function timestamp(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}
