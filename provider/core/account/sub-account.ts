import { normalized } from "../contract/identity";
import { withoutIgnored } from "../contract/ignored";
import type { Context, Due, Problem, Resource, Values, WriteContext } from "../contract/resource";
import { PageReader } from "../vendor-io/page-reader";
import { Accounts } from "./accounts";
import { type Adoption, adoptionOf } from "./adoption";
import { claimOfAccount, customerClaim, noteHolder, noteSaved, reservation } from "./claims";
import { createAccount } from "./create";
import { identityName } from "./customer";
import { deleteAccount } from "./delete";
import { type Account, stateOf } from "./fields";
import { type AccountsOfNested, accountsOfNested } from "./for-nested";
import { type AccountFacts, type AccountKind, factsOf, ownKeysToEnd, ownSecrets, suspensions } from "./kind";
import { markerOf, nameOf, newParts, partsOf } from "./marker";
import { isLookDue, otherKeysOf, otherKeysOutput } from "./other-keys";
import { idIn } from "./place";
import { placeHere, tellPlace } from "./places";
import { readAccount } from "./read";
import { resumptionOf, resumptionOutput, resumptions } from "./resumption";
import { accountRules } from "./rules";
import { isSuspending, Known, type Looking, type Step } from "./step";
import { withDeclaredFields } from "./unshown";
import { endsOwnKey, lacksFleet, markerDue, updateAccount } from "./update";

/** A sub-account's resource, with the facts that the documentation is made of. */
export interface AccountResource<Client, Args extends Values>
  extends Resource<Client, Args>,
    Pick<AccountKind<Client, Args>, "fields" | "manifest" | "identity" | "isMarked" | "isRevivable"> {
  /** The id of the organization that a connection reaches; undefined where the vendor does not say. */
  readonly organization: (context: Context<Client>) => Promise<string | undefined>;
  /** Every account that a connection shows, page by page. */
  readonly survey: (context: Context<Client>) => PageReader<Account>;
  /** An account with its metadata, which a listing need not show; undefined where the vendor does not show it by itself. */
  readonly withMetadata: (context: Context<Client>, account: Account) => Promise<Account | undefined>;
  /** An account with the fields that its listing does not show and that these arguments declare; more calls, where there are any. */
  readonly whole: (context: Context<Client>, account: Account, args: Values) => Promise<Account>;
  /** Says what adopting an account with these arguments would change. Without a call. */
  readonly adoptionOf: (args: Values, account: Account) => Adoption;
  /** What the objects of an account ask about it. */
  readonly forNested: (context: Context<Client>) => AccountsOfNested;
}

/** The life of a sub-account, the same for every vendor: look, decide, act, compare, and keep what is known. */
export function subAccount<Client, Args extends Values>(
  kind: AccountKind<Client, Args>,
): AccountResource<Client, Args> {
  const facts = factsOf(kind);
  const resource = {
    ...facts,
    vendor: kind.vendor,
    description: kind.description,
    args: kind.args,
    secrets: kind.secrets,
    kind: "SubAccount",
    replaces: [],
  };

  function look(context: Context<Client>, before: Values): Looking & { readonly facts: AccountFacts } {
    return { facts, context, before, accounts: new Accounts(facts, context, kind.api(context, before)) };
  }

  function newStep(context: WriteContext<Client>, args: Values, before: Values): Step {
    const { ignored } = context;
    const ownership = { ...context.ownership, fleet: facts.isMarked ? context.fleet?.id : undefined };
    const parts = newParts(context.run.world.newId(), ownership);
    return {
      ...look(context, before),
      facts,
      context,
      args: withoutIgnored(args, ignored),
      defaults: withoutIgnored(facts.defaults, ignored),
      argsBefore: withoutIgnored(before, ignored),
      parts,
      marker: markerOf(ownership, parts, isSuspending(facts, args)),
      mustMark: facts.isMarked,
      isIdempotent: kind.isIdempotent?.(context.client) ?? false,
      known: new Known(),
    };
  }

  /** One account in two resources of a program: in the state of one, and adopted by the other. */
  function conflicts(context: Context<Client>, args: Values, urn: string, id: string | undefined): Problem[] {
    const { run, connection } = context;
    if (id === undefined && typeof args["externalId"] === "string") {
      run.claim(customerClaim(connection, args["externalId"]), urn);
    }
    const others =
      id === undefined
        ? run.holdersInProgram(claimOfAccount(connection, String(args["adopt"])))
        : [run.claimant(reservation(connection, "SubAccount", "adopt", id))];
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
    async organization(context) {
      const place = await placeHere(look(context, {}));
      return place === undefined ? undefined : idIn(place);
    },
    survey: (context) => {
      const { page } = kind.api(context, {});
      return new PageReader({
        fetchPage: (cursor) => page(cursor),
        idOf: ({ id }) => id,
        nowMs: context.run.world.now,
      });
    },
    withMetadata: async (context, account) =>
      account.metadata !== undefined || !kind.isMarked ? account : look(context, {}).accounts.get(account.id),
    whole: async (context, account, args) =>
      (await kind.api(context, {}).withUnshown?.(account, [args])) ?? account,
    adoptionOf: (args, account) => adoptionOf(facts, args, account),
    forNested: (context) => accountsOfNested(look(context, {})),
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
      if (context) {
        kind.foresee?.(context, id, state, wanted);
        noteSuspension(facts, context, id, state, wanted);
      }
      const due = dueOf(facts, state, wanted, ownership.owner, kind.ownKey !== undefined, context);
      return context && isLookDue(state, context.endedKeys, kind.api(context, {}))
        ? [...due, { note: noteOfLook(context.endedKeys) }]
        : due;
    },
    conflicts,
    remember: (context, id, state, urn) => {
      context.run.hold(claimOfAccount(context.connection, id), urn);
      noteHolder(context, id, { tag: partsOf(state["__nonce"]).tag, urn });
      tellPlace(look(context, state), id);
      const resumption = resumptionOf(state);
      if (resumption !== undefined) resumptions(context).set(id, resumption);
      noteOwnSecret(context, id, state);
      if (endsOwnKey(state, state)) ownKeysToEnd(context).set(id, String(state["apiKey"]));
    },
    // Of a new account nothing is ignored.
    async create(context, args) {
      const created = await createAccount(
        newStep({ ...context, ignored: [] }, args, {}),
        kind.ownKey?.(context),
      );
      noteSaved(context, created.id);
      noteSuspension(facts, context, created.id, {}, args);
      return created;
    },
    async read(context, id, before) {
      // A refresh reads the ApiKeys of the account at the same time.
      noteOwnSecret(context, id, before);
      const looking = look(context, before);
      const read = await readAccount(looking, id, kind.ownKey?.(context));
      if (read === undefined) return undefined;
      const account = await withDeclaredFields(looking, read.account, before);
      return stateOf(resource, account, before, before, {
        apiKey: read.apiKey,
        __nonce: read.nonce,
        ...otherKeysOutput(otherKeysOf(before)),
        ...resumptionOutput(resumptionOf(before)),
      });
    },
    update: (context, id, before, args) =>
      updateAccount(newStep(context, args, before), id, args, kind.ownKey?.(context)),
    delete: (context, id, before) => deleteAccount(look(context, before), kind.manifest, id),
  };
}

/** Notes in the run whether an account can have new keys: one that the vendor calls ended while it is stopped can not. */
function noteSuspension(
  facts: AccountFacts,
  context: Context<unknown>,
  id: string,
  state: Values,
  wanted: Values,
): void {
  if (!facts.isRevivable) return;
  if (isSuspending(facts, wanted)) suspensions(context).set(id, "stopped");
  else if (isSuspending(facts, state)) suspensions(context).set(id, "resumed");
}

function noteOfLook(endedKeys: readonly string[] | undefined): string {
  return endedKeys === undefined
    ? "its tenant has keys again"
    : "the keys of its tenant have ended, and whether others are left is looked at";
}

/** Notes the account's own key in the run: it is none that no state has. */
function noteOwnSecret(context: Context<unknown>, id: string, { apiKey }: Values): void {
  if (typeof apiKey === "string") ownSecrets(context, id).add(apiKey);
}

/** Lists changes that no argument shows: a revoked key, a marker to write again, an undocumented status. */
function dueOf(
  facts: AccountFacts,
  state: Values,
  wanted: Values,
  owner: string,
  hasOwnKey: boolean,
  context: Context<unknown> | undefined,
): Due[] {
  const due: Due[] = [];
  if (hasOwnKey && endsOwnKey(wanted, state)) {
    due.push({ note: 'apiKey ends (ownKey is "revoke") once an ApiKey of the account is in the state' });
  }
  if (
    hasOwnKey &&
    state["apiKey"] === null &&
    wanted["ownKey"] !== "revoke" &&
    !isSuspending(facts, wanted)
  ) {
    due.push({ note: "apiKey is a new key, because the state has none that works" });
  }
  const marker = markerDue(state, owner);
  if (marker !== undefined) due.push({ note: marker, isDrift: true });
  else if (lacksFleet(facts, state, context?.fleet))
    due.push({ note: "its ownership marker gets the fleet id" });
  const { status } = state;
  if (!facts.names.includes("status") && typeof status === "string" && status !== "active") {
    due.push({
      note: `the account has the status "${status}", which is not documented: look at it at the vendor`,
      isDrift: true,
    });
  }
  return due;
}
