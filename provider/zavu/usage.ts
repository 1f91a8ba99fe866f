import { usage } from "../core/usage";
import { zavu } from "./client";

/** Zavu: what an account has spent is in the listing, as a total that nothing resets. */
export const zavuUsage = usage({
  vendor: zavu,
  metrics: { creditLimit: { unit: "cents", period: "total" } },
});
