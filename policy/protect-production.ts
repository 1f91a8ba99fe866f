import { label, placeOf } from "./core/account";
import { accountPolicy } from "./core/policy";

const STACKS = ["prod", "production", "prod-*", "*-prod"];

/** Pulumi refuses to delete a production account. */
export const protectProduction = accountPolicy<{ stacks?: readonly string[] }>(
  {
    name: "protect-production",
    description: "Every account of a production stack is protected from deletion.",
    enforcementLevel: "mandatory",
    configSchema: {
      properties: {
        stacks: {
          type: "array",
          description: "names of production stacks; `*` stands for any text",
          items: { type: "string" },
          default: STACKS,
        },
      },
    },
    about: {
      sees: "the stack's name and the resource option `protect` of each account, before anything is done with it; a component hands the option on to its children",
      cannotSee:
        "`pulumi state unprotect`. Protection keeps `pulumi destroy`, which asks no policy, and a removal from the code away from the account",
      unknown: "does not occur: neither is ever unknown",
      example: { stacks: ["live", "*-prod"] },
    },
  },
  (account, { stacks = STACKS }, report) => {
    const { stack } = placeOf(account.urn);
    if (account.opts.protect || !stacks.some((pattern) => matches(pattern, stack))) return;
    report(
      `${label(account)}: stack ${stack} is a production stack, and the account is not protected. Add the resource option protect: true to it or to its tenant`,
    );
  },
);

function matches(pattern: string, text: string): boolean {
  const [first = "", ...others] = pattern
    .split("*")
    .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${[first, ...others].join(".*")}$`).test(text);
}
