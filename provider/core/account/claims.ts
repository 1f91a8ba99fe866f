import type { WriteContext } from "../contract/resource";
import { tagOf } from "./marker";

/** The key of an in-run claim on an account. */
export function claimOfAccount(connection: string, id: string): string {
  return `${connection} account ${id}`;
}

/** The key under which a run reserves what only one resource may have, such as an externalId at a connection. */
export function reservation(connection: string, kind: string, path: string, value: string): string {
  return `${connection} ${kind} ${path} ${value}`;
}

/** Marks an account as one that a refused create wants: no delete of this run may end it. */
export function contest({ run, connection, ownership }: WriteContext<unknown>, id: string): void {
  run.hold(contestOf(connection, id), ownership.urn);
}

/** The key of the in-run claim that marks an account as contested. */
export function contestOf(connection: string, id: string): string {
  return `${connection} contested ${id}`;
}

/** The key of the in-run note that an account was made. */
export const MADE = "made an account";

/** The key of the in-run note that an account was made for this resource. */
export function madeFor(urn: string): string {
  return `${MADE} for ${tagOf(urn)}`;
}
