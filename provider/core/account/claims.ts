import { normalized } from "../contract/identity";
import type { Context, WriteContext } from "../contract/resource";
import { tagOf } from "./marker";

/** The key of an in-run claim on an account. */
export function claimOfAccount(connection: string, id: string): string {
  return `${connection} account ${id}`;
}

/** The key under which a run reserves what only one resource may have, such as an externalId at a connection. */
export function reservation(connection: string, kind: string, path: string, value: string): string {
  return `${connection} ${kind} ${path} ${value}`;
}

/** The key under which a run notes which resource declares a customer by its externalId, be it the identity or not. */
export function customerClaim(connection: string, externalId: string): string {
  return reservation(connection, "customer", "externalId", normalized(externalId));
}

/** Marks an account as one that a refused create wants: no delete of this run may end it. */
export function contest({ run, connection, ownership }: WriteContext<unknown>, id: string): void {
  run.hold(contestOf(connection, id), ownership.urn);
}

/** The key of the in-run claim that marks an account as contested. */
export function contestOf(connection: string, id: string): string {
  return `${connection} contested ${id}`;
}

/** A resource whose state has an account: its tag in that state, and its URN, empty where a refresh does not know it. */
interface Holder {
  readonly tag: string | undefined;
  readonly urn: string;
}

interface StateHolders {
  readonly byAccount: Map<string, Holder[]>;
  /** Resources that had an account before this run. */
  readonly had: Set<string>;
  /** Resources that got one by a create of this run. */
  readonly got: Set<string>;
}

function stateHolders({ run, connection }: Context<unknown>): StateHolders {
  return run.shared(`${connection} state holders`, () => ({
    byAccount: new Map(),
    had: new Set(),
    got: new Set(),
  }));
}

/** The key of the in-run claim on an account that a create of this run has put into the state of its resource. */
export function savedOf(connection: string, id: string): string {
  return `${connection} saved ${id}`;
}

/** Notes that a create of this run has put an account into the state of its resource. */
export function noteSaved(context: WriteContext<unknown>, id: string): void {
  const { run, connection, ownership } = context;
  run.hold(savedOf(connection, id), ownership.urn);
  stateHolders(context).got.add(ownership.urn);
}

/** Notes that the state of a resource has an account. */
export function noteHolder(context: Context<unknown>, id: string, holder: Holder): void {
  const { byAccount, had, got } = stateHolders(context);
  const holders = byAccount.get(id) ?? [];
  // An update tells of its state before and after.
  if (!holders.some(({ tag, urn }) => tag === holder.tag && urn === holder.urn)) holders.push(holder);
  byAccount.set(id, holders);
  if (!got.has(holder.urn)) had.add(holder.urn);
}

/** Whether a resource has an account in its state, of before or of this run. */
export function hasAccount(context: Context<unknown>, urn: string): boolean {
  return hadAccount(context, urn) || stateHolders(context).got.has(urn);
}

/** Whether a resource had an account before this run. */
export function hadAccount(context: Context<unknown>, urn: string): boolean {
  return stateHolders(context).had.has(urn);
}

/**
 * URNs of resources whose states have an account, beside the one with this tag: a renamed resource has its former tag until
 * it is written. Two URNs of one tag are two resources.
 */
export function othersWith(context: Context<unknown>, id: string, tag: string | undefined): string[] {
  const holders = stateHolders(context).byAccount.get(id) ?? [];
  const own = new Set(holders.flatMap((holder) => (holder.tag === tag && holder.urn ? [holder.urn] : [])));
  const others = holders.filter((holder) => holder.tag !== tag).map(({ urn }) => urn);
  return [...others, ...[...own].slice(1)];
}

/** The key of the in-run note that an account was made. */
export const MADE = "made an account";

/** The key of the in-run note that an account was made for this resource. */
export function madeFor(urn: string): string {
  return `${MADE} for ${tagOf(urn)}`;
}
