import { isDeepStrictEqual } from "node:util";
import { ConflictError, PartialFailure, SubaccountsError } from "../base/errors";
import { changedArguments } from "../contract/diff";
import type { Resource, Values, WriteContext } from "../contract/resource";
import { secretsOf } from "../key/keys";
import { keepOwnKey, ownKeyState, replaceOwnKey } from "../key/own-key";
import { deleteAccount } from "./delete";
import { type Account, argumentsAfterFailure, stateOf } from "./fields";
import { type AccountKind, factsOf, holdOfAccount, type Step } from "./kind";
import { createOnce, findOurs, refuseTaken } from "./lookup";
import { isStampOf, newStamp, nonceOf, partsOf, stampOf, tagOf } from "./marker";
import { nonceNow, readAccount } from "./read";
import { accountRules } from "./rules";
import { afterCreation, bringTo, verify } from "./write";

/** A sub-account's resource, with what the documentation is made of. */
export interface AccountResource<Client, Args extends Values>
  extends Resource<Client, Args>,
    Pick<AccountKind<Client, Args>, "fields" | "manifest" | "identity" | "stamped"> {}

/** The whole life of a sub-account, the same for every vendor: observe, ensure, verify, and never lose what is known. */
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

  function step(context: WriteContext<Client>, args: Values, before: Values, nonce: string): Step {
    return {
      facts,
      context,
      api: kind.api(context, before),
      args,
      before,
      stamp: newStamp(context.ownership, nonce),
    };
  }

  /** @param apiKey the key known so far, for vendors that show it only once. */
  function stateAfter({ args, before, stamp }: Step, account: Account, apiKey: unknown): Values {
    return stateOf(resource, account, args, before, {
      apiKey: account.apiKey ?? apiKey,
      // What a failed write did not stamp still carries the nonce from before.
      __nonce:
        stampOf(account.metadata)?.nonce === before["__nonce"]
          ? (before["__nonce"] ?? stamp.nonce)
          : stamp.nonce,
    });
  }

  /** Creates or takes over, then brings to what is declared. */
  async function create(context: WriteContext<Client>, args: Values): Promise<{ id: string; state: Values }> {
    const nonce = nonceOf(context.run.world.newId(), context.ownership);
    const current = step(context, args, {}, nonce);
    if (typeof args["adopt"] === "string") return adopt(current, args["adopt"]);
    const ours = await findOurs(current);
    const { account, replyLost } = ours ? { account: ours, replyLost: true } : await createOnce(current);
    const keys = replyLost ? kind.keys?.(context) : undefined;
    if (keys === undefined) return settle(current, account, account.apiKey, ours !== undefined);
    // Stamped before the key is made: a run that is killed from here on is told by its stamp.
    const settled = await settle(current, account, null, ours !== undefined).catch((error: unknown) => {
      if (error instanceof PartialFailure) return error;
      throw error;
    });
    const { id, state } = settled;
    // A suspended account gets its key when it is activated.
    const own = account.live
      ? await replaceOwnKey(context, keys, account, ours === undefined)
      : { secret: null };
    if (own.cause) throw new PartialFailure(id, { ...state, apiKey: null }, own.cause);
    const known = { id, state: { ...state, apiKey: own.secret } };
    if (settled instanceof PartialFailure) throw new PartialFailure(id, known.state, settled.cause);
    return known;
  }

  async function adopt(current: Step, id: string): Promise<{ id: string; state: Values }> {
    const account = await current.api.retrieve(id, true);
    if (account === undefined) {
      throw new ConflictError(
        `${title} has no sub-account "${id}" that adopt could take over. Check the id` +
          `${kind.wantsLive ? "" : ", that it is not archived or deleted (which is for good)"}, and that the key belongs to the ` +
          "right organization or project",
      );
    }
    for (const name of facts.immutable) {
      const has = account.fields[name];
      const asked = current.args[name] ?? kind.defaults[name];
      if (has === undefined || asked === undefined || isDeepStrictEqual(has, asked)) continue;
      throw new ConflictError(
        `${title}: ${name} of the sub-account ${id} is not what the code declares, and the vendor cannot change it. ` +
          "Declare what the account has",
      );
    }
    const identity = current.args[kind.identity];
    if (identity !== undefined && identity !== account.fields[kind.identity]) await refuseTaken(current, id);
    const stamp = stampOf(account.metadata);
    const { ownership } = current.context;
    if (stamp && !isStampOf(stamp, ownership)) {
      current.context.run.warn(
        `${title}: took the sub-account ${id} over from ${stamp.urn}; take that resource out of its program`,
      );
    } else if (!kind.stamped) {
      current.context.run.warn(
        `${title}: adopted the sub-account ${id}, and whether another stack manages it cannot be told: if one does, set ` +
          'deletionPolicy to "retain" there before that resource is removed or destroyed',
      );
    }
    if (kind.keys) {
      current.context.run.warn(
        `${title}: apiKey of the adopted sub-account ${id} is undefined, since a key is shown only once; declare an ApiKey for it`,
      );
    }
    return settle(current, account, account.apiKey, true);
  }

  /** The second part of every create; a failure saves what is known, the key above all. */
  async function settle(
    current: Step,
    start: Account,
    apiKey: string | null | undefined,
    isOlder: boolean,
  ): Promise<{ id: string; state: Values }> {
    let account = start;
    try {
      if (typeof apiKey === "string") secretsOf(current.context, account.id).add(apiKey);
      // A new account is only verified, but for what a create call cannot set.
      account = await bringTo(isOlder ? current : afterCreation(current), account, (seen) => {
        account = seen;
      });
      account = await verify(current, account);
      return { id: account.id, state: stateAfter(current, account, apiKey) };
    } catch (error) {
      // An account that does not carry our stamp yet is not ours to record: the next create finds it again.
      if (isOlder && stampOf(account.metadata)?.nonce !== current.stamp.nonce) throw error;
      throw new PartialFailure(account.id, stateAfter(current, account, apiKey), error);
    }
  }

  async function update(
    context: WriteContext<Client>,
    id: string,
    saved: Values,
    args: Values,
  ): Promise<Values> {
    const changed = changedArguments(resource, saved, args);
    const isStateOnly = changed.length > 0 && changed.every((name) => stateOnly.includes(name));
    if (isStateOnly && saved["apiKey"] !== null) {
      return { ...saved, ...Object.fromEntries(stateOnly.map((name) => [name, args[name]])) };
    }
    const start = await kind.api(context, saved).retrieve(id, false);
    const before: Values = { ...saved, __nonce: nonceNow(saved, start) };
    // After a rename the next write stamps the new name, so that a later replacement is known by it.
    const { id: own, tag } = partsOf(before["__nonce"]);
    const isKept = typeof before["__nonce"] === "string" && tag === tagOf(context.ownership.urn);
    const nonce = isKept
      ? String(before["__nonce"])
      : nonceOf(own || context.run.world.newId(), context.ownership);
    const current = step(context, args, before, nonce);
    if (start === undefined) throw missing(current, id);
    refuseForeign(current, start);
    const identity = args[kind.identity];
    if (identity !== undefined && identity !== start.fields[kind.identity]) await refuseTaken(current, id);
    let account = start;
    let apiKey = before["apiKey"];
    try {
      account = await bringTo(current, start, (seen) => {
        account = seen;
      });
      if (account !== start) account = await verify(current, account);
      const keys = kind.keys?.(context);
      // Without a change this is the repair of an earlier failure, which may have been the key's; `null` says that it was.
      const isSuspect =
        apiKey === null ||
        !start.live ||
        changed.length === 0 ||
        changed.some((name) => facts.notAtCreation.includes(name));
      if (keys && account.live && isSuspect && (typeof apiKey === "string" || apiKey === null)) {
        const kept = await keepOwnKey(context, keys, id, apiKey);
        apiKey = kept.secret;
        if (kept.secret === null) throw kept.cause;
      }
      return stateAfter(current, account, apiKey);
    } catch (error) {
      const args = argumentsAfterFailure(facts, before, current.args, start, account);
      const known = {
        ...stateAfter({ ...current, args }, account, apiKey),
        // An account is active again when its key was looked at, and not before: the next up does that.
        ...(kind.keys && !start.live && apiKey !== null ? pick(start.fields, facts.notAtCreation) : {}),
      };
      if (changedArguments(resource, before, known).length === 0 && apiKey === before["apiKey"]) throw error;
      throw new PartialFailure(id, known, error);
    }
  }

  function refuseForeign({ before, context }: Step, account: Account): void {
    const has = stampOf(account.metadata);
    if (has === undefined || has.nonce === before["__nonce"]) return;
    if (isStampOf(has, context.ownership)) return;
    throw new ConflictError(
      `${title}: the sub-account ${account.id} was adopted by ${has.urn} and is managed there. Nothing was sent. ` +
        `Take "${context.ownership.urn.split("::").at(-1)}" out of this program (the account is left alone then)`,
    );
  }

  function missing(current: Step, id: string): SubaccountsError {
    const isMoved = current.args["connection"] !== current.before["connection"];
    return new SubaccountsError(
      isMoved
        ? `${title}: the connection was changed, and the new one cannot read the sub-account ${id}. It must reach the same account`
        : `${title} has no sub-account ${id} any more. Run \`pulumi refresh\`, then \`pulumi up\` makes a new one`,
    );
  }

  return {
    ...resource,
    fields: kind.fields,
    manifest: kind.manifest,
    rules: (news, olds, about) => accountRules(kind, facts, news, olds, about),
    claims: (args) => {
      const unique = [kind.identity, "adopt"].map((name) => [name, args[name]] as const);
      return new Map(unique.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
    },
    due: (_id, { apiKey }, wanted) => {
      const isDead = kind.keys !== undefined && ownKeyState(apiKey) === "dead";
      const isDue = isDead && (kind.wantsLive?.(wanted) ?? true);
      return isDue ? [{ note: "apiKey is a new key, because the vendor has revoked the one before" }] : [];
    },
    remember: (context, id, state, urn) => {
      context.run.hold(holdOfAccount(context.connection, id), urn);
      if (typeof state["apiKey"] === "string") secretsOf(context, id).add(state["apiKey"]);
    },
    create,
    read: (context, id, before) => readAccount(kind, resource, context, id, before),
    update,
    delete: (context, id, before) => deleteAccount(kind, context, id, before),
  };
}

function pick(values: Values, names: readonly string[]): Values {
  return Object.fromEntries(names.map((name) => [name, values[name]]));
}
