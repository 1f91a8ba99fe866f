import { isDeepStrictEqual } from "node:util";
import { ConflictError, isNotFound, SubaccountsError } from "../base/errors";
import type { Values, WriteContext } from "../contract/resource";
import { CreateBreaker } from "../vendor-io/create-breaker";
import { mutate } from "../vendor-io/mutate";
import { type Compared, fieldsToCreate, normalOf } from "./differences";
import type { Listing } from "./listing";
import type { NestedApi, NestedEndpoints, NestedObject } from "./nested";
import { onceKnown } from "./parent";

/** The endpoints of one kind of object, with what core makes of them. */
export interface NestedCalls extends NestedApi<NestedObject> {
  readonly endpoints: NestedEndpoints;
  /** As {@link NestedApi.list}, but an account that the vendor does not have is an error. */
  read(accountId: string): Promise<Listing<NestedObject>>;
}

/** Makes an object, in one call, unless the account has one of the same identity. @throws ConflictError, SubaccountsError */
export async function createNested(
  context: WriteContext<unknown>,
  calls: NestedCalls,
  compared: Compared & { readonly identity: string },
  accountId: string,
  wanted: Values,
): Promise<NestedObject> {
  const { title, noun, identity } = compared;
  const wantedIdentity = normalOf(compared, identity, wanted[identity]);
  const find = (listing: Listing<NestedObject> | undefined) =>
    listing?.items.find(({ fields }) =>
      isDeepStrictEqual(normalOf(compared, identity, fields[identity]), wantedIdentity),
    );
  const requestId = context.run.world.newId();
  try {
    const listing = await onceKnown(context, accountId, () => calls.read(accountId));
    refuseTaken(compared, accountId, find(listing), listing.flaw);
    return await CreateBreaker.of(context.run, context.connection, title).guard(() =>
      mutate(context, {
        send: () =>
          onceKnown(context, accountId, () =>
            calls.endpoints.create(accountId, fieldsToCreate(compared, wanted), requestId),
          ),
        // None of this identity was there before.
        readBack: async () => find(await calls.list(accountId)),
        repeat: "once",
      }),
    );
  } catch (error) {
    if (!isNotFound(error)) throw error;
    throw new SubaccountsError(
      `${title} has no sub-account "${accountId}" to make a ${noun} for. Pass the account's id, for example acme.id`,
    );
  }
}

/** @throws SubaccountsError unless the account is proven to have no object of the same identity */
function refuseTaken(
  { title, noun, identity }: Compared & { readonly identity: string },
  accountId: string,
  taken: NestedObject | undefined,
  flaw: string | undefined,
): void {
  if (taken !== undefined) {
    throw new ConflictError(
      `${title}: the sub-account ${accountId} already has a ${noun} with this ${identity}, ${taken.id}, perhaps of an interrupted run. ` +
        "Nothing was created. Delete it at the vendor if nothing else manages it, then run `pulumi up` again",
    );
  }
  if (flaw === undefined) return;
  throw new SubaccountsError(
    `${title}: whether the sub-account ${accountId} already has a ${noun} with this ${identity} could not be told: ${flaw}. Nothing ` +
      "was created. Check the base URL, and run `pulumi up` again",
  );
}
