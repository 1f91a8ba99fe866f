import { claimOfAccount } from "../account/kind";
import { PartialFailure, SubaccountsError } from "../base/errors";
import { rotation } from "../contract/arguments";
import { changedArguments } from "../contract/diff";
import type { KeyManifest } from "../contract/manifest";
import type { Context, Resource, Values, WriteContext } from "../contract/resource";
import type { Vendor } from "../vendor-io/vendor";
import { holdOfKey, issueKey, type KeyApi, type ListedKey, LOOKS_MS, listedKey, revokeKey } from "./keys";
import {
  dueOf,
  isOver,
  type RetiringKey,
  retimed,
  retired,
  retiringKeys,
  retiringOutputs,
  rotationReason,
} from "./rotation";

/** What a vendor's key handler says of itself, where keys are objects of their own and shown only once. */
export interface ApiKeyKind<Client, Args extends Values> {
  readonly vendor: Vendor<Client>;
  readonly args: Resource<Client, Args>["args"];
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
  changes: {
    keepers: "rotation",
    rotateAfterDays: "in the state alone; what is due then is done in the same `up`",
    overlapHours: "in the state alone; what is due then is done in the same `up`",
  },
  rotation:
    "changed `keepers`, or an age of `rotateAfterDays`, make a new key in place, and the preview says why; the one before " +
    "stays valid for `overlapHours` and is revoked by the first `up` after that. A `refresh` looks at no clock, so a job " +
    "that looks for drift stays quiet. With `overlapHours: 0` a rotation is a replacement: the new key, then the " +
    "resources that depend on it, then the end of the old one, in one `up`",
  deletion: "the key is revoked, and so are those before it that are still valid",
  lostKey: "the key that nobody got is revoked, and a new one comes out of the same `up`",
  removedOutside: "revoked: gone, `up` makes a new one",
};

/** Arguments that only say when a key is replaced: a change of them alone touches the state and nothing else. */
const SCHEDULE: readonly string[] = ["rotateAfterDays", "overlapHours"];

/** The life of a key, the same for every vendor that shows a key only once. */
export function apiKey<Client, Args extends ApiKeyArgs>({
  vendor,
  args,
  keys,
}: ApiKeyKind<Client, Args>): KeyResource<Client, Args> {
  const { title } = vendor;
  const resource = {
    args,
    defaults: {},
    transient: [],
    keyed: [],
    // Whatever a key cannot change; what rotates one is no part of it.
    replaces: Object.keys(args.shape).filter((name) => name !== "connection" && !(name in rotation)),
  };

  async function listed(
    { run, connection }: Context<Client>,
    api: KeyApi,
    accountId: string,
  ): Promise<readonly ListedKey[]> {
    // An account that this run has just made may be shown a moment late.
    const isNew = run.holders(claimOfAccount(connection, accountId)).size > 0;
    for (const wait of isNew ? LOOKS_MS : [0]) {
      await run.sleep(wait);
      const found = await api.list(accountId);
      if (found) return found;
    }
    throw new SubaccountsError(
      `${title} has no sub-account "${accountId}" to make a key for. Pass the account's id, for example acme.id`,
    );
  }

  /** A new key and the state with it; from the moment it exists a failure saves it. */
  async function issue(
    context: WriteContext<Client>,
    wanted: Args,
    retiring: readonly RetiringKey[],
  ): Promise<{ id: string; state: Values }> {
    const api = keys(context);
    const { subAccountId } = wanted;
    const had = await listed(context, api, subAccountId);
    const issued = await issueKey(context, api, subAccountId, wanted, had);
    let known: Values = {
      ...wanted,
      ...retiringOutputs(retiring),
      apiKey: issued.secret,
      keyId: issued.id,
    };
    try {
      const { prefix, createdAt } = await listedKey(context, api, subAccountId, issued.id);
      known = { ...known, keyPrefix: prefix, createdAt };
      return { id: issued.id, state: known };
    } catch (error) {
      throw new PartialFailure(issued.id, known, error);
    }
  }

  async function read(context: Context<Client>, id: string, state: Values): Promise<Values | undefined> {
    const before = stateOf(id, state);
    const { keyId } = before;
    const api = keys(context);
    const accountId = accountOf(before);
    const isKey = ({ id }: ListedKey) => id === keyId;
    const found = typeof keyId === "string" ? await api.find?.(accountId, keyId) : undefined;
    const all = found ? undefined : await api.list(accountId);
    const key = found ?? all?.find(isKey);
    if (key && !key.revoked) return { ...before, keyPrefix: key.prefix, createdAt: key.createdAt };
    // Gone, unless there is an older key that is still to be revoked: then the next up makes a new one in its place.
    if (all === undefined || retiringKeys(before).length === 0) return undefined;
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
    const why = rotationReason(before, wanted, nowMs);
    const retiring = retimed(before, wanted);
    let state: Values;
    if (why === undefined) {
      const changed = changedArguments(resource, before, wanted);
      const isSchedule = changed.length > 0 && changed.every((name) => SCHEDULE.includes(name));
      const isEnding = retiring.some((key) => isOver(key, nowMs));
      const has = isSchedule || isEnding ? before : await read(context, id, before);
      if (has === undefined) {
        throw new SubaccountsError(
          `${title}: the key ${String(before["keyId"])} of ${wanted.subAccountId} is revoked or cannot be read through this ` +
            "connection. Run `pulumi refresh`, then `pulumi up` makes a new one",
        );
      }
      state = { ...has, ...argumentsOf(wanted), ...retiringOutputs(retiring) };
    } else {
      const { keyId } = before;
      const replaced = typeof keyId === "string" ? [retired(keyId, wanted, nowMs), ...retiring] : retiring;
      ({ state } = await issue(context, wanted, replaced).catch((error: unknown) => {
        // The resource keeps its id through all its keys.
        throw error instanceof PartialFailure ? new PartialFailure(id, error.state, error) : error;
      }));
    }
    return endRetired(context, id, state, nowMs);
  }

  /** Revokes the replaced keys whose time has come; each leaves the state when it is revoked, and not before. */
  async function endRetired(
    context: WriteContext<Client>,
    id: string,
    state: Values,
    nowMs: number,
  ): Promise<Values> {
    let left = retiringKeys(state);
    for (const key of left.filter((each) => isOver(each, nowMs))) {
      try {
        await revokeKey(context, keys(context), accountOf(state), key.keyId);
      } catch (error) {
        throw new PartialFailure(id, { ...state, ...retiringOutputs(left) }, error);
      }
      left = left.filter(({ keyId }) => keyId !== key.keyId);
    }
    return { ...state, ...retiringOutputs(left) };
  }

  /** Every argument, those that are left out as undefined: a state is what is declared now. */
  function argumentsOf(wanted: Args): Values {
    return Object.fromEntries(Object.keys(args.shape).map((name) => [name, wanted[name]]));
  }

  return {
    ...resource,
    vendor,
    kind: "ApiKey",
    manifest: SHOWN_ONCE,
    secrets: ["apiKey"],
    due: (id, state, args, nowMs) => dueOf(stateOf(id, state), args, nowMs),
    claims: ({ subAccountId, name }) =>
      new Map(
        typeof subAccountId === "string" && typeof name === "string"
          ? [["name", `${subAccountId} ${name}`]]
          : [],
      ),
    remember: ({ run, connection }, id, state, urn) => {
      for (const keyId of keyIdsOf(id, state)) run.hold(holdOfKey(connection, keyId), urn);
    },
    create: (context, wanted) => issue(context, wanted, []),
    read,
    update,
    async delete(context, id, before) {
      for (const keyId of keyIdsOf(id, before)) {
        await revokeKey(context, keys(context), accountOf(before), keyId);
      }
    },
  };

  function accountOf({ subAccountId }: Values): string {
    if (typeof subAccountId === "string" && subAccountId !== "") return subAccountId;
    throw new SubaccountsError(
      `${title}: the state does not say of which sub-account this key is. Nothing was sent. Restore the state from a backup, ` +
        "or take the key out of it with `pulumi state delete` and revoke it at the vendor",
    );
  }
}

/** The state with its key, which is the one of the resource's id until it was rotated. */
function stateOf(id: string, state: Values): Values {
  const isKnown = typeof state["keyId"] === "string" || retiringKeys(state).length > 0;
  return isKnown ? state : { ...state, keyId: id };
}

/**
 * Every key that a resource has: today's, and those before it that are still valid. Where a state has lost which one is
 * today's, the first one of all may still be it.
 */
function keyIdsOf(id: string, state: Values): string[] {
  const { keyId } = state;
  const known = [typeof keyId === "string" ? keyId : id, ...retiringKeys(state).map((key) => key.keyId)];
  return [...new Set(known)];
}
