import type { Account } from "../../provider/core/account/fields";
import { type Marker, readMarker } from "../../provider/core/account/marker";
import { SubaccountsError } from "../../provider/core/base/errors";
import type { Run } from "../../provider/core/base/run";
import type { StackConfig } from "../../provider/core/vendor-io/stack-config";
import { type AccountSurvey, everyVendor, vendors as registry } from "../../provider/vendors";
import type { VendorName } from "../../tenant/description";
import { type Reach, type Target, targetsOf } from "../connections";
import { inTurns } from "../in-turns";

/** An account that a vendor shows. */
export interface Seen {
  readonly vendor: VendorName;
  /** The names of the connections that show it; the default one has none. */
  readonly connections: readonly (string | undefined)[];
  readonly apiVersion: string | undefined;
  /** Without its key. */
  readonly account: Account;
  /** Who manages it. */
  readonly marker: Marker | "unreadable" | undefined;
  /** It has ended, can be active again, and a key of it works: a customer that is suspended. */
  readonly isSuspended: boolean;
  /** The account with fields that no listing shows, as far as these arguments declare them. */
  readonly whole: AccountSurvey["whole"];
}

/** The owner in the marker of an account; undefined where it has none, or one that cannot be read. */
export function ownerOf({ marker }: Pick<Seen, "marker">): string | undefined {
  return typeof marker === "object" ? marker.owner : undefined;
}

/**
 * Reads every account at the configured connections.
 *
 * @param progress told the vendor and how many of its accounts are read, after each page
 * @returns the accounts, the vendors that were read, and the titles of those without a key; problems where a connection cannot be read to the end: then nothing may be made of what was read
 */
export async function survey(
  run: Run,
  config: StackConfig,
  reach: Reach,
  progress: (title: string, accounts: number) => void,
): Promise<{ seen: Seen[]; vendors: VendorName[]; unread: string[]; problems: string[] }> {
  const { targets, problems } = targetsOf(run, config, reach);
  // In this order, whichever answers first.
  const read = everyVendor.map(async ({ name }) => {
    const seen = new Map<string, Seen>();
    for (const target of targets.filter(({ vendor }) => vendor.name === name)) {
      try {
        for (const each of await readConnection(run, target, progress)) {
          const before = seen.get(each.account.id);
          const shownBy = before && [...before.connections, ...each.connections];
          seen.set(each.account.id, before && shownBy ? { ...before, connections: shownBy } : each);
        }
      } catch (error) {
        if (!(error instanceof SubaccountsError)) throw error;
        problems.push(error.message);
      }
    }
    return [...seen.values()].toSorted((one, other) => (one.account.id < other.account.id ? -1 : 1));
  });
  const seen = (await Promise.all(read)).flat();
  const vendors = [...new Set(targets.map(({ vendor }) => vendor.name as VendorName))];
  const unread = everyVendor
    .filter(({ name }) => !vendors.includes(name as VendorName))
    .map(({ title }) => title);
  return {
    seen,
    vendors,
    unread: reach.vendor === undefined && reach.connection === undefined ? unread : [],
    problems,
  };
}

async function readConnection(
  run: Run,
  { vendor, connection, settings: given }: Target,
  progress: (title: string, accounts: number) => void,
): Promise<Seen[]> {
  const name = vendor.name as VendorName;
  const { isRevivable, isMarked } = registry[name].SubAccount;
  run.redactor.add(given.apiKey);
  const { pages, withMetadata, whole } = vendor.accountsWith(given, run);
  const found: Seen[] = [];
  while (!pages.isDone) {
    for (const { apiKey, ...account } of await pages.next()) {
      // A secret of a known shape is known by it; ten thousand of them would be a load.
      if (vendor.keyShape === undefined || apiKey?.match(vendor.keyShape) === null) run.redactor.add(apiKey);
      found.push({
        vendor: name,
        connections: [connection],
        apiVersion: given.apiVersion,
        account,
        marker: readMarker(account.metadata),
        isSuspended: false,
        whole,
      });
    }
    progress(vendor.title, found.length);
  }
  if (pages.flaw !== undefined) {
    throw new SubaccountsError(
      `${vendor.title}: its list of accounts ${pages.flaw}, so customers may be missing from it. Run this again`,
    );
  }
  const all = isMarked
    ? await inTurns(found, async (each) => marked(vendor.title, each, withMetadata))
    : found;
  const keys = isRevivable ? vendor.keysWith?.(given, run) : undefined;
  return keys === undefined
    ? all
    : inTurns(all, async (each) => {
        if (each.account.presence !== "ended") return each;
        const listing = await keys.list(each.account.id);
        if (listing === undefined || listing.flaw !== undefined) {
          throw new SubaccountsError(
            `${vendor.title}: whether a key of the inactive account ${each.account.id} works could not be told: its list of keys ` +
              `${listing?.flaw ?? "is missing"}. Run this again`,
          );
        }
        return { ...each, isSuspended: listing.items.some(({ revoked }) => !revoked) };
      });
}

/** The account with its marker, by a read of its own where the listing leaves metadata out. */
async function marked(title: string, seen: Seen, withMetadata: AccountSurvey["withMetadata"]): Promise<Seen> {
  const { account } = seen;
  if (account.metadata !== undefined || account.presence === "ended") return seen;
  const found = await withMetadata(account);
  if (found === undefined) {
    throw new SubaccountsError(
      `${title} lists the account ${account.id} without its metadata, and does not show it by itself, so who manages it could not be told. Run this again`,
    );
  }
  const { apiKey: _, ...shown } = found;
  return { ...seen, account: shown, marker: readMarker(shown.metadata) };
}
