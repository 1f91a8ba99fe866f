import type { z } from "zod";
import { PartialFailure } from "../base/errors";
import { isoTime } from "../base/time";
import { described, type Fields, type SchemaOf } from "../contract/description";
import { withoutIgnored } from "../contract/ignored";
import type { NestedManifest } from "../contract/manifest";
import type { Context, Resource, Values, WriteContext } from "../contract/resource";
import type { nestedFields } from "../contract/shared-fields";
import { orGone } from "../vendor-io/http";
import { readNested } from "./absence";
import { createNested, type NestedCalls } from "./create";
import { createdMs } from "./created";
import { argumentsOf, normalOf, refuseMismatch } from "./differences";
import { descriptionOf, manifestOf, type NestedKind, nestedRules, replacesOf } from "./kind";
import { readListing } from "./listing";
import type { NestedObject } from "./nested";
import { accountOf, placeFor, refuseElsewhere, tellPlace } from "./parent";
import { removeNested } from "./remove";
import { updateNested } from "./update";

/** A resource of an object within an account, with what the documentation is made of. */
export interface NestedResource<Client, Schema extends z.ZodObject> extends Omit<Resource<Client>, "args"> {
  readonly args: Schema;
  readonly manifest: NestedManifest;
}

/**
 * The life of an object within an account, the same for every vendor: made once, compared, changed in place, deleted, and
 * gone by proof alone.
 */
export function nestedResource<Client, Own extends Fields>(
  nested: NestedKind<Client, Own>,
): NestedResource<Client, SchemaOf<ReturnType<typeof nestedFields<Own>>>> {
  const { account, kind, noun, identity, normal = {} } = nested;
  const { vendor } = account;
  const { title } = vendor;
  const about = { title, words: { noun, remove: "delete", removed: "deleted", still: "exists" } };
  const compared = { title, noun, identity, normal, fields: nested.description.args };

  function callsOf(context: Context<Client>): NestedCalls {
    const endpoints = nested.endpoints(context);
    const now = context.run.world.now;
    const read = (accountId: string) => readListing(noun, (cursor) => endpoints.page(accountId, cursor), now);
    return {
      ...account.forNested(context),
      ...about,
      endpoints,
      read,
      list: (accountId) => orGone(read(accountId)),
      remove: async (accountId, id) => {
        await endpoints.remove(accountId, id);
      },
    };
  }

  /** The calls for an object of the state. @throws SubaccountsError where the connection reaches another organization */
  async function callsFor(context: Context<Client>, id: string, state: Values): Promise<NestedCalls> {
    tellPlace(context, about, state);
    const calls = callsOf(context);
    await refuseElsewhere(about, calls, state, `the ${noun} ${id}`);
    return calls;
  }

  /** The state: what is declared, but for what the vendor has otherwise. @param before what was declared before */
  function stateOf(
    { subAccountId, connection, ...wanted }: Values,
    has: NestedObject,
    before: Values,
    own: { readonly createdAt: unknown; readonly __place: unknown },
  ): Values {
    return {
      subAccountId,
      ...argumentsOf(compared, has, before, wanted),
      connection,
      ...has.outputs,
      ...own,
    };
  }

  /** The state that a step leaves. @throws PartialFailure with it where the vendor has something else than is declared */
  function stateAfter(has: NestedObject, [before, wanted]: readonly [Values, Values], state: Values): Values {
    try {
      refuseMismatch(compared, has, before, wanted);
    } catch (error) {
      throw new PartialFailure(has.id, state, error);
    }
    return state;
  }

  const { args, ...facts } = described(descriptionOf(nested));
  const resource: Resource<Client> & { readonly manifest: NestedManifest } = {
    ...facts,
    args,
    vendor,
    kind,
    manifest: manifestOf(noun, identity, nested.nouns),
    transient: [],
    keyed: [],
    replaces: replacesOf(nested),
    rules: nestedRules(nested, args),
    claims: ({ subAccountId, [identity]: value }) =>
      new Map(
        typeof subAccountId === "string" && value !== undefined
          ? [[identity, `${subAccountId} ${JSON.stringify(normalOf(compared, identity, value))}`]]
          : [],
      ),
    remember: (context, _id, state) => {
      if (typeof state["subAccountId"] === "string") tellPlace(context, about, state);
    },

    async create(context: WriteContext<Client>, wanted) {
      const { now } = context.run.world;
      const calls = callsOf(context);
      const sentMs = now();
      const made = await createNested(context, calls, compared, accountOf(about, wanted), wanted);
      const state = stateOf(
        wanted,
        made,
        {},
        {
          createdAt: isoTime(createdMs(made.createdAtMs, sentMs, now())),
          __place: await placeFor(calls, {}),
        },
      );
      return { id: made.id, state: stateAfter(made, [{}, wanted], state) };
    },

    async read(context, id, before) {
      tellPlace(context, about, before);
      const calls = callsOf(context);
      const shown = await readNested(context, calls, accountOf(about, before), id, before);
      if (shown === undefined) return undefined;
      return stateOf(before, shown.item, before, {
        createdAt: before["createdAt"],
        __place: await placeFor(calls, before),
      });
    },

    async update(context, id, before, wanted) {
      const calls = await callsFor(context, id, before);
      const accountId = accountOf(about, before);
      const [argsBefore, args] = [before, wanted].map((each) => withoutIgnored(each, context.ignored));
      const has = await updateNested(
        context,
        calls,
        compared,
        { id, accountId, state: before },
        argsBefore ?? {},
        args ?? {},
      );
      const state = stateOf(wanted, has, before, {
        createdAt: before["createdAt"],
        __place: await placeFor(calls, before),
      });
      return stateAfter(has, [argsBefore ?? {}, args ?? {}], state);
    },

    async delete(context, id, before) {
      const calls = await callsFor(context, id, before);
      const accountId = accountOf(about, before);
      if (await calls.isReplaced(accountId)) {
        context.run.warn(
          `${title}: the sub-account ${accountId} was replaced by force and kept, and so was its ${noun} ${id}. No state has it now: ` +
            "delete it at the vendor once nothing needs it",
        );
        return;
      }
      await removeNested(context, calls, accountId, id, `its ${kind} is deleted`);
    },
  };
  return resource as unknown as NestedResource<Client, SchemaOf<ReturnType<typeof nestedFields<Own>>>>;
}
