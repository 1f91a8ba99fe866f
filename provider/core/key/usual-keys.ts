import { z } from "zod";
import { parseTime } from "../base/time";
import { readListing } from "../nested/listing";
import type { ListedPages } from "../vendor-io/collection";
import { type Http, orGone, segment } from "../vendor-io/http";
import { type KeyApi, type ListedKey, lastUseOf } from "./keys";

/** The usual calls about the keys of an account. */
interface UsualKeys {
  /** The path of an account's keys, of which `id` is encoded already. */
  readonly path: (id: string) => string;
  /** The member of the reply to a create that holds the key. */
  readonly reply: string;
  readonly page: ListedPages;
  /** Arguments that a create sends, where they are declared. Default: `name`. */
  readonly sends?: readonly string[];
  /** The vendor's names of these arguments and of the members below, where it has others. */
  readonly words?: Readonly<Record<string, string>>;
  /** The reply to a revocation; any other 2xx proves nothing. */
  readonly revoked: z.ZodType;
}

const time = z.union([z.number(), z.string()]).nullish();

/** A key in a listing. The form of `createdAt` is not everywhere that of other times. */
const LISTED = {
  id: z.string().min(1),
  name: z.string().nullish(),
  keyPrefix: z.string().nullish(),
  createdAt: z.unknown().optional(),
  lastUsedAt: time,
  revokedAt: time,
};

/** A key in the reply that makes it. */
const MADE = {
  id: z.string().min(1),
  secret: z.string().min(1),
  keyPrefix: z.string().nullish().catch(undefined),
  createdAt: z.unknown().optional(),
};

/** The key endpoints of a vendor whose calls are the usual ones: list and create at a path of the account; revoke below it. */
export function usualKeys(
  http: Http,
  { path, reply, page, sends = ["name"], words = {}, revoked }: UsualKeys,
): Pick<KeyApi, "list" | "issue" | "revoke"> {
  const word = (name: string) => words[name] ?? name;
  /** A shape by the vendor's names, read by ours. */
  const named = <Shape extends z.ZodRawShape>(shape: Shape) => {
    const names = Object.keys(shape);
    const wire = z.looseObject(
      Object.fromEntries(names.map((name) => [word(name), shape[name] as z.ZodType])),
    );
    return wire.transform(
      (key) =>
        Object.fromEntries(names.map((name) => [name, key[word(name)]])) as z.infer<z.ZodObject<Shape>>,
    );
  };
  const listing = z.looseObject({
    [page.items]: z.array(named(LISTED)),
    [page.next]: z.string().nullish(),
  });
  const made = z.looseObject({ [reply]: named(MADE) });
  const at = (accountId: string) => path(segment(accountId));

  async function pageOf(accountId: string, cursor: string | undefined) {
    const answer = await http.send({
      operation: "list the keys of the sub-account",
      method: "GET",
      path: at(accountId),
      query: { ...page.query, [page.cursor]: cursor },
      reply: listing,
    });
    const items = answer[page.items] as z.infer<z.ZodObject<typeof LISTED>>[];
    return { items: items.map(toListedKey), next: (answer[page.next] as string | null) || undefined };
  }

  return {
    list: (accountId) =>
      orGone(
        readListing(
          "key",
          (cursor) => pageOf(accountId, cursor),
          () => http.vendorNowMs,
        ),
      ),
    issue: async (accountId, args) => {
      const answer = await http.send({
        operation: "create a key of the sub-account",
        method: "POST",
        path: at(accountId),
        body: Object.fromEntries(sends.map((name) => [word(name), args[name]])),
        reply: made,
      });
      const { id, secret, keyPrefix, createdAt } = answer[reply] as z.infer<z.ZodObject<typeof MADE>>;
      return { id, secret, prefix: keyPrefix ?? undefined, createdAtMs: parseTime(createdAt) };
    },
    revoke: async (accountId, keyId) => {
      await http.send({
        operation: "revoke a key of the sub-account",
        method: "DELETE",
        path: `${at(accountId)}/${segment(keyId)}`,
        reply: revoked,
      });
    },
  };
}

/** A key in a listing, in our terms; a vendor that lists active keys alone says of none when it was revoked. */
export function toListedKey(
  key: Partial<z.infer<z.ZodObject<typeof LISTED>>> & { readonly id: string },
): ListedKey {
  return {
    id: key.id,
    name: key.name ?? undefined,
    prefix: key.keyPrefix ?? "",
    createdAtMs: parseTime(key.createdAt),
    ...lastUseOf(key.lastUsedAt),
    revoked: (key.revokedAt ?? null) !== null,
  };
}
