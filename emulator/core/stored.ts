import { type MetadataSwitches, patchedMetadata } from "./metadata";

/** A record after a PATCH: members that are not sent stay, and `metadata` becomes what the switches say. */
export function patched<Account extends { readonly metadata: Record<string, unknown> | null }>(
  account: Account,
  patch: { readonly metadata?: Record<string, unknown> | null | undefined } & object,
  switches: MetadataSwitches,
): Account {
  const { metadata, ...others } = patch;
  const sent = Object.entries(others).filter(([, value]) => value !== undefined);
  return {
    ...account,
    ...Object.fromEntries(sent),
    ...(metadata !== undefined && {
      metadata: metadata && patchedMetadata(account.metadata, metadata, switches),
    }),
  };
}

/** A body with this number replaced by the one that a switch stores instead, where it does. */
export function clamped<Body extends object>(body: Body, name: keyof Body, to: number | undefined): Body {
  return to === undefined || typeof body[name] !== "number" ? body : { ...body, [name]: to };
}
