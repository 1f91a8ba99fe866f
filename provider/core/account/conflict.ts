import { ConflictError } from "../base/errors";
import { printable } from "../base/printable";
import { isInTenant, movedFrom, movedFromName } from "../contract/moved-from";
import { claimOfAccount } from "./claims";
import { identityName } from "./customer";
import type { Account } from "./fields";
import { ownerText, tellWaysBack } from "./lost-state";
import { markerIn, nameOf, tagOf } from "./marker";
import type { Relation } from "./relation";
import { isOfThisStack, relationTo, type Step, urnIn } from "./step";

/** The refusal of a create because of an account that is in the way: whose it is, and what to do. */
export function conflict(step: Step, other: Account, relation: Relation): ConflictError {
  const { facts, args } = step;
  const same = identityName(facts, args);
  if (relation === "same fleet" || (relation === "other" && !isOfThisStack(step, other)))
    tellWaysBack(step, other);
  const status =
    other.presence === "active" ? "an active sub-account" : `a sub-account (status "${other.status}")`;
  return new ConflictError(
    `${facts.title} already has ${status} of this customer (by its ${same}): ${other.id}; ${whose(step, other, relation)}. Nothing was ` +
      `created. ${next(step, other, relation)}`,
  );
}

/** The URN in an account's marker as an alias in this stack has to name it: the account may have been marked in another one. */
export function formerUrn({ context }: Pick<Step, "context">, account: Account): string | undefined {
  const [, , ...resource] = urnIn(account)?.split("::") ?? [];
  const [stack, project] = context.ownership.urn.split("::");
  return resource.length > 0 ? [stack, project, ...resource].join("::") : undefined;
}

function whose(step: Step, other: Account, relation: Relation): string {
  const { facts } = step;
  if (relation === "unmarked") return "it carries no marker of this provider";
  if (relation === "markerless")
    return `${facts.title} has no place for a marker, so whose it is cannot be told`;
  if (relation === "unreadable") return "it carries a marker that this version cannot read";
  const holder = holderOf(step, other);
  if (relation === "claimed" && holder !== undefined)
    return `it is in the state of "${nameOf(holder)}" of this program`;
  const urn = urnIn(other) ?? "an unknown resource";
  if (relation === "mine unsaved") return "it carries the marker of this resource";
  if (relation === "mine, another customer")
    return "it carries the marker of this resource and another externalId or name";
  if (relation === "former name")
    return `it is this stack's, as ${nameOf(urn)}, which this run does not declare (${urn})`;
  return isOfThisStack(step, other)
    ? `it belongs to another resource of this stack, ${urn}`
    : `it belongs to ${urn} of another stack or state${ownerText(other)}`;
}

function next(step: Step, other: Account, relation: Relation): string {
  const { facts, args } = step;
  const adopt = `add  adopt: "${other.id}"  to the arguments`;
  const former = formerUrn(step, other);
  if (other.presence === "strange") {
    return `Its status "${other.status}" is not documented, so nothing is done about it: look at it at the vendor`;
  }
  const holder = holderOf(step, other);
  if (relation === "claimed" && holder !== undefined) {
    return (
      `If this \`up\` gives "${nameOf(holder)}" another identity, run \`pulumi up\` once more, without targets; else two resources ` +
      "declare one customer: give them different externalIds and names, or take one of them out"
    );
  }
  if (relation === "former name" || relation === "claimed") {
    const alias =
      former === undefined
        ? "If the resource was renamed, add an alias to its options"
        : `If this run has targets, run it without. ${renamedFrom(step, other, former)}`;
    return `${alias}. If it is another customer, ${facts.identity === "name" ? "use another name" : "give the two different names and externalIds"}`;
  }
  if (relation === "mine, another customer") {
    return `If it is this customer, declare its externalId and name as they are now; else use another logical name`;
  }
  if (relation === "other" && isOfThisStack(step, other)) {
    return "Two resources of one stack declare one customer: give them different externalIds and names, or take one of them out";
  }
  const moved =
    relation === "other" && former !== undefined && former !== step.context.ownership.urn
      ? `If it was moved into this stack (\`pulumi state move\`) and then renamed, add  aliases: ["${former}"]  to the options. `
      : "";
  const more = facts.isMarked
    ? args["externalId"] === undefined
      ? ". If it is another customer, give the new one an externalId"
      : ""
    : `. ${renamedUnseen(step)}. If another stack manages the account, set deletionPolicy to "retain" there and ` +
      "run `pulumi up` before it is moved here. If a replacement was forced (--replace, taint), run `pulumi up` without it " +
      "(`pulumi state untaint`)";
  return `${moved}To manage that account here, ${adopt}; else use another ${identityName(facts, args)}${more}`;
}

/** The same as {@link renamedFrom} where no marker names the resource that had the account. */
function renamedUnseen({ facts, context }: Step): string {
  if (!isInTenant(context.ownership.urn)) return "If the resource was renamed in the code, add an alias";
  const line = movedFromName(facts.vendorName, "<its logical name>");
  return `If the account was declared alone before, add to the Tenant  ${line} ; if the Tenant was renamed, an alias, or  formerly: "<its externalId before>"`;
}

/** The resource of the program that has an account. */
export function holderOf({ context }: Pick<Step, "context">, { id }: Account): string | undefined {
  const { run, connection, ownership } = context;
  return run.holdersInProgram(claimOfAccount(connection, id)).find((urn) => urn !== ownership.urn);
}

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
  const { urn } = context.ownership;
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
      `${hasState ? `\`pulumi state delete '${urn}'\` and ` : ""}\`pulumi up\`, which takes it over`
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
  return `use another ${identity}${removed}`;
}

/** The line that lets a resource keep the account that another one of this stack had: an alias, or in a `Tenant` its own. */
function renamedFrom({ facts, context, args }: Step, other: Account, former: string): string {
  if (!isInTenant(context.ownership.urn))
    return `If the resource was renamed, add  aliases: ["${former}"]  to its options`;
  if (isInTenant(former)) {
    const { externalId } = other.fields;
    if (typeof externalId === "string" && externalId !== args["externalId"] && former.includes(externalId)) {
      return `If its externalId was corrected, add  formerly: "${printable(externalId)}"  to the Tenant or its file`;
    }
    return `If the Tenant was renamed, add  aliases: [{ name: "${nameOf(former)}" }]  to its options`;
  }
  return (
    `If the account was declared alone before, add to the Tenant  ${movedFrom(facts.vendorName, former)} , with  ` +
    'key: "<name>"  for its ApiKey'
  );
}
