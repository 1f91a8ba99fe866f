import { ConflictError, hasStatus, mayHaveHappened } from "../base/errors";
import { isObject, type JsonObject } from "../base/json";
import { STAMP_KEY } from "../contract/arguments";
import { declaredFields, type Fields } from "../contract/fields";
import { CreateBreaker } from "../vendor-io/create-breaker";
import { mutate } from "../vendor-io/mutate";
import type { Account } from "./fields";
import { holdOfAccount, type Step } from "./kind";
import { isStampOf, stampOf, tagOf } from "./marker";

/**
 * The account that a create is to take over, because it is ours from an interrupted run or a forced replacement.
 *
 * @throws ConflictError when a live account with the same identity belongs to somebody else.
 */
export async function findOurs(step: Step): Promise<Account | undefined> {
  const found = await lookup(step, false);
  // A suspended account of this stack is as alive as any other, if that is what the code asks for.
  const isSuspended = !(step.facts.wantsLive?.(step.args) ?? true);
  const candidates = found.filter(
    (account) =>
      account.live || (isSuspended && stampOf(account.metadata)?.owner === step.context.ownership.owner),
  );
  const ours = candidates.find((account) => hasOurStamp(step, account) && isSameCustomer(step, account));
  if (ours) return ours;
  const other = candidates.find((account) => hasSameIdentity(step, account) || isRenamed(step, account));
  if (other) throw conflict(step, other);
  const former = candidates.find((account) => hasOurStamp(step, account));
  if (former) {
    step.context.run.warn(
      `${step.facts.title}: the sub-account ${former.id} carries the stamp of this resource and is another customer's; it was left ` +
        "alone and a new one is created",
    );
  }
  return undefined;
}

/** @throws ConflictError when another live account has the identity that this one is to get. */
export async function refuseTaken(step: Step, id: string): Promise<void> {
  const other = (await lookup(step, false)).find(
    (account) => account.live && account.id !== id && hasSameIdentity(step, account),
  );
  if (other === undefined) return;
  const { facts } = step;
  throw new ConflictError(
    `${facts.title} already has a live sub-account with this ${facts.identity}: ${other.id}. Nothing was sent to ${id}; use another ` +
      `${facts.identity}`,
  );
}

/** What came of a create: `replyLost` says that the account was found by looking, and its reply with the key is lost. */
export interface Created {
  readonly account: Account;
  readonly replyLost: boolean;
}

/** Creates the account once: a POST is sent again only after a look shows that nothing came of it. */
export async function createOnce(step: Step): Promise<Created> {
  const { facts, context, api, args, stamp } = step;
  const fields = creationFields(step);
  const own = isObject(args["metadata"]) ? (args["metadata"] as JsonObject) : {};
  const metadata = facts.stamped ? { ...own, [STAMP_KEY]: { ...stamp } } : undefined;
  // Where there is no stamp to tell by, what is new is ours.
  const before = new Set(facts.stamped ? [] : (await lookup(step, false)).map(({ id }) => id));
  const send = async (): Promise<Created> => ({
    account: await api.create(fields, metadata, args, stamp.nonce),
    replyLost: false,
  });
  const readBack = async (): Promise<Created | undefined> => {
    const account = (await lookup(step, true)).find((each) => isResult(step, before, each));
    return account && { account, replyLost: true };
  };
  const repeat = api.replaysCreates ? "keyed" : "once";
  return CreateBreaker.of(context.run, context.connection, facts.title)
    .guard(() => mutate(context, { send, readBack, repeat }))
    .catch((error: unknown) => {
      throw mayHaveHappened(error) ? error : explained(step, error);
    });
}

/** Whether an account is what came of the create: it has its nonce, or, where there is no stamp, it is new. */
function isResult(step: Step, before: ReadonlySet<string>, account: Account): boolean {
  const { run, connection } = step.context;
  if (step.facts.stamped) return stampOf(account.metadata)?.nonce === step.stamp.nonce;
  return (
    hasSameIdentity(step, account) &&
    !before.has(account.id) &&
    run.holders(holdOfAccount(connection, account.id)).size === 0
  );
}

function creationFields({ facts, args }: Step): Fields {
  const declared = Object.entries(declaredFields({ ...facts, defaults: {} }, args));
  return Object.fromEntries(
    declared.filter(([name, value]) => value !== null && !facts.notAtCreation.includes(name)),
  );
}

function lookup({ api, args, context }: Step, fresh: boolean): Promise<Account[]> {
  return api.lookup(args, context.ownership, fresh);
}

/** Stamped by this resource, and not held by another one of this run (which was renamed with an alias). */
function hasOurStamp({ context }: Step, account: Account): boolean {
  const { run, connection, ownership } = context;
  const holders = [...run.holders(holdOfAccount(connection, account.id))];
  return isStampOf(stampOf(account.metadata), ownership) && holders.every((urn) => urn === ownership.urn);
}

/**
 * A stamp alone is no proof: `retain` leaves an account with it behind, and the resource's name may then be given to
 * another customer, whose declaration must not overwrite this one.
 */
function isSameCustomer(step: Step, account: Account): boolean {
  const { facts, args } = step;
  if (args[facts.identity] !== undefined) return hasSameIdentity(step, account);
  return (account.fields[facts.identity] ?? null) === null && account.fields["name"] === args["name"];
}

/**
 * Without an externalId a resource that was renamed in the code looks like a new customer, and the old one would be
 * deleted at the end: an account of this stack with the same name that nothing in this run has is taken for that.
 */
function isRenamed({ facts, args, context }: Step, account: Account): boolean {
  const { run, connection, ownership } = context;
  const stamp = stampOf(account.metadata);
  return (
    args[facts.identity] === undefined &&
    stamp?.owner === ownership.owner &&
    account.fields["name"] === args["name"] &&
    run.holders(holdOfAccount(connection, account.id)).size === 0 &&
    !run.isDeclared(tagOf(stamp.urn))
  );
}

function hasSameIdentity({ facts, args }: Step, account: Account): boolean {
  const wanted = args[facts.identity];
  return wanted !== undefined && account.fields[facts.identity] === wanted;
}

function conflict({ facts, args, context }: Step, other: Account): ConflictError {
  const same = args[facts.identity] === undefined ? "name" : facts.identity;
  const stamp = stampOf(other.metadata);
  const whose =
    stamp === undefined
      ? facts.stamped
        ? "it carries no stamp of this provider"
        : `${facts.title} has no place for a stamp, so whose it is cannot be told`
      : stamp.owner === context.ownership.owner
        ? `it belongs to another resource of this stack, ${stamp.urn}; if you renamed that one, add an alias instead`
        : `it belongs to ${stamp.urn} of another stack or state`;
  const more = facts.stamped
    ? same === facts.identity
      ? ""
      : ". If it is another customer, give the new one an externalId, or run `pulumi up` without --target"
    : '. If you renamed the resource in the code, add an alias instead. If another stack manages it, set deletionPolicy to "retain" there and run `pulumi up` before it is moved here. If this ' +
      "is a replacement that --replace or taint forced, run `pulumi up` without it (`pulumi state untaint`)";
  return new ConflictError(
    `${facts.title} already has a live sub-account with this ${same}: ${other.id}; ${whose}. Nothing was ` +
      `created. To manage that account here, add  adopt: "${other.id}"  to the arguments; else use another ${same}${more}`,
  );
}

/** A 409 after nothing live was in the way: most likely an account that is archived or inactive. */
function explained({ facts }: Step, error: unknown): unknown {
  if (!hasStatus(error, 409)) return error;
  return new ConflictError(
    `${error.message}. No live account has this ${facts.identity}, so one that was deleted before may still keep it: use another ` +
      `${facts.identity}${facts.wantsLive ? ", or adopt that account" : ""}`,
  );
}
