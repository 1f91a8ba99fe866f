import type { PolicyConfigJSONSchema } from "@pulumi/policy/schema";
import { accountOf, LIMITS, type Limit } from "../../tenant/description";
import { type Account, isSecret } from "./account";
import { read } from "./reading";

/** A limit as an account declares it: a number, `null`, nothing, or something that is not known yet. */
export type Declared = number | "null" | "absent" | "unknown";

/** A limit's name in configuration and messages: `zavu.creditLimit`. */
export function nameOf({ vendor, path }: Limit): string {
  return `${vendor}.${path}`;
}

/** The limits that an account can have: of sets (Bolna's calls at once) those of the one that it declares, else the first. */
export function limitsOf(account: Account): readonly Limit[] {
  const ofVendor = LIMITS.filter(({ vendor }) => vendor === account.vendor);
  const sets = ofVendor.filter(({ set }) => set !== undefined);
  const [chosen] = [...sets.filter((limit) => declared(account, limit) !== "absent"), ...sets];
  return ofVendor.filter(({ set }) => set === undefined || set === chosen?.set);
}

/** Reads a limit as an account declares it. A secret that cannot be decrypted is unknown. */
export function declared({ props }: Pick<Account, "props">, { path }: Pick<Limit, "path">): Declared {
  const reading = read(props, path);
  if (!reading.isKnown) return "unknown";
  if (reading.value === undefined) return "absent";
  if (reading.value === null) return "null";
  return typeof reading.value === "number" ? reading.value : "unknown";
}

/** Reads a limit that the stop of a suspended tenant replaces as the tenant declares it: it holds again afterwards. */
function lasting(account: Account, limit: Limit): Declared {
  const { vendor, tenant } = account;
  const { values = {}, ifDeclared = {} } = accountOf(vendor).description.stop ?? {};
  if (tenant === undefined || !(limit.path in { ...values, ...ifDeclared })) return declared(account, limit);
  const suspended = read(tenant.props, `suspended.${vendor}`);
  const isReplaced = !suspended.isKnown || suspended.value !== undefined;
  return isReplaced
    ? declared(tenant, { path: `suspended.${vendor}.${limit.path}` })
    : declared(account, limit);
}

/**
 * Reads what a limit allows the account as a whole; "part" where it limits only a part of it. Of an account whose tenant
 * is suspended it is the declared limit, where the policy sees the tenant.
 */
export function ofWhole(account: Account, limit: Limit): Declared | "part" {
  const found = lasting(account, limit);
  const { onlyWith } = limit;
  if (onlyWith === undefined || found === "absent") return found;
  const other = declared(account, { ...limit, path: onlyWith.field });
  if (other === "unknown") return "unknown";
  return other === onlyWith.value ? found : "part";
}

/** How messages say that a limit sets none: "is not declared". */
export function withoutLimit({ onlyWith }: Limit, found: "null" | "absent" | "part"): string {
  if (found === "null") return "is null, which means no limit";
  if (found === "absent") return "is not declared";
  return `limits only a part of the account without ${onlyWith?.field}: ${onlyWith?.value}`;
}

/** How messages show the declared number of a limit, with its unit. */
export function shown(account: Account, limit: Limit, value: number): string {
  return isSecret(account, limit.path) ? "a secret number" : `${value} (${limit.unit})`;
}

/** The schema of an object with one number for each limit. */
export function numberPerLimit(description: string, numbers: PolicyConfigJSONSchema): PolicyConfigJSONSchema {
  return {
    type: "object",
    description,
    properties: Object.fromEntries(
      LIMITS.map((limit) => [nameOf(limit), { ...numbers, description: limit.unit }]),
    ),
    additionalProperties: false,
  };
}
