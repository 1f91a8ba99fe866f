import { isDeepStrictEqual } from "node:util";
import { printable } from "../base/printable";
import { declaredFields, type Fields, valueAt } from "../contract/fields";
import type { Context, Values, WriteContext } from "../contract/resource";
import type { ReadFacts } from "./account-memory";
import type { Accounts } from "./accounts";
import { claimOfAccount } from "./claims";
import { customerOf, isCorrected } from "./customer";
import { type Account, stateOf } from "./fields";
import type { AccountFacts } from "./kind";
import {
  isSameMarker,
  type Marker,
  markerIn,
  nonceOf,
  type Parts,
  partsOf,
  readMarker,
  shortHash,
  tagOf,
  tagsOf,
} from "./marker";
import { type OtherKeys, otherKeysOutput } from "./other-keys";
import type { Place } from "./place";
import { type Customer, type Relation, relationOf } from "./relation";
import { resumptionOf, resumptionOutput } from "./resumption";

/** Facts of a vendor's accounts that looking for one depends on. */
export type LookFacts = ReadFacts & Pick<AccountFacts, "isRevivable" | "stop">;

/** Everything that looking for an account of the state works with. */
export interface Looking {
  readonly facts: LookFacts;
  readonly context: Context<unknown>;
  readonly accounts: Accounts;
  /** The state; empty for a new resource. */
  readonly before: Values;
}

/** The context of a create or an update of an account. */
export interface Step extends Looking {
  readonly facts: AccountFacts;
  readonly context: WriteContext<unknown>;
  /** The arguments, and what absent ones stand for, without what `ignoreChanges` names. */
  readonly args: Values;
  readonly defaults: Values;
  /** Those of the state, likewise: what is in neither is left as it is. */
  readonly argsBefore: Values;
  /** The parts of the marker that the account is to carry, and of the state's `__nonce`. */
  readonly parts: Parts;
  /** The marker that the account is to carry. */
  readonly marker: Marker;
  /** Write the marker even where nothing else differs; else it goes out with the next write. */
  readonly mustMark: boolean;
  /** A repeat of a create with the same marker id is answered with the account that the first one made. */
  readonly isIdempotent: boolean;
  /** Everything that the step knows so far, for the state of a failure. */
  readonly known: Known;
}

/** The knowledge of a create or an update about its account so far; one `catch` turns it into state and error. */
export class Known {
  /** The account as the vendor was last seen to have it. */
  account: Account | undefined;
  /** The account was seen ended by this step. */
  wasEnded = false;
  /** The account was made by this step, or carries this step's marker: a failure saves it. */
  isOurs = false;
  /** The account's own key: `null` where it is dead, `undefined` where nobody can know it. */
  apiKey: string | null | undefined;
  /** The keys of the account that no state has. */
  otherKeys: OtherKeys = { former: [] };
  /** The organization that the account was made or seen in. */
  place: Place | undefined;

  /** Notes how the vendor was last seen to have the account. */
  readonly note = (account: Account): void => {
    this.account = account;
    this.wasEnded ||= account.presence === "ended";
  };
}

/** The declared fields of arguments or a state, with the defaults of the step. */
export function fieldsOf({ facts, defaults }: Pick<Step, "facts" | "defaults">, values: Values): Fields {
  return declaredFields({ ...facts, defaults }, values);
}

/** The fields that were declared before and are cleared where they are not any more: of a set, while it is declared. */
export function fieldsBefore(step: Step): Fields {
  const { sets, paths } = step.facts;
  const declared = new Set(Object.keys(fieldsOf(step, step.args)).map((name) => sets[name]));
  const before = Object.entries(fieldsOf(step, step.argsBefore));
  // A state may be damaged, and hold what is no field.
  const isOurs = (name: string) =>
    paths.includes(name) && (sets[name] === undefined || declared.has(sets[name]));
  return Object.fromEntries(before.filter(([name]) => isOurs(name)));
}

/** Whether arguments, or a state, stop the account: by all the fields of its vendor's stop. */
export function isSuspending({ stop }: Pick<AccountFacts, "stop">, args: Values): boolean {
  if (stop === undefined) return false;
  return Object.entries(stop.values).every(([path, value]) => valueAt(args, path) === value);
}

/** Whether an account carries the marker of the step. */
export function carriesMarker(
  { facts, marker }: Pick<Step, "facts" | "marker">,
  { metadata }: Account,
): boolean {
  return !facts.isMarked || isSameMarker(markerIn(metadata), marker);
}

/** The state that the step leaves, by what it knows. @param args what the state is to say is declared */
export function stateAfter(step: Step, args: Values): Values {
  const { facts, context, before, known, parts } = step;
  const { account } = known;
  if (account === undefined) return before;
  return stateOf(facts, account, args, before, {
    apiKey: account.apiKey ?? known.apiKey,
    ...otherKeysOutput(known.otherKeys),
    ...resumptionOutput(isResumed(step, account) ? context.run.world.newId() : resumptionOf(before)),
    // A failed write leaves the marker from before.
    __nonce: carriesMarker(step, account)
      ? nonceOf({ ...parts, place: known.place ?? parts.place })
      : before["__nonce"],
  });
}

/** Whether an account that was stopped, by the state or as it was seen, is active now. */
function isResumed({ facts, before, known }: Step, { presence }: Account): boolean {
  return (
    facts.isRevivable === true && presence === "active" && (known.wasEnded || isSuspending(facts, before))
  );
}

/** Decides whose an active account is, for a resource of the program. */
export function relationTo(step: Step, account: Account, isStateId: boolean, wanted: Values): Relation {
  const { connection, ownership, run } = step.context;
  // An `adopt` line says by itself which account is meant.
  const isRecovering =
    !isStateId && wanted["adopt"] === undefined && step.context.fleet?.isRecovering === true;
  return relationFor(step, account, {
    tags: tagsOf(ownership),
    state: isStateId ? stateParts(step) : step.parts,
    isStateId,
    isClaimed: run
      .holdersInProgram(claimOfAccount(connection, account.id))
      .some((urn) => urn !== ownership.urn),
    customer:
      isRecovering && isCorrected(ownership, wanted, account)
        ? "same"
        : customerOf(step.facts, wanted, account),
    isRecovering,
  });
}

/**
 * Decides whose the account of a state is, where the state is all that is known (read, delete).
 *
 * @param others resources of this run that have the account, too.
 */
export function relationToState(looking: Looking, account: Account, others: readonly string[]): Relation {
  const parts = partsOf(looking.before["__nonce"]);
  return relationFor(looking, account, {
    tags: parts.tag ? [parts.tag] : [],
    state: parts,
    isStateId: true,
    isClaimed: others.length > 0,
    customer: customerOf(looking.facts, looking.before, account),
    isRecovering: false,
  });
}

function relationFor(
  { facts, context: { run, fleet } }: Looking,
  account: Account,
  about: {
    readonly tags: readonly string[];
    readonly state: Parts;
    readonly isStateId: boolean;
    readonly isClaimed: boolean;
    readonly customer: Customer;
    readonly isRecovering: boolean;
  },
): Relation {
  return relationOf({
    ...about,
    isMarked: facts.isMarked,
    marker: readMarker(account.metadata),
    isOurOwner: (hash) => run.isOurOwner(hash),
    isDeclared: (tag) => run.isDeclared(tag),
    fleet: fleet?.id,
  });
}

function stateParts({ before, parts }: Step): Parts {
  return before["__nonce"] === undefined ? parts : partsOf(before["__nonce"]);
}

/** Whether an account's marker names an owner of this stack. */
export function isOfThisStack({ context }: Looking, { metadata }: Account): boolean {
  const owner = markerIn(metadata)?.owner;
  return owner !== undefined && context.run.isOurOwner(shortHash(owner));
}

/** The URN in an account's marker, for messages: anyone may have written it. */
export function urnIn({ metadata }: Account): string | undefined {
  const urn = markerIn(metadata)?.urn;
  return urn && printable(urn);
}

/** The command that takes a resource out of the state, for messages: until an `up` has written a rename, the state has the former name. */
export function stateDelete({ before, context: { ownership } }: Step, flags = ""): string {
  const { tag } = partsOf(before["__nonce"]);
  const former = ownership.aliases?.find((alias) => tagOf(alias) === tag);
  const command = `\`pulumi state delete ${flags}'${ownership.urn}'\``;
  return former === undefined || tag === tagOf(ownership.urn)
    ? command
    : `${command} (or '${former}', while the state has that name)`;
}

/** The declared limits that a new account does not have, of those that the call that makes it sets, as "creditLimit: asked 5000, vendor has 10000". */
export function wrongLimits({ facts, args }: Pick<Step, "facts" | "args">, account: Account): string[] {
  const declared = declaredFields({ ...facts, defaults: {} }, args);
  return facts.limits
    .filter((name) => Object.hasOwn(declared, name) && !facts.notAtCreation.includes(name))
    .filter((name) => !isDeepStrictEqual(account.fields[name], declared[name]))
    .map((name) => difference(facts, name, declared[name], account.fields));
}

/** "creditLimit: asked 5000, vendor has 10000"; of a set that the vendor does not show: what it shows instead. */
export function difference(
  { sets }: Pick<AccountFacts, "sets">,
  name: string,
  asked: unknown,
  fields: Fields,
): string {
  const has = fields[name];
  const shown = Object.keys(sets).filter(
    (other) => sets[other] !== sets[name] && fields[other] !== undefined,
  );
  if (sets[name] !== undefined && has === undefined && shown.length > 0) {
    const others = shown.map((other) => `${other} ${fields[other] ?? "null"}`).join(" and ");
    return `${name}: asked ${asked}, and the vendor has no such limit but ${others}: declare ${shown.join(" and ")} instead`;
  }
  const wanted = asked ?? "no limit (null)";
  return has === undefined
    ? `${name}: asked ${wanted}, and the vendor's reply does not show it`
    : `${name}: asked ${wanted}, vendor has ${has ?? "no limit (null)"}`;
}
