import { ConflictError, hasStatus, mayHaveHappened, SubaccountsError } from "../base/errors";
import { isObject, type JsonObject } from "../base/json";
import { STAMP_KEY } from "../contract/arguments";
import { declaredFields, type Fields } from "../contract/fields";
import { CreateBreaker } from "../vendor-io/create-breaker";
import { mutate } from "../vendor-io/mutate";
import { claimOfAccount, MADE, madeFor } from "./claims";
import { hasIdentity, identityName } from "./customer";
import type { Account } from "./fields";
import { findOwn } from "./find-own";
import { type OwnKey, ownSecrets } from "./kind";
import { markerIn, partsOf, tagsOf } from "./marker";
import { comparePlaces } from "./place";
import { placesOf } from "./places";
import { lookAtNew } from "./rivals";
import type { Step } from "./step";

/** A new account; `replyLost` says that it was found by a read-back, and its reply with the key is lost. */
export interface Created {
  readonly account: Account;
  readonly replyLost: boolean;
}

/** Creates the account once. @param isNew a list that others of the fleet have read has none in its way */
export async function createOnce(step: Step, ownKey: OwnKey | undefined, isNew: boolean): Promise<Created> {
  const { facts, context, accounts, args, marker, parts, known } = step;
  const { run, connection } = context;
  const own = isObject(args["metadata"]) ? (args["metadata"] as JsonObject) : {};
  const metadata = facts.isMarked ? { ...own, [STAMP_KEY]: { ...marker } } : undefined;
  const fields = creationFields(step);
  const before = new Set(
    facts.isMarked || isNew ? [] : (await accounts.matching(args, [], false)).accounts.map(({ id }) => id),
  );
  let sent = 0;
  const send = async (): Promise<Created> => {
    sent++;
    const account = await accounts.api.create(fields, metadata, args, parts.id);
    return {
      account: facts.isMarked ? { ...account, metadata: account.metadata ?? metadata } : account,
      replyLost: false,
    };
  };
  const readBack = async (): Promise<Created | undefined> => {
    const account = await findResult(step, before);
    return account && { account, replyLost: true };
  };
  const created = await CreateBreaker.of(run, connection, facts.title)
    .guard(() => mutate(context, { send, readBack, repeat: step.isIdempotent ? "keyed" : "once" }))
    .catch(async (error: unknown) => {
      // The vendor's own list says which account it is.
      if (hasStatus(error, 409) && isNew) await findOwn(step, ownKey);
      throw mayHaveHappened(error) ? error : explained(step, error);
    });
  known.note(created.account);
  known.isOurs = true;
  known.apiKey = created.account.apiKey ?? (created.replyLost && ownKey ? null : undefined);
  if (typeof known.apiKey === "string") ownSecrets(context, created.account.id).add(known.apiKey);
  accounts.wrote(created.account);
  await accounts.memory.list?.outdate(created.account.id);
  const claims = [claimOfAccount(connection, created.account.id), MADE, madeFor(context.ownership.urn)];
  for (const claim of claims) run.hold(claim, context.ownership.urn);
  const asked = known.place;
  known.place = facts.placeOf?.(created.account.outputs) ?? asked;
  if (known.place !== undefined) placesOf(context).made.set(known.place, created.account.id);
  if (comparePlaces(asked, known.place) === "another") {
    throw new SubaccountsError(
      `${facts.title}: the new sub-account ${created.account.id} is in another organization than the key was of a moment ago. The state ` +
        "has it. Check what is between this machine and the vendor, and end the account at the vendor if it is in the wrong place",
    );
  }
  known.note(await lookAtNew(step, created.account, sent > 1 || created.replyLost, ownKey));
  return { ...created, account: known.account ?? created.account };
}

/** The account that an unclear create made, as far as the vendor shows it by now. */
async function findResult(step: Step, before: ReadonlySet<string>): Promise<Account | undefined> {
  const { facts, accounts, args, parts } = step;
  const looked = await accounts.matching(args, tagsOf(step.context.ownership), true);
  if (facts.isMarked) {
    return looked.accounts.find(({ metadata }) => partsOf(markerIn(metadata)?.nonce).id === parts.id);
  }
  const fresh = looked.accounts.filter(
    (account) =>
      hasIdentity(facts, args, account) &&
      !before.has(account.id) &&
      accounts.claimants(account.id).size === 0,
  );
  if (fresh.length < 2) return fresh[0];
  throw new ConflictError(
    `${facts.title} has ${fresh.length} new sub-accounts named as this one, ${fresh.map(({ id }) => id).join(", ")}, and which of them this ` +
      "create made cannot be told. End those that are not needed at the vendor, and adopt the other",
  );
}

function creationFields({ facts, args }: Step): Fields {
  const declared = Object.entries(declaredFields({ ...facts, defaults: {} }, args));
  return Object.fromEntries(
    declared.filter(([name, value]) => value !== null && !facts.notAtCreation.includes(name)),
  );
}

/** A 409 after no account was in the way: most likely one that is archived or inactive. */
function explained({ facts, args }: Step, error: unknown): unknown {
  if (!hasStatus(error, 409)) return error;
  const identity = identityName(facts, args);
  return new ConflictError(
    `${error.message}. No active account has this ${identity}, so one that was deleted before may still keep it: use another ` +
      `${identity}${facts.isRevivable ? ", or adopt that account" : ""}`,
  );
}
