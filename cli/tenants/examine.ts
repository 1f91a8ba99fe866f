import { readFileSync } from "node:fs";
import { dirname, relative } from "node:path";
import { printable } from "../../provider/core/base/printable";
import { Run, realSurroundings } from "../../provider/core/base/run";
import type { StackConfig } from "../../provider/core/vendor-io/stack-config";
import { findProject } from "../doctor/project";
import { problemOf } from "../doctor/report";
import { exportState, NO_STACK, readStack } from "../doctor/stack";
import { EXIT, type ExitCode } from "../exit-codes";
import { hideKeys } from "../hide-keys";
import { readState } from "../keys/state";
import { tiersIn } from "../tiers-file";
import { codeOf } from "../why";
import type { TenantsHost } from "./command";
import { type GenerateReport, type GenerateWishes, generate } from "./generate";
import { readTiersFile } from "./known";
import { exitCode, readable, tidied } from "./report";
import { TenantsError } from "./tenants-error";
import { type TidyReport, tidy } from "./tidy";

export { TenantsError };

/** The ways of `--match`. */
export const MATCHES: readonly string[] = ["externalId", "externalId,name"];

interface Wishes extends GenerateWishes {
  readonly stack?: string;
  readonly json?: boolean;
}

/** Generates files of tenants by the config of a stack, or without a project by the environment. */
export async function examineTenants(
  host: TenantsHost,
  wishes: Wishes,
): Promise<{ text: string; code: ExitCode }> {
  const run = new Run({ ...realSurroundings, ...host.surroundings, env: host.env });
  hideKeys(run);
  const config = await configOf(host, wishes, run);
  const progress = (title: string, accounts: number) => host.progress(`${title}: ${accounts} accounts read`);
  const report = cleaned(await run.operation(() => generate(run, config, wishes, progress)), (text) =>
    run.shown(text),
  );
  const shorten = (path: string) => relative(host.folder, path);
  const text = wishes.json
    ? `${JSON.stringify({ ...report, files: report.files.map(shorten), adopted: report.adopted.map(shorten) }, undefined, 2)}\n`
    : readable(report, shorten, host.paint);
  return { text, code: exitCode(report) };
}

/** Takes lines out of files that the state of a stack makes useless. */
export async function tidyTenants(
  host: TenantsHost,
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
  const text =
    wishes.state !== undefined
      ? readText(wishes.state)
      : root === undefined
        ? undefined
        : await exportState(host, wishes, root, false);
  if (typeof text !== "string")
    throw new TenantsError((text === undefined ? findings : [text]).map(problemOf));
  const state = readState(text);
  if (state === undefined) {
    throw new TenantsError([
      "the state is not what pulumi stack export prints: it has no deployment with resources",
    ]);
  }
  const tiers = readTiersFile(wishes.tiers ?? tiersIn(dirname(wishes.out)));
  const { files, kept, ...counts } = tidy(wishes.out, state.accounts, { ...wishes, tiers });
  const shorten = (file: string) => relative(host.folder, file);
  const report: TidyReport = {
    files: files.map(shorten),
    ...counts,
    kept: kept.map((line) => ({ ...line, file: shorten(line.file) })),
  };
  return {
    text: wishes.json ? `${JSON.stringify(report, undefined, 2)}\n` : tidied(report),
    code: EXIT.done,
  };
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new TenantsError([
      `the state ${file} cannot be read (${codeOf(error)}): give a file of pulumi stack export`,
    ]);
  }
}

async function configOf(host: TenantsHost, wishes: Wishes, { redactor }: Run): Promise<StackConfig> {
  const { root } = findProject(host.folder);
  const { config, findings } = root === undefined ? NO_STACK : await readStack(host, wishes, root, redactor);
  const failed = findings.filter(({ status }) => status === "fail");
  if (config !== undefined && failed.length === 0) return config;
  const problems = failed.map(problemOf);
  throw new TenantsError(
    problems.length > 0 ? problems : ["there is no Pulumi CLI on PATH, so the stack's config cannot be read"],
  );
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
