import { PartialFailure } from "../base/errors";
import { changedArguments } from "../contract/diff";
import { normalized } from "../contract/identity";
import { withoutIgnored } from "../contract/ignored";
import type { Context, Due, Problem, Resource, Values, WriteContext } from "../contract/resource";
import { Accounts } from "./accounts";
import { findAdopted } from "./adopt";
import { afterCreation, apply, carriesMarker, verify } from "./apply";
import { createOnce, findOwn } from "./create";
import { identityName } from "./customer";
import { deleteAccount } from "./delete";
import { type Account, argumentsAfterFailure, stateOf } from "./fields";
import {
  type AccountFacts,
  type AccountKind,
  claimOfAccount,
  factsOf,
  type OwnKey,
  ownKeysToEnd,
  ownSecrets,
} from "./kind";
import { markerOf, nameOf, newParts, nonceOf } from "./marker";
import { type Looking, refuseOtherPlace, tellPlace } from "./proof";
import { readAccount } from "./read";
import { accountRules } from "./rules";
import { Known, type Step } from "./step";
import { findForUpdate, markerDue } from "./update";

/** A sub-account's resource, with the facts that the documentation is made of. */
export interface AccountResource<Client, Args extends Values>
  extends Resource<Client, Args>,
    Pick<AccountKind<Client, Args>, "fields" | "manifest" | "identity" | "isMarked"> {}

/** The life of a sub-account, the same for every vendor: look, decide, act, compare, and keep what is known. */
export function subAccount<Client, Args extends Values>(
  kind: AccountKind<Client, Args>,
): AccountResource<Client, Args> {
  const facts = factsOf(kind);
  const { title, stateOnly } = facts;
  const resource = {
    ...facts,
    vendor: kind.vendor,
    args: kind.args,
    secrets: kind.secrets,
    kind: "SubAccount",
    transient: ["adopt"],
    replaces: [],
    keyed: [...facts.keyed, "metadata"],
  };

  function look(context: Context<Client>, before: Values): Looking & { readonly facts: AccountFacts } {
    return { facts, context, before, accounts: new Accounts(facts, context, kind.api(context, before)) };
  }

  function newStep(context: WriteContext<Client>, args: Values, before: Values): Step {
    const parts = newParts(context.run.world.newId(), context.ownership);
    const { ignored } = context;
    const defaults = withoutIgnored(facts.defaults, ignored);
    return {
      ...look(context, before),
      facts: { ...facts, defaults },
      context,
      args: withoutIgnored(args, ignored),
      argsBefore: withoutIgnored(before, ignored),
      parts,
      marker: markerOf(context.ownership, parts),
      mustMark: facts.isMarked,
      isIdempotent: kind.isIdempotent?.(context.client) ?? false,
      known: new Known(),
    };
  }

  async function create(context: WriteContext<Client>, args: Args): Promise<{ id: string; state: Values }> {
    const step = { ...newStep(context, args, {}), facts, args };
    const { known } = step;
    try {
      const account = await make(step, kind.ownKey?.(context));
      known.note(account);
      return { id: account.id, state: stateAfter(step, args) };
    } catch (error) {
      // An account that does not carry this marker yet is not this step's to record: the next create finds it again.
      if (known.account === undefined || !known.isOurs) throw error;
      throw new PartialFailure(known.account.id, stateAfter(step, args), error);
    }
  }

  /** Adopts, takes over or creates, and applies what is declared. */
  async function make(step: Step, ownKey: OwnKey | undefined): Promise<Account> {
    const { args, context, known } = step;
    known.place = await refuseOtherPlace(step);
    const found =
      typeof args["adopt"] === "string"
        ? await findAdopted(step, args["adopt"])
        : await findOwn(step, ownKey);
    if (found !== undefined) {
      const isAdopted = typeof args["adopt"] === "string";
      known.apiKey = found.apiKey ?? (ownKey === undefined || isAdopted ? undefined : null);
      known.isOurs = carriesMarker(step, found) && facts.isMarked;
      context.run.hold(claimOfAccount(context.connection, found.id), context.ownership.urn);
      known.place = facts.placeOf?.(found.outputs) ?? known.place;
      const applied = apply(step, found).then((account) => {
        known.isOurs = true;
        return account;
      });
      if (ownKey !== undefined && !isAdopted) return withKey(step, applied, ownKey, false);
      const account = await applied;
      if (ownKey !== undefined) {
        context.run.warn(
          `${title}: apiKey of the adopted sub-account ${found.id} is undefined, since a key is shown only once; declare an ApiKey for it`,
        );
      }
      return account;
    }
    const { account, replyLost } = await createOnce(step, ownKey);
    const applied = apply(afterCreation(step), account).then((after) => verify(step, after));
    return replyLost && ownKey !== undefined ? withKey(step, applied, ownKey, true) : applied;
  }

  /** The account once all is applied, with a key in the place of one that nobody has; that is made after a failure, too. */
  async function withKey(
    step: Step,
    applied: Promise<Account>,
    ownKey: OwnKey,
    lostInRun: boolean,
  ): Promise<Account> {
    const { known, context } = step;
    known.apiKey = null;
    // Marked before the key is made: a run that is killed from here on is told by its marker.
    await applied.catch(() => undefined);
    const { account } = known;
    if (!known.isOurs || account?.presence !== "active") return applied;
    const { secret, cause } = await ownKey.replace(context, account, lostInRun);
    known.apiKey = secret;
    await applied;
    if (secret === null) throw cause;
    return account;
  }

  function stateAfter(step: Step, args: Values): Values {
    const { before, known, parts } = step;
    const { account } = known;
    if (account === undefined) return before;
    const isMarked = carriesMarker(step, account);
    return stateOf(resource, account, args, before, {
      apiKey: account.apiKey ?? known.apiKey,
      // A failed write leaves the marker from before.
      __nonce: isMarked ? nonceOf({ ...parts, place: known.place ?? parts.place }) : before["__nonce"],
    });
  }

  async function update(
    context: WriteContext<Client>,
    id: string,
    before: Values,
    args: Args,
  ): Promise<Values> {
    const changed = changedArguments(resource, before, args);
    const isStateOnly = changed.length > 0 && changed.every((name) => stateOnly.includes(name));
    const first = newStep(context, args, before);
    const isDue = markerDue(first, context.ownership.owner) !== undefined;
    if (isStateOnly && !isDue && before["apiKey"] !== null) {
      return { ...before, ...Object.fromEntries(stateOnly.map((name) => [name, args[name]])) };
    }
    const { step, start } = await findForUpdate(first, id);
    const { known } = step;
    known.apiKey = before["apiKey"] as string | null | undefined;
    try {
      const account = await apply(step, start);
      known.note(account);
      if (endsOwnKey(args, before)) await dropEndedKey(step, account, kind.ownKey?.(context));
      else await keepKey(step, start, account, changed, kind.ownKey?.(context));
      return stateAfter(step, args);
    } catch (error) {
      const account = known.account ?? start;
      const kept = argumentsAfterFailure(facts, before, args, start, account);
      const isKeyUnknown = kind.ownKey && start.presence !== "active" && known.apiKey !== null;
      const state = {
        ...stateAfter(step, kept),
        // An account is active again when its key was looked at, and not before: the next up does that.
        ...(isKeyUnknown ? pick(start.fields, facts.notAtCreation) : {}),
      };
      const isSame =
        changedArguments(resource, before, state).length === 0 &&
        state["apiKey"] === before["apiKey"] &&
        state["__nonce"] === before["__nonce"];
      if (isSame) throw error;
      throw new PartialFailure(id, state, error);
    }
  }

  /** Takes the account's own key out of the state once it is revoked, which an ApiKey of the account does. */
  async function dropEndedKey(
    { context, known }: Step,
    { id }: Account,
    ownKey: OwnKey | undefined,
  ): Promise<void> {
    const isEnded = (await ownKey?.check(context, id, String(known.apiKey))) === null;
    if (isEnded) known.apiKey = undefined;
  }

  /** Replaces the account's own key where the vendor has revoked it. */
  async function keepKey(
    { context, known }: Step,
    start: Account,
    account: Account,
    changed: readonly string[],
    ownKey: OwnKey | undefined,
  ): Promise<void> {
    const { apiKey } = known;
    if (ownKey === undefined || account.presence !== "active" || apiKey === undefined) return;
    // Without a change this is the repair of an earlier failure, which may have been the key's; `null` says that it was.
    const isSuspect =
      apiKey === null ||
      start.presence !== "active" ||
      changed.length === 0 ||
      changed.some((name) => facts.notAtCreation.includes(name));
    if (!isSuspect) return;
    const kept = await ownKey.keep(context, account.id, apiKey);
    known.apiKey = kept.secret;
    if (kept.secret === null) throw kept.cause;
  }

  /** One account in two resources of a program: in the state of one, and adopted by the other. */
  function conflicts(context: Context<Client>, args: Values, urn: string, id: string | undefined): Problem[] {
    const { run, connection } = context;
    const others =
      id === undefined
        ? [...run.holders(claimOfAccount(connection, String(args["adopt"])))]
        : [run.claimant(adoptClaim(connection, id))];
    const other = others.find((each) => each !== undefined && each !== urn);
    if (other === undefined) return [];
    const name = `"${nameOf(other)}"`;
    const rule =
      id === undefined
        ? `names the sub-account that the resource ${name} of this program manages; each account belongs to one resource`
        : `of the resource ${name} names this resource's sub-account ${id}; take that line out`;
    return [{ path: "adopt", rule }];
  }

  return {
    ...resource,
    fields: kind.fields,
    manifest: kind.manifest,
    rules: (news, olds, about) => accountRules(kind, facts, news, olds, about),
    claims: (args) => {
      const path = identityName(facts, args);
      const { [path]: identity, adopt } = args;
      return new Map([
        ...(typeof identity === "string" ? [[path, normalized(identity)] as const] : []),
        ...(typeof adopt === "string" ? [["adopt", adopt] as const] : []),
      ]);
    },
    due: (id, state, wanted, _nowMs, ownership, context) => {
      if (context) kind.foresee?.(context, id, state, wanted);
      return dueOf(facts, state, wanted, ownership.owner, kind.ownKey !== undefined);
    },
    conflicts,
    remember: (context, id, state, urn) => {
      context.run.hold(claimOfAccount(context.connection, id), urn);
      tellPlace(look(context, state), id);
      if (typeof state["apiKey"] === "string") ownSecrets(context, id).add(state["apiKey"]);
      if (endsOwnKey(state, state)) ownKeysToEnd(context).set(id, String(state["apiKey"]));
    },
    create,
    async read(context, id, before) {
      const read = await readAccount(look(context, before), id, kind.ownKey?.(context));
      if (read === undefined) return undefined;
      return stateOf(resource, read.account, before, before, { apiKey: read.apiKey, __nonce: read.nonce });
    },
    update,
    delete: (context, id, before) => deleteAccount(look(context, before), kind.manifest, id),
  };
}

/** The key under which a program's `adopt` of an account is reserved. */
function adoptClaim(connection: string, id: string): string {
  return `${connection} SubAccount adopt ${id}`;
}

/** Whether the account's own key is to end and still in the state. */
function endsOwnKey({ ownKey }: Values, { apiKey }: Values): boolean {
  return ownKey === "revoke" && typeof apiKey === "string";
}

/** Changes that no argument shows: a dead key, a marker to write again, a status that nobody knows. */
function dueOf(facts: AccountFacts, state: Values, wanted: Values, owner: string, hasOwnKey: boolean): Due[] {
  const due: Due[] = [];
  if (hasOwnKey && endsOwnKey(wanted, state)) {
    due.push({ note: 'apiKey ends (ownKey is "revoke") once an ApiKey of the account is in the state' });
  }
  if (
    hasOwnKey &&
    state["apiKey"] === null &&
    wanted["ownKey"] !== "revoke" &&
    (facts.wantsActive?.(wanted) ?? true)
  ) {
    due.push({ note: "apiKey is a new key, because the vendor has revoked the one before" });
  }
  const marker = markerDue({ before: state }, owner);
  if (marker !== undefined) due.push({ note: marker, isDrift: true });
  const { status } = state;
  if (!facts.names.includes("status") && typeof status === "string" && status !== "active") {
    due.push({
      note: `the account has the status "${status}", which is not documented: look at it at the vendor`,
      isDrift: true,
    });
  }
  return due;
}

function pick(values: Values, names: readonly string[]): Values {
  return Object.fromEntries(names.map((name) => [name, values[name]]));
}
