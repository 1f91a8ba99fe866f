import { dirname, relative } from "node:path";
import { printable } from "../../provider/core/base/printable";
import type { Run } from "../../provider/core/base/run";
import type { StackConfig } from "../../provider/core/vendor-io/stack-config";
import { CommandError } from "../command-error";
import { findProject } from "../doctor/project";
import { problemOf } from "../doctor/report";
import { EXIT, type ExitCode } from "../exit-codes";
import type { SurveyHost } from "../host";
import { jsonText } from "../json-text";
import { openRun, readConfig } from "../open-run";
import { stateOfFile, stateOfStack } from "../state-file";
import { tiersIn } from "../tiers-file";
import { type GenerateReport, type GenerateWishes, generate } from "./generate";
import { readTiersFile } from "./known";
import { exitCode, readable, tidied } from "./report";
import { type TidyReport, tidy } from "./tidy";

/** The ways of `--match`. */
export const MATCHES: readonly string[] = ["externalId", "externalId,name"];

interface Wishes extends GenerateWishes {
  readonly stack?: string;
  readonly json?: boolean;
}

/** Generates files of tenants by the config of a stack, or without a project by the environment. */
export async function examineTenants(
  host: SurveyHost,
  wishes: Wishes,
): Promise<{ text: string; code: ExitCode }> {
  const run = openRun(host);
  const config = await configOf(host, wishes, run);
  const progress = (title: string, accounts: number) => host.progress(`${title}: ${accounts} accounts read`);
  const report = cleaned(await run.operation(() => generate(run, config, wishes, progress)), (text) =>
    run.shown(text),
  );
  const shorten = (path: string) => relative(host.folder, path);
  const text = wishes.json
    ? jsonText({ ...report, files: report.files.map(shorten), adopted: report.adopted.map(shorten) })
    : readable(report, shorten, host.paint);
  return { text, code: exitCode(report) };
}

/** Takes lines out of files that the state of a stack makes useless. */
export async function tidyTenants(
  host: SurveyHost,
  wishes: {
    readonly out: string;
    readonly stack?: string;
    readonly state?: string;
    readonly tiers?: string;
    readonly takesPolicies: boolean;
    readonly json?: boolean;
  },
): Promise<{ text: string; code: ExitCode }> {
  const { root, findings } = findProject(host.folder);
  if (wishes.state === undefined && root === undefined) throw new CommandError(findings.map(problemOf));
  const state =
    wishes.state === undefined
      ? await stateOfStack(host, wishes, root ?? host.folder)
      : await stateOfFile(wishes.state);
  const tiers = readTiersFile(wishes.tiers ?? tiersIn(dirname(wishes.out)));
  const { files, kept, ...counts } = tidy(wishes.out, state.accounts, { ...wishes, tiers });
  const shorten = (file: string) => relative(host.folder, file);
  const report: TidyReport = {
    files: files.map(shorten),
    ...counts,
    kept: kept.map((line) => ({ ...line, file: shorten(line.file) })),
  };
  return {
    text: wishes.json ? jsonText(report) : tidied(report),
    code: EXIT.done,
  };
}

/** @throws CommandError where it cannot be read, or something is wrong with it */
async function configOf(host: SurveyHost, wishes: Wishes, run: Run): Promise<StackConfig> {
  const { config, failed } = await readConfig(host, wishes, run);
  if (config !== undefined && failed.length === 0) return config;
  throw new CommandError(failed.map(problemOf));
}

/** The report with each text of a vendor or a person passed through `clean`. */
function cleaned(report: GenerateReport, clean: (text: string) => string): GenerateReport {
  const text = (value: string) => printable(clean(value), Number.POSITIVE_INFINITY);
  const rows = (list: GenerateReport["ended"]) =>
    list.map((row) => ({
      ...row,
      id: text(row.id),
      has: text(row.has),
      name: text(row.name),
      reason: text(row.reason),
    }));
  return {
    ...report,
    unmatched: rows(report.unmatched),
    ended: rows(report.ended),
    notes: report.notes.map(text),
    problems: report.problems.map(text),
  };
}
