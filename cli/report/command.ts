import { resolve } from "node:path";
import { Command, Option } from "commander";
import { orRefuse } from "../command-error";
import { exitCodesLine } from "../exit-codes";
import { type SurveyHost, surveyHost } from "../host";
import { realPath } from "../real-path";
import { writeWhole } from "../write-file";
import type { UsageReport } from "./usage-report";

interface ReportOptions {
  readonly out?: string;
  /** A file, or `true` for standard output. */
  readonly json?: string | true;
  readonly csv?: string | true;
  readonly state?: readonly string[];
  readonly tenants?: readonly string[];
  readonly tiers?: string;
  readonly rates?: string;
  readonly warn: string;
  readonly history?: string;
  readonly month?: string;
  readonly vendor?: string;
  readonly connection?: string;
  readonly stack?: string;
  readonly cwd?: string;
}

/** `subaccounts report`: what accounts have used of what they may use. */
export function reportCommand(host: SurveyHost = surveyHost()): Command {
  const command = new Command("report")
    .description("report what accounts have used of their limits, by states and vendors; changes nothing")
    .option("--out <file>", "the page; default: report.html, unless JSON or CSV goes to standard output")
    .option("--json [file]", "write the report as JSON; without a file to standard output")
    .option("--csv [file]", "write what was used in the month as CSV; without a file to standard output")
    .option("--state <files...>", "files of `pulumi stack export`, instead of asking Pulumi for the stack's")
    .option("--tenants <patterns...>", "files of tenants, of which those not applied yet are shown too")
    .option("--tiers <file>", "their file of tiers; default: tiers.yaml, if there is one")
    .option("--rates <file>", "what one unit costs: currency, limit and usage")
    .option("--warn <share>", "from which share of a limit an account is to be looked at", "80%")
    .option("--history <file>", "earlier reports, to which this one is added; for trends and months")
    .option("--month <month>", "the month of windows and of the CSV, as 2026-11; default: this one (UTC)")
    .option("--vendor <name>", "this vendor alone")
    .option("--connection <name>", "this connection of subaccounts:connections alone")
    .addOption(new Option("-s, --stack <name>", "the stack, instead of the selected one"))
    .option("--cwd <folder>", "the folder of the Pulumi program, instead of this one")
    .addHelpText("after", exitCodesLine("report"))
    .action((options: ReportOptions) =>
      orRefuse(command, () => write(options).finally(() => host.progress(""))),
    );
  return command;

  async function write(options: ReportOptions): Promise<void> {
    const { json, csv, out, state, tenants, tiers, rates, history, warn, cwd, ...wishes } = options;
    const warnAt = shareOf(warn);
    if (warnAt === undefined) return refuse("--warn is a share such as 80%, at most 100%");
    if (json === true && csv === true)
      return refuse("give --json or --csv a file: only one goes to standard output");
    const isPart = wishes.vendor !== undefined || wishes.connection !== undefined;
    if (isPart && history !== undefined)
      return refuse("--history holds whole reports: leave out --vendor and --connection");
    if (tiers !== undefined && tenants === undefined) return refuse("--tiers is of the files of --tenants");
    const isSilent = json === true || csv === true;
    const page = out ?? (isSilent ? undefined : "report.html");
    const twice = givenTwice(
      [page, json, csv, history],
      [...(state ?? []), ...(tenants ?? []), tiers, rates],
    );
    if (twice !== undefined)
      return refuse(`${twice} is given twice, and would be overwritten: give each file a name of its own`);
    const matched = await matchedOutput(tenants ?? [], [page, json, csv, history]);
    if (matched !== undefined)
      return refuse(
        `${matched} is written by this command, and a pattern of --tenants matches it: write it elsewhere, or name a narrower pattern`,
      );
    host.limitMemory();
    const folder = resolve(host.folder, cwd ?? ".");
    const maybe = (path: string | undefined) => (path === undefined ? undefined : from(path));
    const { examineUsage } = await import("./examine.js");
    const {
      report: examined,
      rates: priced,
      stackIds,
      unreadStacks,
      isKept,
    } = await examineUsage(
      { ...host, folder },
      {
        ...wishes,
        states: state && [...new Set(state.map(from))],
        tenants: tenants?.map(from),
        tiers: maybe(tiers),
        rates: maybe(rates),
        history: maybe(history),
        warnAt,
        progress: (title, accounts) => host.progress(`${title}: ${accounts} accounts read`),
      },
    );
    const isLeftOut = history !== undefined && !isKept;
    const report = isLeftOut ? { ...examined, notes: [...examined.notes, noStep(unreadStacks)] } : examined;
    const { csvOf } = await import("./csv.js");
    const { jsonOf } = await import("./json.js");
    const { pageOf } = await import("./page/page.js");
    const { exitCode, readable } = await import("./summary.js");
    const outputs: [to: string | true | undefined, text: () => Iterable<string>][] = [
      [page, () => pageOf(report)],
      [json, () => jsonOf(report)],
      [csv, () => csvOf(report, priced)],
    ];
    // First: a month must not be told to end with a report that the next one does not begin with.
    if (isKept && history !== undefined) await addHistory(report, from(history), stackIds);
    const files: string[] = [];
    for (const [to, text] of outputs) {
      if (typeof to !== "string") continue;
      writeWhole(from(to), text());
      files.push(to);
    }
    if (isKept && history !== undefined) files.push(history);
    const shown = isSilent
      ? outputs.flatMap(([to, text]) => (to === true ? text : []))
      : [() => [readable(report, files, host.paint)]];
    for (const text of shown) for (const piece of text()) host.write(piece);
    host.exit(exitCode(report));
  }

  async function addHistory(report: UsageReport, file: string, stackIds: readonly string[]): Promise<void> {
    const { addToHistory } = await import("./history.js");
    addToHistory(file, report, stackIds);
  }

  /** The first output that is another output, too, or an input. */
  function givenTwice(
    outputs: readonly (string | true | undefined)[],
    inputs: readonly (string | undefined)[],
  ): string | undefined {
    const isFile = (path: string | true | undefined) => typeof path === "string";
    const written = outputs.filter(isFile);
    const real = (path: string) => realPath(from(path));
    const read = inputs.filter(isFile).map(real);
    return written.find(
      (path, index) =>
        read.includes(real(path)) || written.some((other, at) => at < index && real(other) === real(path)),
    );
  }

  /** The first output that an earlier run has written to where a pattern of tenants matches it. */
  async function matchedOutput(
    patterns: readonly string[],
    outputs: readonly (string | true | undefined)[],
  ): Promise<string | undefined> {
    if (patterns.length === 0) return undefined;
    const { filesOf } = await import("../../tenant/patterns.js");
    const files = new Set(filesOf(patterns.map(from)).files.map(realPath));
    return outputs.filter((path) => typeof path === "string").find((path) => files.has(realPath(from(path))));
  }

  function from(path: string): string {
    return resolve(host.folder, path);
  }

  function refuse(text: string): never {
    host.progress("");
    return command.error(`error: ${text}`);
  }
}

const noStep = (unreadStacks: readonly string[]): string =>
  unreadStacks.length === 0
    ? "the history has no line of this report: it takes reports of this month, and the one that ends a month, in which all could be told"
    : `the history has no line of this report: its newest one has the state of ${unreadStacks.join(", ")}, too. Give it with --state, or begin another history`;

/** Reads `80%` or `0.8`; undefined for more than all, as 80 and 8 without the sign would be. */
function shareOf(text: string): number | undefined {
  const [, percent, share] = /^(?:(\d+(?:\.\d+)?)\s*%|(\d(?:\.\d+)?))$/.exec(text.trim()) ?? [];
  const number = percent === undefined ? Number(share) : Number(percent) / 100;
  return number <= 1 ? number : undefined;
}
