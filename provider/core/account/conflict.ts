import { ConflictError } from "../base/errors";
import { printable } from "../base/printable";
import { isInTenant, movedFrom, movedFromName } from "../contract/moved-from";
import { claimOfAccount } from "./claims";
import { identityName } from "./customer";
import type { Account } from "./fields";
import { ownerText, tellWaysBack } from "./lost-state";
import { markerIn, nameOf, tagOf, tagsOf } from "./marker";
import type { Relation } from "./relation";
import { isOfThisStack, type Step, urnIn } from "./step";

/** An account that a create must not pass by. */
export interface InTheWay {
  readonly account: Account;
  readonly relation: Relation;
}

/**
 * The refusal of a create because of accounts that are in the way: whose they are, and what to do. Of several it offers to
 * adopt only one that carries the marker of this resource.
 *
 * @param own the account that the create would take over if nothing were in the way.
 */
export function conflict(
  step: Step,
  found: readonly [InTheWay, ...InTheWay[]],
  own: Account | undefined,
): ConflictError {
  const stranger = found.find((each) => isOfAnotherStack(step, each));
  if (stranger !== undefined) tellWaysBack(step, stranger.account);
  const special = found.find((each) => !isAdoptable(step, each));
  if (special !== undefined) return refusal(step, [special], next(step, special));
  if (own === undefined && found.length === 1) return refusal(step, found, next(step, found[0]));
  const all = own === undefined ? found : [{ account: own, relation: "mine unsaved" } as const, ...found];
  const marked = all.filter((each) => isMarkedForThis(step, each));
  const others = all.filter((each) => !marked.includes(each));
  return refusal(step, [...marked, ...others], nextOfMany(step, marked, others));
}

function refusal(step: Step, found: readonly InTheWay[], way: string): ConflictError {
  const { facts, args } = step;
  const [one] = found.length === 1 ? found : [];
  const what =
    one === undefined
      ? `${found.length} sub-accounts`
      : one.account.presence === "active"
        ? "an active sub-account"
        : `a sub-account (status "${one.account.status}")`;
  const each = found.map((one) => `${one.account.id}; ${whose(step, one)}`).join(", and ");
  return new ConflictError(
    `${facts.title} already has ${what} of this customer (by its ${identityName(facts, args)}): ${each}. Nothing was created. ${way}`,
  );
}

function isOfAnotherStack(step: Step, { account, relation }: InTheWay): boolean {
  return relation === "same fleet" || (relation === "other" && !isOfThisStack(step, account));
}

/** Whether the way on may be to adopt the account. */
function isAdoptable(step: Step, found: InTheWay): boolean {
  if (found.account.presence === "strange") return false;
  return found.relation === "unmarked" || found.relation === "markerless" || isOfAnotherStack(step, found);
}

/** Whether an account carries the marker of this resource, of this stack or of its fleet. */
function isMarkedForThis({ context }: Step, { account, relation }: InTheWay): boolean {
  if (relation !== "same fleet") return relation === "mine unsaved";
  return tagsOf(context.ownership).includes(tagOf(markerIn(account.metadata)?.urn ?? ""));
}

function nextOfMany(step: Step, marked: readonly InTheWay[], others: readonly InTheWay[]): string {
  const [one] = marked.length === 1 ? marked : [];
  if (one === undefined) {
    const identity = identityName(step.facts, step.args);
    return `If one of them is this customer, end the others at the vendor or give them another ${identity} there, and run \`pulumi up\` again; else use another ${identity}`;
  }
  const ids = others.map(({ account }) => account.id).join(", ");
  return (
    `If ${ids} is not needed, end it at the vendor and run \`pulumi up\` again. To manage ${one.account.id} here beside it, add ` +
    ` adopt: "${one.account.id}"  to the arguments`
  );
}

/** The URN in an account's marker as an alias in this stack has to name it: the account may have been marked in another one. */
export function formerUrn({ context }: Pick<Step, "context">, account: Account): string | undefined {
  const [, , ...resource] = urnIn(account)?.split("::") ?? [];
  const [stack, project] = context.ownership.urn.split("::");
  return resource.length > 0 ? [stack, project, ...resource].join("::") : undefined;
}

function whose(step: Step, { account: other, relation }: InTheWay): string {
  const { facts } = step;
  if (relation === "unmarked") return "it carries no marker of this provider";
  if (relation === "markerless")
    return `${facts.title} has no place for a marker, so whose it is cannot be told`;
  if (relation === "unreadable") return "it carries a marker that this version cannot read";
  const holder = holderOf(step, other);
  if (relation === "claimed" && holder !== undefined)
    return `it is in the state of "${nameOf(holder)}" of this program`;
  const urn = urnIn(other) ?? "an unknown resource";
  if (relation === "mine unsaved")
    return `it carries the marker of this resource${isOfThisStack(step, other) ? "" : ownerText(other)}`;
  if (relation === "mine, another customer")
    return "it carries the marker of this resource and another externalId or name";
  if (relation === "former name")
    return `it is this stack's, as ${nameOf(urn)}, which this run does not declare (${urn})`;
  return isOfThisStack(step, other)
    ? `it belongs to another resource of this stack, ${urn}`
    : `it belongs to ${urn} of another stack or state${ownerText(other)}`;
}

function next(step: Step, { account: other, relation }: InTheWay): string {
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
  if (relation === "unreadable") return "Upgrade pulumi-subaccounts";
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
