import { Refusal } from "../core/refusal";

/**
 * Codes of a plan, of credits and of keys, in the vendor's Python SDK 0.3.0. Documented is the status of the first; 402 is for a "capability or usage limit", and the others follow from their names.
 */
export const refusals = {
  "billing.insufficient_credits": [402, "Not enough credits"],
  "billing.insufficient_purchased_credits": [402, "Not enough purchased credits"],
  "capability.limit_exceeded": [402, "The limit of the plan is reached"],
  "capability.not_available": [403, "Not available on this plan"],
  "subaccounts.workspace_scoping_denied": [403, "Scoping to a subaccount is denied"],
  "api_key.scopes_unsupported": [400, "Unsupported scopes"],
  "api_key.child_revoke_failed": [500, "A child key could not be revoked"],
} as const;

/** The refusal of an account that there is not. */
export function notFound(): Refusal {
  return new Refusal(404, "Subaccount not found", { code: "subaccount.not_found" });
}

/** The refusal of what an archived account cannot do. */
export function isArchived(status: 403 | 409): Refusal {
  return new Refusal(status, "The subaccount is archived", { code: "subaccount.archived" });
}
