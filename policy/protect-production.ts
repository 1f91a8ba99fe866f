import { label, placeOf } from "./core/account";
import { accountPolicy } from "./core/policy";

const STACKS = ["prod", "production", "prod-*", "*-prod"];
const OTHERS = ["dev", "test", "staging"].flatMap((name) => [name, `${name}-*`, `*-${name}`]);

interface Config {
  readonly stacks?: readonly string[];
  readonly others?: readonly string[];
}

/** Pulumi refuses to delete a production account. */
export const protectProduction = accountPolicy<Config>(
  {
    name: "protect-production",
    description: "Every account of a production stack is protected from deletion.",
    enforcementLevel: "mandatory",
    configSchema: {
      properties: {
        stacks: {
          type: "array",
          description: "names of production stacks; `*` stands for any text, and case does not count",
          items: { type: "string" },
          default: STACKS,
        },
        others: {
          type: "array",
          description: "names of the other stacks, likewise; one that is in neither list is a violation",
          items: { type: "string" },
          default: OTHERS,
        },
      },
    },
    about: {
      sees: "the stack's name and the resource option `protect` of each account, before anything is done with it; a component hands the option on to its children",
      cannotSee:
        "`pulumi state unprotect`. Protection keeps `pulumi destroy`, which asks no policy, and a removal from the code away from the account",
      unknown: "does not occur: neither is ever unknown",
      example: { stacks: ["live", "*-prod"], others: ["dev", "pr-*"] },
    },
  },
  (account, { stacks = STACKS, others = OTHERS }, report) => {
    const { stack } = placeOf(account.urn);
    if (account.opts.protect) return;
    const isIn = (patterns: readonly string[]) => patterns.some((pattern) => matches(pattern, stack));
    if (isIn(stacks)) {
      report(
        `${label(account)}: stack ${stack} is a production stack, and the account is not protected. Add the resource option protect: true to it or to its tenant`,
      );
    } else if (!isIn(others)) {
      report(
        `${label(account)}: stack ${stack} is not covered: protect-production does not know whether it is a production stack. Add it to stacks or to others`,
      );
    }
  },
);

function matches(pattern: string, text: string): boolean {
  const [first = "", ...rest] = pattern.split("*").map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${[first, ...rest].join(".*")}$`, "i").test(text);
}
