import { LIMITS } from "../tenant/description";
import { label } from "./core/account";
import { limitsOf, nameOf, ofWhole, withoutLimit } from "./core/limit";
import { accountPolicy } from "./core/policy";

/** Limits that stand for themselves. */
const REQUIRED = LIMITS.filter(({ onlyWith }) => onlyWith === undefined).map(nameOf);

/** Every account declares its limits. */
export const requireLimit = accountPolicy<{ limits?: readonly string[] }>(
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
      },
    },
    about: {
      sees: "the declared arguments of each account, before anything is done with it; what `default-limit` adds counts",
      cannotSee: "a limit that the vendor has and the code does not declare",
      unknown: "is a violation: it might turn out to be `null`",
      example: { limits: ["zavu.creditLimit", "bctrl.limits.monthlyCreditLimit"] },
    },
  },
  (account, { limits = REQUIRED }, report) => {
    for (const limit of limitsOf(account).filter((each) => limits.includes(nameOf(each)))) {
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
