import type * as Arguments from "../../tenant/arguments";
import type * as Description from "../../tenant/description";
import type * as Problems from "../../tenant/problems";
import type * as Suspension from "../../tenant/suspension";

/**
 * The description of a tenant. Loaded at the first tenant: it brings the vendors' schemas, which a program without tenants does
 * not need.
 */
export function description(): typeof Arguments & typeof Description & typeof Problems & typeof Suspension {
  return {
    ...require("../../tenant/arguments"),
    ...require("../../tenant/description"),
    ...require("../../tenant/problems"),
    ...require("../../tenant/suspension"),
  };
}
