import { LIMITS, VENDOR_NAMES, type VendorName } from "../tenant/description";
import { label } from "./core/account";
import { limitsOf, nameOf, ofWhole, withoutLimit } from "./core/limit";
import { accountPolicy } from "./core/policy";

/** Limits that stand for themselves. */
const REQUIRED = LIMITS.filter(({ onlyWith }) => onlyWith === undefined).map(nameOf);

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
          default: REQUIRED,
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
      cannotSee:
        "a limit that the vendor has and the code does not declare; which limit holds again once a tenant is not suspended any more: of a suspended one the stop is judged, a 0 in the place of the declared limit",
      unknown: "is a violation: it might turn out to be `null`",
      example: { limits: ["zavu.creditLimit", "bctrl.limits.monthlyCreditLimit"] },
    },
  },
  (account, { limits = REQUIRED, vendors = VENDOR_NAMES }, report) => {
    if (!vendors.includes(account.vendor)) return;
    const own = limitsOf(account);
    const required = own.filter((each) => limits.includes(nameOf(each)));
    if (required.length === 0) {
      report(
        `${label(account)} is not covered: require-limit asks for none of ${own.map(nameOf).join(", ")}. Add one to its limits, or name in its vendors those that need limits`,
      );
    }
    for (const limit of required) {
      const found = ofWhole(account, limit);
      if (found === "unknown") {
        report(
          `${label(account)}: ${limit.path} is not known yet, so it may turn out to be no limit. Give it a value that a preview knows`,
        );
      } else if (typeof found !== "number") {
        report(
          `${label(account)}: ${limit.path} ${withoutLimit(limit, found)}. Declare a number: ${limit.unit}`,
        );
      }
    }
  },
);
