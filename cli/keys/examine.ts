import { printable, printableId } from "../../provider/core/base/printable";
import type { Run } from "../../provider/core/base/run";
import type { StackConfig } from "../../provider/core/vendor-io/stack-config";
import { findProject } from "../doctor/project";
import { problemOf } from "../doctor/report";
import { exportState, NO_STACK, readStack, type Stack } from "../doctor/stack";
import type { Wishes, World } from "../doctor/world";
import { openRun } from "../open-run";
import { look } from "./look";
import type { KeysReport } from "./report";
import { type State, StateReader } from "./state";

/**
 * Finds the state and the config, and looks for unknown keys.
 *
 * @param text an exported state; undefined to ask Pulumi for the one of the stack.
 */
export async function examineKeys(
  world: World,
  wishes: Wishes & { readonly revoke?: readonly string[] },
  text: string | undefined,
): Promise<KeysReport> {
  const run = openRun(world);
  const given = await stateAndConfig(run, world, wishes, text);
  const report = Array.isArray(given)
    ? { accounts: 0, unknown: [], notes: [], problems: given }
    : await run.operation(() => look(run, given.state, given.config, wishes.revoke ?? []));
  return cleaned(report, (said) => run.shown(said));
}

/** The state to look at and the settings to look with, or why there are none. */
async function stateAndConfig(
  { redactor }: Run,
  world: World,
  wishes: Wishes,
  text: string | undefined,
): Promise<{ state: State; config: StackConfig } | string[]> {
  const { root, findings } = findProject(world.folder);
  if (root === undefined && text === undefined) return findings.map(problemOf);
  const stack: Stack = root === undefined ? NO_STACK : await readStack(world, wishes, root, redactor);
  const { name, config } = stack;
  const failed = stack.findings.filter(({ status }) => status === "fail");
  if (config === undefined) {
    return failed.length > 0
      ? failed.map(problemOf)
      : ["there is no Pulumi CLI on PATH, so the stack's config cannot be read"];
  }
  if (text === undefined && (root === undefined || name === undefined)) return stack.findings.map(problemOf);
  const reader = new StateReader();
  const push = (piece: string) => reader.push(piece);
  if (text !== undefined) push(text);
  const unread =
    text === undefined ? await exportState(world, wishes, root ?? world.folder, push) : undefined;
  if (unread !== undefined) return [problemOf(unread)];
  const state = reader.end();
  if (state === undefined) {
    return ["the state is not what pulumi stack export prints: it has no deployment with resources"];
  }
  redactor.add(state.secrets);
  if (name !== undefined && state.stack !== undefined && !isSameStack(name, state.stack)) {
    return [
      `the state is of stack ${state.stack}, and the config is of ${name}: keys of the one would be looked up with the settings of the other. Select the stack, or name it with --stack`,
    ];
  }
  return { state, config };
}

/** `pulumi stack` may say the organization and the project too; a URN has the stack alone. */
function isSameStack(name: string, ofUrn: string): boolean {
  return name.slice(name.lastIndexOf("/") + 1) === ofUrn;
}

/** The report with each text of a vendor or a person passed through `clean`. */
function cleaned(report: KeysReport, clean: (text: string) => string): KeysReport {
  const maybe = (text: string | undefined) => (text === undefined ? undefined : printable(clean(text)));
  return {
    ...report,
    unknown: report.unknown.map((key) => ({
      ...key,
      connection: maybe(key.connection),
      accountId: clean(key.accountId),
      accountName: maybe(key.accountName),
      keyId: printableId(clean(key.keyId)) ?? "(an id that is not shown: it does not look like one)",
      name: maybe(key.name),
    })),
    notes: report.notes.map(clean),
    problems: report.problems.map(clean),
  };
}
