import { LIMITS, VENDOR_NAMES, type VendorName } from "../tenant/description";
import { label } from "./core/account";
import { declared, limitsOf, nameOf } from "./core/limit";
import { accountPolicy } from "./core/policy";

/** Every account declares its limits. */
export const requireLimit = accountPolicy<{ limits?: readonly string[]; vendors?: readonly VendorName[] }>(
  {
    name: "require-limit",
    description: "Every account declares its limits; null is none.",
    enforcementLevel: "mandatory",
    configSchema: {
      properties: {
        limits: {
          type: "array",
          description: "the limits that an account of their vendor must declare",
          items: { type: "string", enum: LIMITS.map(nameOf) },
          default: LIMITS.map(nameOf),
        },
        vendors: {
          type: "array",
          description:
            "the vendors whose accounts need limits; one of which `limits` has none is a violation",
          items: { type: "string", enum: [...VENDOR_NAMES] },
          default: [...VENDOR_NAMES],
        },
      },
    },
    about: {
      sees: "the declared arguments of each account, before anything is done with it; what `default-limit` adds counts",
      cannotSee: "a limit that the vendor has and the code does not declare",
      unknown: "is a violation: it might turn out to be `null`",
      example: { limits: ["zavu.creditLimit", "bctrl.limits.monthlyCreditLimit"] },
    },
  },
  (account, { limits = LIMITS.map(nameOf), vendors = VENDOR_NAMES }, report) => {
    if (!vendors.includes(account.vendor)) return;
    const own = limitsOf(account);
    const required = own.filter((each) => limits.includes(nameOf(each)));
    if (required.length === 0) {
      report(
        `${label(account)} is not covered: require-limit asks for none of ${own.map(nameOf).join(", ")}. Add one to its limits, or name in its vendors those that need limits`,
      );
    }
    for (const limit of required) {
      const found = declared(account, limit);
      if (found === "absent" || found === "null") {
        const how = found === "null" ? "is null, which means no limit" : "is not declared";
        report(`${label(account)}: ${limit.path} ${how}. Declare a number: ${limit.unit}`);
      } else if (found === "unknown") {
        report(
          `${label(account)}: ${limit.path} is not known yet, so it may turn out to be no limit. Give it a value that a preview knows`,
        );
      }
    }
  },
);
