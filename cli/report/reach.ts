import { printable } from "../../provider/core/base/printable";
import { Run, realSurroundings } from "../../provider/core/base/run";
import type { StackConfig } from "../../provider/core/vendor-io/stack-config";
import { everyVendor } from "../../provider/vendors";
import { type Reach, type Target, targetsOf } from "../connections";
import { findProject } from "../doctor/project";
import { problemOf } from "../doctor/report";
import { NO_STACK, readStack } from "../doctor/stack";
import type { Wishes, World } from "../doctor/world";
import { hideKeys } from "../hide-keys";
import { ReportError } from "./report-error";
import type { States } from "./states";

/** Opens a run that shows no key, and whose warnings become notes. */
export function openRun(world: World, notes: string[]): Run {
  const run = new Run({
    ...realSurroundings,
    tell: async ({ text }) => {
      notes.push(text);
    },
    ...world.surroundings,
    env: world.env,
  });
  hideKeys(run);
  return run;
}

/** Reads the config of the stack; without a project it is empty. @throws ReportError */
export async function configOf(world: World, wishes: Wishes, { redactor }: Run): Promise<StackConfig> {
  const { root } = findProject(world.folder);
  const { config, findings } = root === undefined ? NO_STACK : await readStack(world, wishes, root, redactor);
  if (config !== undefined) return config;
  const failed = findings.filter(({ status }) => status === "fail").map(problemOf);
  throw new ReportError(
    failed.length > 0 ? failed : ["there is no Pulumi CLI on PATH, so the stack's config cannot be read"],
  );
}

/**
 * Lists the connections to read. A connection that accounts of the states have and that cannot be read is a problem, unless
 * others are asked for.
 *
 * @throws ReportError if of the part that is asked for nothing can be read
 */
export function targetsFor(
  run: Run,
  config: StackConfig,
  wishes: Reach,
  { managed }: Pick<States, "managed">,
): { targets: Target[]; problems: string[] } {
  const { targets, problems } = targetsOf(run, config, wishes);
  const isPart = wishes.vendor !== undefined || wishes.connection !== undefined;
  if (isPart && targets.length === 0) throw new ReportError(problems);
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
    problems.push(unreadText(vendor, connection, accounts));
  }
  return { targets, problems };
}

function unreadText(name: string, connection: string | null, accounts: number): string {
  const vendor = everyVendor.find((each) => each.name === name);
  const title = vendor?.title ?? name;
  if (connection === null) {
    return `${title}: ${accounts} accounts of the states were not read, since there is no key: export ${vendor?.env.apiKey}=<key>`;
  }
  const named = `"${printable(connection)}"`;
  return `${title}: ${accounts} accounts of the states were not read, since the config has no connection ${named} that can be used: run this where subaccounts:connections has it`;
}
