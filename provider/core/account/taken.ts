import { ConflictError } from "../base/errors";
import { holderOf } from "./conflict";
import { identityName } from "./customer";
import type { Account } from "./fields";
import { markerIn, nameOf, tagOf } from "./marker";
import { isOfThisStack, relationTo, type Step, stateDelete, urnIn } from "./step";

/**
 * The refusal of an identity that another active account has: of an update, an adoption, or an account that is to be
 * activated again.
 */
export function taken(step: Step, id: string, other: Account): ConflictError {
  const { facts, args } = step;
  const identity = identityName(facts, args);
  return new ConflictError(
    `${facts.title} already has ${other.presence === "ended" ? "a suspended" : "an active"} sub-account with this ${identity}: ${other.id}. Nothing was sent to ${id}; ` +
      wayOut(step, other, identity),
  );
}

/** Names by an array's index move accounts from one customer to another. */
const SHIFTED =
  "If the customers only have other logical names now, as by an array's index, keep each one's name or add aliases: else its account and keys " +
  "become another's";

function wayOut(step: Step, other: Account, identity: string): string {
  const { facts, context } = step;
  const holder = holderOf(step, other);
  if (holder !== undefined) {
    return (
      `that is "${nameOf(holder)}" of this program. To pass the ${identity} on or to swap two, give "${nameOf(holder)}" a third value first, and run ` +
      `\`pulumi up\` between the steps. ${SHIFTED}`
    );
  }
  const relation = relationTo(step, other, false, step.args);
  if (relation === "mine unsaved") {
    const adopts = typeof step.args["adopt"] === "string" ? "take the adopt line out, " : "";
    const hasState = Object.keys(step.before).length > 0;
    return (
      `it carries this resource's marker, ${hasState ? "so the state is older than it" : "and no state has it"}. To go on with ${other.id}, ${adopts}run ` +
      `${hasState ? `${stateDelete(step)} and ` : ""}\`pulumi up\`, which takes it over`
    );
  }
  const marked = markerIn(other.metadata)?.urn ?? "";
  if (relation === "other" && isOfThisStack(step, other) && context.run.isDeclared(tagOf(marked))) {
    return (
      `an interrupted run made it for "${nameOf(marked)}" of this program, and no state has it. Run \`pulumi up\` without this change first, which takes it ` +
      `over there. ${SHIFTED}`
    );
  }
  if (relation === "former name" || (relation === "other" && isOfThisStack(step, other))) {
    return (
      `it is this stack's, as ${urnIn(other)}. ${SHIFTED}. If that customer's resource was removed for good, run \`pulumi up\` without this ` +
      "change first, which ends its account"
    );
  }
  const removed = facts.isMarked
    ? ""
    : ". If it is the account of a resource that was removed, run `pulumi up` without this change first, which ends it";
  // An account is adopted as it is called: with another identity it would be refused.
  const orElse = typeof step.args["adopt"] === "string" ? "" : `; else use another ${identity}`;
  return `if that one is not needed, end it at the vendor or give it another ${identity} there, and run \`pulumi up\` again${orElse}${removed}`;
}
