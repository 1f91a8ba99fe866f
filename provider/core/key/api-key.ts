import { claimOfAccount } from "../account/claims";
import { doubtOfFormer } from "../account/former";
import { ownKeysToEnd } from "../account/kind";
import { refuseFormerKeys } from "../account/other-keys";
import { resumptionOutput, resumptions } from "../account/resumption";
import { PartialFailure, SubaccountsError } from "../base/errors";
import { isoTime, parseTime } from "../base/time";
import { hasUnknown } from "../contract/check";
import { changedArguments } from "../contract/diff";
import type { KeyManifest } from "../contract/manifest";
import type { Context, Resource, Values, WriteContext } from "../contract/resource";
import { readNested } from "../nested/absence";
import { createdMs } from "../nested/created";
import { accountOf, placeFor, placeOf, refuseElsewhere, tellPlace } from "../nested/parent";
import { issueKey } from "./issue";
import { apiKeysOf, holdOfKey, KEY_WORDS, type KeyApi, type ListedKey, nestedKeys } from "./keys";
import { endOwnKey } from "./own-key";
import { revokeKey } from "./revoke";
import {
  isOver,
  type RetiringKey,
  retimed,
  retired,
  retiringKeys,
  retiringOutputs,
  rotationReason,
} from "./rotation";
import { dueOfKey, isLookDue, isStopped, isWithoutKey, waitingFor, withoutKey } from "./stopped";
import { tellUnknownKeys } from "./unknown-keys";

/** The manifest of keys that are objects of their own and shown only once. */
export interface ApiKeyKind<Client, Args extends Values>
  extends Pick<Resource<Client, Args>, "vendor" | "description" | "args" | "defaults" | "secrets"> {
  readonly keys: (context: Context<Client>) => KeyApi;
}

/** The arguments that every vendor's key has. */
interface ApiKeyArgs extends Values {
  readonly subAccountId: string;
  readonly name?: string | undefined;
}

/** A key's resource, with what the documentation is made of. */
export interface KeyResource<Client, Args extends Values> extends Resource<Client, Args> {
  readonly manifest: KeyManifest;
}

const SHOWN_ONCE: KeyManifest = {
  shown: "once, in the reply that makes it; from then on it is in the state alone",
  rotation:
    "any changed argument but `subAccountId`, or an age of `rotateAfterDays`, makes a new key in place, and the preview " +
    "says why; the one before stays valid for `overlapHours` and is revoked by the first `up` after that, with " +
    "`overlapHours: 0` by the next `up`, whether or not what uses the key has the new one. A `refresh` ignores " +
    "deadlines, so a job that looks for drift stays quiet",
  deletion: "the key is revoked, and so are those before it that are still valid",
  lostKey:
    "the lost key is revoked if the listing proves which one it is, else named; a new one comes out of the same `up`",
  removedOutside:
    "revoked, or missing in two complete listings while its account is shown: gone, `up` makes a new one; where that " +
    "cannot be told, `refresh` fails and the state keeps the key",
};

/** Arguments that only say when a key is replaced: a change of them alone touches the state and nothing else. */
const SCHEDULE: readonly string[] = ["rotateAfterDays", "overlapHours"];

/** The life of a key, the same for every vendor that shows a key only once. */
export function apiKey<Client, Args extends ApiKeyArgs>({
  keys,
  ...kind
}: ApiKeyKind<Client, Args>): KeyResource<Client, Args> {
  const { title } = kind.vendor;
  const about = { title, words: KEY_WORDS };
  const resource = {
    ...kind,
    transient: [],
    keyed: [],
    replaces: ["subAccountId"],
  };

  /** A new key and the state with it. @param before the state of a key that is rotated */
  async function issue(
    context: WriteContext<Client>,
    wanted: Args,
    before: Values,
    retiring: readonly RetiringKey[],
  ): Promise<{ id: string; state: Values }> {
    const { world } = context.run;
    const sentMs = world.now();
    const api = keys(context);
    const issued = await issueKey(context, api, wanted.subAccountId, wanted);
    const state: Values = {
      ...wanted,
      ...retiringOutputs(retiring),
      apiKey: issued.secret,
      keyId: issued.id,
      keyPrefix: issued.prefix,
      createdAt: isoTime(createdMs(issued.createdAtMs, sentMs, world.now())),
      __place: await placeFor(api, before),
      ...resumptionOutput(resumptions(context).get(wanted.subAccountId)),
    };
    return { id: issued.id, state };
  }

  async function read(context: Context<Client>, id: string, state: Values): Promise<Values | undefined> {
    const before = stateOf(id, state);
    const { keyId, name, createdAt } = before;
    const api = keys(context);
    tellPlace(context, about, before);
    const accountId = accountOf(about, before);
    if (isWithoutKey(id, before)) {
      return (await api.account(accountId, placeOf(before))) === "gone" ? undefined : before;
    }
    if (context.run.skipsKeys && api.find === undefined) return before;
    const endsMs = parseTime(before["expiresAt"]);
    const shown =
      typeof keyId === "string"
        ? await readNested(context, nestedKeys(api), accountId, keyId, before, endsMs)
        : undefined;
    if (shown && typeof name === "string") {
      const ours = keyIdsOf(id, before);
      const isOther = (key: ListedKey) => key.name === name && !ours.includes(key.id);
      tellUnknownKeys(context, api, accountId, shown.listed, isOther);
    }
    if (shown && !shown.item.revoked) {
      const { prefix, createdAtMs } = shown.item;
      return {
        ...before,
        keyPrefix: prefix || before["keyPrefix"],
        __place: await placeFor(api, before),
        // Ages are compared within one clock: a time that the state has stays.
        createdAt:
          parseTime(createdAt) === undefined && createdAtMs !== undefined ? isoTime(createdAtMs) : createdAt,
      };
    }
    // Gone, unless there is an older key that is still to be revoked: then the next up makes a new one in its place.
    if (retiringKeys(before).length === 0) return undefined;
    if (shown === undefined && (await api.account(accountId, placeOf(before))) === "gone") return undefined;
    return { ...before, apiKey: undefined, keyId: undefined, keyPrefix: undefined, createdAt: undefined };
  }

  async function update(
    context: WriteContext<Client>,
    id: string,
    saved: Values,
    wanted: Args,
  ): Promise<Values> {
    const before = stateOf(id, saved);
    const nowMs = context.run.world.now();
    const changes = rotating(before, wanted);
    const waiting = waitingFor(context, id, before, wanted, changes);
    const why = isStopped(context, wanted) ? undefined : rotationReason(before, wanted, nowMs, changes);
    const retiring = retimed(before, wanted);
    // A key that is replaced now is not among them: what depends on it has not got its successor yet.
    const over = retiring.filter((key) => isOver(key, nowMs));
    if (why !== undefined) {
      const { keyId } = before;
      const replaced = typeof keyId === "string" ? [retired(keyId, wanted, nowMs), ...retiring] : retiring;
      const { state } = await issue(context, wanted, before, replaced);
      return endRetired(context, id, state, over);
    }
    const changed = changedArguments(resource, before, wanted).filter((name) => !waiting.includes(name));
    const isSchedule = changed.length > 0 && changed.every((name) => SCHEDULE.includes(name));
    const mustLook = isLookDue(context, before, wanted);
    const isLeft = !mustLook && (isSchedule || over.length > 0);
    const has = isLeft ? before : await read(context, id, before);
    if (mustLook && has?.["keyId"] === undefined) {
      const { state } = await issue(context, wanted, before, retiring);
      return endRetired(context, id, state, over);
    }
    if (has === undefined) {
      throw new SubaccountsError(
        `${title}: the key ${String(before["keyId"])} of ${wanted.subAccountId} is revoked or cannot be read through this ` +
          "connection. Run `pulumi refresh`, then `pulumi up` makes a new one",
      );
    }
    const secret = ownKeysToEnd(context).get(wanted.subAccountId);
    if (secret !== undefined) await endOwnKey(context, keys(context), wanted.subAccountId, secret);
    const args = {
      ...argumentsOf(wanted),
      ...Object.fromEntries(waiting.map((name) => [name, before[name]])),
    };
    const looked = mustLook ? resumptionOutput(resumptions(context).get(wanted.subAccountId)) : {};
    return endRetired(context, id, { ...has, ...args, ...retiringOutputs(retiring), ...looked }, over);
  }

  /** Revokes replaced keys whose time has come; each leaves the state when it is revoked, and not before. */
  async function endRetired(
    context: WriteContext<Client>,
    id: string,
    state: Values,
    over: readonly RetiringKey[],
  ): Promise<Values> {
    let left = retiringKeys(state);
    for (const { keyId, revokeAt } of over) {
      try {
        const why = `it was replaced, and its overlap ended at ${revokeAt}`;
        await revokeKey(context, keys(context), accountOf(about, state), keyId, why);
      } catch (error) {
        throw new PartialFailure(id, { ...state, ...retiringOutputs(left) }, error);
      }
      left = left.filter((other) => other.keyId !== keyId);
    }
    return { ...state, ...retiringOutputs(left) };
  }

  /** The changed arguments that make another key; one that is not known yet may stay as it is. */
  function rotating(state: Values, wanted: Values): string[] {
    return changedArguments(resource, state, wanted).filter(
      (name) =>
        ![...SCHEDULE, ...resource.replaces, "connection"].includes(name) && !hasUnknown(wanted[name]),
    );
  }

  /** Every argument, those that are left out as undefined: a state is what is declared now. */
  function argumentsOf(wanted: Args): Values {
    return Object.fromEntries(Object.keys(kind.args.shape).map((name) => [name, wanted[name]]));
  }

  return {
    ...resource,
    kind: "ApiKey",
    manifest: SHOWN_ONCE,
    due: (id, saved, args, nowMs, _ownership, context) => {
      const state = stateOf(id, saved);
      const isEnding = context && ownKeysToEnd(context).has(String(args["subAccountId"]));
      return [
        ...dueOfKey(context, id, state, args, nowMs, rotating(state, args)),
        ...(isEnding ? [{ note: 'the account\'s own key is revoked, as its ownKey: "revoke" asks' }] : []),
      ];
    },
    waiting: (context, id, saved, args) => {
      const state = stateOf(id, saved);
      const names = waitingFor(context, id, state, args, rotating(state, args));
      if (names.length > 0) {
        context.run.warn(
          `${title}: the sub-account ${String(args["subAccountId"])} is suspended, so the key that ${names.join(", ")} asks for is made by the first ` +
            `\`up\` that makes it active again; the one in the state (${String(state["keyId"])}) stays`,
        );
      }
      return names;
    },
    claims: ({ subAccountId, name }) =>
      new Map(
        typeof subAccountId === "string" && typeof name === "string"
          ? [["name", `${subAccountId} ${name}`]]
          : [],
      ),
    remember: (context, id, state, urn) => {
      if (typeof state["subAccountId"] === "string") tellPlace(context, about, state);
      for (const keyId of keyIdsOf(id, state)) {
        context.run.hold(holdOfKey(context.connection, keyId), urn);
        apiKeysOf(context, String(state["subAccountId"])).add(keyId);
      }
    },
    async create(context, wanted) {
      if (!isStopped(context, wanted)) return issue(context, wanted, {}, []);
      context.run.inform(
        `${title}: the sub-account ${wanted.subAccountId} is suspended, so its key is made by the \`up\` that makes it active again`,
        context.ownership.urn,
      );
      return withoutKey(wanted);
    },
    read,
    update,
    async delete(context, id, before) {
      tellPlace(context, about, before);
      const api = keys(context);
      await refuseElsewhere(about, api, before, `the API key ${String(before["keyId"])}`);
      const accountId = accountOf(about, before);
      if (await api.isReplaced(accountId)) {
        context.run.warn(
          `${title}: the sub-account ${accountId} was replaced by force and kept, and so were its keys: ${keyIdsOf(id, before).join(", ")}. ` +
            "No state has them now: revoke them with `subaccounts keys` once nothing uses them",
        );
        return;
      }
      const { run, connection } = context;
      const isOfProgram = run.holdersInProgram(claimOfAccount(connection, accountId)).length > 0;
      const doubt = isOfProgram ? undefined : doubtOfFormer(run);
      if (doubt !== undefined) {
        throw new SubaccountsError(
          `${title}: the API key ${String(before["keyId"])} was not revoked: ${doubt}`,
        );
      }
      for (const keyId of keyIdsOf(id, before)) {
        await revokeKey(context, api, accountId, keyId, "its ApiKey is deleted");
      }
      await refuseFormerKeys(context, accountId);
    },
  };
}

/** The state with its key, which is the one of the resource's id until it was rotated. */
function stateOf(id: string, state: Values): Values {
  if (isWithoutKey(id, state)) return state;
  const isKnown = typeof state["keyId"] === "string" || retiringKeys(state).length > 0;
  return isKnown ? state : { ...state, keyId: id };
}

/**
 * Every key that a resource has: today's, and those before it that are still valid. Where a state has lost which one is
 * today's, the first one of all may still be it.
 */
function keyIdsOf(id: string, state: Values): string[] {
  const { keyId } = state;
  const ofId = isWithoutKey(id, state) ? [] : [id];
  const known = [
    ...(typeof keyId === "string" ? [keyId] : ofId),
    ...retiringKeys(state).map((key) => key.keyId),
  ];
  return [...new Set(known)];
}
