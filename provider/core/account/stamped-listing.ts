import type { Ownership, Values } from "../contract/resource";
import { Listing, type Page } from "../vendor-io/listing";
import type { Account } from "./fields";
import { stampOf, tagOf, tagsOf } from "./marker";

/** A listing of accounts that carry stamps: they are looked up by stamp, by external id, or by name within a stack. */
export function stampedListing(
  fetchPage: (cursor: string | undefined) => Promise<Page<Account>>,
): Listing<Account> {
  return new Listing({
    fetchPage,
    idOf: ({ id }) => id,
    isManaged: ({ metadata }) => stampOf(metadata) !== undefined,
    madeAtMs: ({ outputs }) => Date.parse(String(outputs["createdAt"])),
    keysOf: ({ fields, metadata }) => {
      const stamp = stampOf(metadata);
      const ofStamp = stamp ? [stampKey(stamp), `${stamp.owner} ${fields["name"]}`] : [];
      // An item need not show its metadata, and then only the account itself says whose it is.
      const bare = metadata === undefined ? [`bare ${fields["name"]}`] : [];
      return [...ofStamp, ...bare, `externalId ${fields["externalId"]}`];
    },
  });
}

/** Keys of the accounts that a create has to know of: those with our stamp, and those that may be in the way. */
export function lookupKeys({ name, externalId }: Values, ownership: Ownership): string[] {
  const { owner } = ownership;
  return [
    ...tagsOf(ownership).map((tag) => `stamp ${owner} ${tag}`),
    ...(typeof externalId === "string" ? [`externalId ${externalId}`] : [`${owner} ${name}`, `bare ${name}`]),
  ];
}

/** The accounts with their metadata, which a listing need not show: then the account itself is read. */
export async function wholeAccounts(
  found: readonly Account[],
  retrieve: (id: string) => Promise<Account | undefined>,
): Promise<Account[]> {
  const whole = await Promise.all(
    found.map((account) => (account.metadata ? account : retrieve(account.id))),
  );
  return whole.filter((account) => account !== undefined);
}

/** Key of the accounts with the stamp of one resource. */
export function stampKey({ owner, urn }: Ownership): string {
  return `stamp ${owner} ${tagOf(urn)}`;
}
