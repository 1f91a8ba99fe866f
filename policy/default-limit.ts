import type { ResourceValidationArgs, ResourceValidationPolicy } from "@pulumi/policy";
import { accountOf, label } from "./core/account";
import { declared, limitsOf, nameOf, numberPerLimit } from "./core/limit";
import { type AccountPolicy, accountPolicy, type Described } from "./core/policy";

interface Config {
  readonly limits?: Readonly<Record<string, number>>;
}

const described: Described = {
  name: "default-limit",
  description: "An account that declares no limit gets the default one.",
  enforcementLevel: "remediate",
  configSchema: {
    properties: {
      limits: numberPerLimit("the limits that an account gets where it declares none, in the vendor's unit", {
        type: "number",
        minimum: 0,
      }),
    },
  },
  about: {
    sees: "the declared arguments of each account, before they are checked and anything is done with it; what it adds is then an argument like any other, and taken out of the configuration again it counts as taken out of the code",
    cannotSee:
      "the tier of a tenant. An explicit `null` is a declaration and stays; `require-limit` reports it. An account that declares none of its limits, and for which there is no default, is a violation",
    unknown: "is a declaration, and stays",
    example: { limits: { "zavu.creditLimit": 1000, "bctrl.limits.maxSpaces": 1 } },
  },
};

/** Gives an account the limits that it does not declare. */
export const defaultLimit: AccountPolicy & ResourceValidationPolicy = {
  ...accountPolicy<Config>(described, (account, _, report) => {
    const own = limitsOf(account);
    if (own.some((limit) => declared(account, limit) !== "absent")) return;
    report(
      `${label(account)} declares no limit and is not covered: default-limit has none of ${own.map(nameOf).join(", ")}. Add one to its limits, or declare one`,
    );
  }),
  remediateResource: (args: ResourceValidationArgs) => {
    const account = accountOf(args);
    if (account === undefined) return undefined;
    const { limits = {} } = args.getConfig<Config>();
    let isChanged = false;
    for (const limit of limitsOf(account)) {
      const value = limits[nameOf(limit)];
      if (value === undefined || declared(account, limit) !== "absent") continue;
      isChanged = put(args.props, limit.path, value) || isChanged;
    }
    // Pulumi takes all properties from here: its own, such as `__provider`, and the secrets, which stay what they are.
    return isChanged ? args.props : undefined;
  },
};

/**
 * Sets a property by its path, in place: a copy would read every property, which Pulumi refuses for unknown ones and
 * which would turn secrets into plain values. @returns false if it is inside of something that is no object.
 */
function put(props: Record<string, unknown>, path: string, value: number): boolean {
  const [key = path, ...rest] = path.split(".");
  if (rest.length === 0) {
    props[key] = value;
    return true;
  }
  // A new object is filled before it is put where Pulumi watches.
  const inner = props[key] ?? {};
  if (typeof inner !== "object") return false;
  const isPut = put(inner as Record<string, unknown>, rest.join("."), value);
  if (isPut && !props[key]) props[key] = inner;
  return isPut;
}
