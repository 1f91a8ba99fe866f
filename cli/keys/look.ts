import { SubaccountsError } from "../../provider/core/base/errors";
import type { Run } from "../../provider/core/base/run";
import { isoTime } from "../../provider/core/base/time";
import { type UnknownKey, unknownKeys } from "../../provider/core/key/unknown";
import { settings } from "../../provider/core/vendor-io/config";
import type { StackConfig } from "../../provider/core/vendor-io/stack-config";
import { type AccountKeys, type AnyVendor, everyVendor } from "../../provider/vendors";
import { inTurns } from "../in-turns";
import type { KeysReport, ListedUnknownKey } from "./report";
import type { State, StateAccount } from "./state";

const DOUBTS = {
  encrypted: "may be the account's own key, which this state has encrypted: export it with --show-secrets",
  prefix: "may be the account's own key: the prefixes that the vendor shows do not tell them apart",
  waiting:
    "is what its customer goes on with: the account is suspended, and no new one is made before it is active again. End it once that one is delivered",
};

/** The accounts of a vendor behind one connection. */
interface Group {
  readonly vendor: AnyVendor;
  readonly connection: string | undefined;
  readonly accounts: readonly StateAccount[];
}

interface Found {
  readonly key: ListedUnknownKey;
  readonly revoke: () => Promise<void>;
}

/**
 * Looks for unknown keys of the accounts in a state, and revokes those that `revoke` names. It revokes none if one of
 * them is not among the unknown keys that it just listed.
 */
export async function look(
  run: Run,
  state: State,
  config: StackConfig,
  revoke: readonly string[],
): Promise<KeysReport> {
  const problems = [...state.problems];
  const notes: string[] = [];
  if (state.pending > 0) {
    notes.push(
      "the state has pending operations: an update is under way, or was killed. A key that it is just making looks unknown",
    );
  }
  const found: Found[] = [];
  let accounts = 0;
  for (const group of groupsOf(state.accounts, problems)) {
    const { title, keysWith } = group.vendor;
    if (keysWith === undefined) {
      notes.push(
        `${title} has no key objects: each account has its one key, and there is nothing to look for`,
      );
      continue;
    }
    try {
      const given = settings(group.vendor, group.connection, config, run.world.env);
      run.redactor.add(given.apiKey);
      // One call tells of a key that is refused, instead of one for each account.
      await group.vendor.probeWith(given, run);
      const keys = keysWith(given, run);
      await inTurns(group.accounts, (account) => lookAt(group, account, keys));
    } catch (error) {
      if (!(error instanceof SubaccountsError)) throw error;
      problems.push(`${error.message}. ${group.accounts.length} accounts of ${title} are not looked at`);
    }
  }
  found.sort((one, other) => (sortKey(one.key) < sortKey(other.key) ? -1 : 1));
  const unknown = await revoked(found, revoke, problems);
  return { accounts, unknown, notes, problems };

  async function lookAt(
    { vendor, connection }: Group,
    account: StateAccount,
    keys: AccountKeys,
  ): Promise<void> {
    const { id, name } = account;
    const where = `${vendor.title} account ${id}`;
    try {
      const listed = await keys.list(id);
      if (listed === undefined) {
        problems.push(
          `${where}: the vendor shows no such active account to this connection, so its keys cannot be told. Check the connection, or run pulumi refresh`,
        );
        return;
      }
      accounts++;
      if (listed.flaw !== undefined)
        problems.push(`${where}: the list of its keys ${listed.flaw}, so some may be missing`);
      for (const { key, doubt } of unknownKeys(listed.items, account.held)) {
        found.push({
          key: shown(vendor, connection, id, name, key, doubt),
          revoke: () => keys.revoke(id, key.id),
        });
      }
    } catch (error) {
      if (!(error instanceof SubaccountsError)) throw error;
      problems.push(`${where}: ${error.message}`);
    }
  }
}

function shown(
  vendor: AnyVendor,
  connection: string | undefined,
  accountId: string,
  accountName: string | undefined,
  { id, name, createdAtMs, lastUsedAtMs, use }: UnknownKey["key"],
  doubt: UnknownKey["doubt"],
): ListedUnknownKey {
  return {
    vendor: vendor.title,
    connection,
    accountId,
    accountName,
    keyId: id,
    name,
    createdAt: createdAtMs === undefined ? undefined : isoTime(createdAtMs),
    lastUsedAt: lastUsedAtMs === undefined ? undefined : isoTime(lastUsedAtMs),
    use,
    doubt: doubt && DOUBTS[doubt],
    revoked: false,
  };
}

/** Revokes the named keys, all or none as long as one of them is not to be revoked. */
async function revoked(
  found: readonly Found[],
  ids: readonly string[],
  problems: string[],
): Promise<ListedUnknownKey[]> {
  const refusals = ids.flatMap((id) => {
    const named = found.find(({ key }) => key.keyId === id);
    if (named === undefined) return [`the key ${id} is not among the unknown keys, so nothing is revoked`];
    return named.key.doubt === undefined ? [] : [`the key ${id} ${named.key.doubt}. Nothing is revoked`];
  });
  problems.push(...refusals);
  const lines: ListedUnknownKey[] = [];
  for (const { key, revoke } of found) {
    const isNamed = refusals.length === 0 && ids.includes(key.keyId);
    lines.push(isNamed && (await isDone(revoke, key, problems)) ? { ...key, revoked: true } : key);
  }
  return lines;
}

async function isDone(
  revoke: () => Promise<void>,
  { keyId }: ListedUnknownKey,
  problems: string[],
): Promise<boolean> {
  try {
    await revoke();
    return true;
  } catch (error) {
    if (!(error instanceof SubaccountsError)) throw error;
    problems.push(`the key ${keyId} may work still: ${error.message}`);
    return false;
  }
}

function groupsOf(accounts: readonly StateAccount[], problems: string[]): Group[] {
  const groups = new Map<string, Group & { readonly accounts: StateAccount[] }>();
  for (const account of accounts) {
    const { vendor: name, connection } = account;
    const vendor = everyVendor.find((each) => each.name === name);
    if (vendor === undefined) {
      problems.push(`the state has an account of the vendor "${name}", which this version does not know`);
      continue;
    }
    const key = JSON.stringify([name, vendor.keysWith && connection]);
    const group = groups.get(key) ?? { vendor, connection, accounts: [] };
    group.accounts.push(account);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function sortKey({ vendor, accountId, keyId }: ListedUnknownKey): string {
  return [vendor, accountId, keyId].join(" ");
}
