import { badRequest, Refusal } from "../core/refusal";
import type { BolnaAccount } from "./account";
import { shareOfPool } from "./concurrency";
import type { BolnaSwitches } from "./switches";

/**
 * Throws the vendor's refusal if the shared pool has fewer concurrent calls left than are asked for.
 * @see https://www.bolna.ai/docs/api-reference/sub-accounts/patch_update
 */
export function refuseBeyondPool(
  accounts: readonly BolnaAccount[],
  requested: number | undefined,
  patchedId: string | undefined,
  switches: BolnaSwitches,
): void {
  if (requested === undefined) return;
  const counted = accounts.filter(({ id }) => id !== patchedId || switches.poolCountsPatched);
  const usage = counted.reduce((sum, account) => sum + (shareOfPool(account) ?? 0), 0);
  const limit = switches.concurrencyPool;
  const available = limit - usage;
  if (requested <= available) return;
  const message = "Concurrency limit exceeded";
  const details = { requested, available, account_limit: limit, subaccount_usage: usage };
  throw new Refusal(400, message, { body: { message, details } });
}

/** Throws 400 if another account has this name and the switch forbids that. */
export function refuseDuplicate(
  accounts: readonly BolnaAccount[],
  name: string,
  ownId: string | undefined,
  switches: BolnaSwitches,
): void {
  if (switches.duplicateName === "accept") return;
  if (accounts.some((other) => other.id !== ownId && other.name === name)) {
    throw badRequest([{ field: "name", message: "already used by another sub-account" }]);
  }
}

/** Throws 400 if a separate database is asked for but not described and the switch forbids that. */
export function refuseMissingDatabase(
  body: Pick<BolnaAccount, "multi_tenant" | `db_${"host" | "name" | "port" | "user" | "password"}`>,
  switches: BolnaSwitches,
): void {
  if (!body.multi_tenant || switches.multiTenantWithoutDatabase === "accept") return;
  const fields = ["db_host", "db_name", "db_port", "db_user", "db_password"] as const;
  const missing = fields.filter((field) => body[field] === null);
  if (missing.length > 0)
    throw badRequest(missing.map((field) => ({ field, message: "required with multi_tenant" })));
}

/**
 * Throws the vendor's own refusal of a PATCH without a field that can be patched.
 * @see https://www.bolna.ai/docs/api-reference/sub-accounts/patch_update
 */
export function refuseEmptyPatch(body: unknown): void {
  const sent = typeof body === "object" && body !== null ? Object.keys(body) : [];
  if (sent.some((field) => field === "name" || field.includes("concurren"))) return;
  const error = "No valid fields provided";
  throw new Refusal(400, error, { body: { error, status: "failure" } });
}
