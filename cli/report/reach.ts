import { printable } from "../../provider/core/base/printable";
import type { Run } from "../../provider/core/base/run";
import type { StackConfig } from "../../provider/core/vendor-io/stack-config";
import { everyVendor } from "../../provider/vendors";
import { CommandError } from "../command-error";
import { type Reach, type Target, targetsOf } from "../connections";
import { count } from "../count";
import { problemOf } from "../doctor/report";
import type { Wishes, World } from "../doctor/world";
import { readConfig } from "../open-run";
import type { States } from "./states";

/** Reads the config of the stack; without a project it is empty. @throws CommandError */
export async function configOf(world: World, wishes: Wishes, run: Run): Promise<StackConfig> {
  const { config, failed } = await readConfig(world, wishes, run);
  if (config !== undefined) return config;
  throw new CommandError(failed.map(problemOf));
}

/**
 * Lists the connections to read. A connection that accounts of the states have and that cannot be read is a problem, unless
 * others are asked for.
 *
 * @throws CommandError if of the part that is asked for nothing can be read
 */
export function targetsFor(
  run: Run,
  config: StackConfig,
  wishes: Reach,
  { managed }: Pick<States, "managed">,
): { targets: Target[]; problems: string[] } {
  const { targets, problems, refused } = targetsOf(run, config, wishes);
  const isPart = wishes.vendor !== undefined || wishes.connection !== undefined;
  if (isPart && targets.length === 0) throw new CommandError(problems);
  const isRead = (vendor: string, connection: string | undefined) =>
    targets.some((target) => target.vendor.name === vendor && target.connection === connection);
  const unread = new Map<string, number>();
  for (const { vendor, connection } of managed.values()) {
    const isAsked = (wishes.vendor ?? vendor) === vendor && (wishes.connection ?? connection) === connection;
    if (!isAsked || isRead(vendor, connection)) continue;
    const key = JSON.stringify([vendor, connection ?? null]);
    unread.set(key, (unread.get(key) ?? 0) + 1);
  }
  for (const [key, accounts] of unread) {
    const [vendor, connection]: [string, string | null] = JSON.parse(key);
    const isRefused = refused.some(
      (each) => each.vendor.name === vendor && (each.connection ?? null) === connection,
    );
    problems.push(unreadText(vendor, connection, accounts, isRefused));
  }
  return { targets, problems };
}

function unreadText(name: string, connection: string | null, accounts: number, isRefused: boolean): string {
  const vendor = everyVendor.find((each) => each.name === name);
  const title = vendor?.title ?? name;
  if (isRefused)
    return `${title}: ${count(accounts, "account")} of the states not read, as its settings are refused`;
  if (connection === null) {
    return `${title}: ${accounts} accounts of the states were not read, since there is no key: export ${vendor?.env.apiKey}=<key>`;
  }
  const named = `"${printable(connection)}"`;
  return `${title}: ${accounts} accounts of the states were not read, since the config has no connection ${named} that can be used: run this where subaccounts:connections has it`;
}
