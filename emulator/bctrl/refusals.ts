import { Refusal } from "../core/refusal";

/** The refusal of an account that there is not. */
export function notFound(): Refusal {
  return new Refusal(404, "Subaccount not found", { code: "subaccount.not_found" });
}

/** The refusal of what an archived account cannot do. */
export function isArchived(): Refusal {
  return new Refusal(409, "The subaccount is archived", { code: "subaccount.archived" });
}
