import type { Paint } from "../doctor/report";
import { EXIT, type ExitCode } from "../exit-codes";
import { jsonText } from "../json-text";
import type { Fact } from "./core/answers";
import type { Scratch } from "./core/interview";

/** What is known of one switch. */
export interface SwitchReport {
  readonly name: string;
  /**
   * `told`: the vendor behaves so. `untold`: it was asked, and the answer is not clear. `not asked`: it takes scratch
   * accounts, or the run ended before. `not observable`: no run can tell it.
   */
  readonly state: "told" | "untold" | "not asked" | "not observable";
  /** Of a switch that was told; absent where the switch has no value, as one without a clamp. */
  readonly value?: unknown;
  /** The evidence, or why there is no value. */
  readonly because: string;
}

/** What one vendor was asked and what it answered. */
export interface VendorReport {
  readonly vendor: string;
  readonly title: string;
  readonly baseUrl: string;
  readonly calls: number;
  readonly facts: readonly Fact[];
  readonly switches: readonly SwitchReport[];
  /** Accounts of this command, of this run and of earlier ones. */
  readonly accounts: readonly Scratch[];
  readonly problems: readonly string[];
}

/** The whole report, as `--json` prints it. */
export interface ConformReport {
  readonly vendors: readonly VendorReport[];
  /** Vendors with a key that this command has no questions for. */
  readonly notExamined: readonly string[];
  /** What kept a vendor, or all, from being asked. */
  readonly problems: readonly string[];
  readonly wasInterrupted: boolean;
}

export function exitCode({ vendors, problems, wasInterrupted }: ConformReport): ExitCode {
  if (vendors.some(({ accounts }) => accounts.some(({ state }) => state === "live"))) return EXIT.found;
  if (wasInterrupted) return EXIT.interrupted;
  return problems.length > 0 || vendors.some((each) => each.problems.length > 0) ? EXIT.failed : EXIT.done;
}

/** The switches that were told, as `subaccounts emulate --switches` reads them: by vendor and name. */
export function switchesFile({ vendors }: ConformReport): string {
  const told = vendors.map(({ vendor, switches }) => {
    const values = switches.flatMap(({ name, state, value }) => (state === "told" ? [[name, value]] : []));
    return [vendor, Object.fromEntries(values)];
  });
  return jsonText(Object.fromEntries(told));
}

const WORDS = { told: "told", untold: "not told", "not asked": "not asked", "not observable": "never" };
const COLOURS = { told: "green", untold: "yellow", "not asked": "yellow", "not observable": "bold" } as const;

/** The report as people read it. */
export function readable(report: ConformReport, paint: Paint): string {
  const lines = report.vendors.flatMap((vendor) => ofVendor(vendor, paint));
  const problems = report.problems.map((text) => `${paint("red", "FAIL")}  ${text}`);
  const unasked = report.notExamined.map(
    (title) => `${paint("yellow", "not examined")}  ${noQuestions(title)}`,
  );
  return `${[...lines, ...unasked, ...problems, ending(report)].join("\n")}\n`;
}

/** The line of the report for a vendor without questions. */
export function noQuestions(title: string): string {
  return `${title}: this version has no questions for it, so its switches keep their defaults`;
}

function ofVendor(vendor: VendorReport, paint: Paint): string[] {
  const { title, baseUrl, calls, facts, switches, accounts, problems } = vendor;
  const width = Math.max(...switches.map(({ name }) => name.length));
  const line = ({ name, state, value, because }: SwitchReport) => {
    const word = paint(COLOURS[state], WORDS[state].padEnd(9));
    const shown = state === "told" ? `${value === undefined ? "none" : JSON.stringify(value)}: ` : "";
    return `  ${word}  ${name.padEnd(width)}  ${shown}${because}`;
  };
  const of = (state: SwitchReport["state"]) => switches.filter((each) => each.state === state);
  const hidden = of("not observable").length;
  return [
    paint("bold", `${title} (${baseUrl}), ${calls} calls`),
    ...facts.map(({ name, text }) => `  ${name}: ${text}`),
    ...[...of("told"), ...of("untold")].map(line),
    ...ofUnasked(of("not asked"), paint),
    `  ${hidden} switches of the emulator can never be told of a vendor; --json says why`,
    ...ofAccounts(accounts, paint),
    ...problems.map((text) => `  ${paint("red", "FAIL")}  ${text}`),
    "",
  ];
}

/** Why a switch is not asked about in a run that only reads. */
export const NEEDS_CONSENT = "takes --yes-create-scratch-accounts";

/** One line for all switches that were not asked about for one reason. */
function ofUnasked(switches: readonly SwitchReport[], paint: Paint): string[] {
  const reasons = new Set(switches.map(({ because }) => because));
  return [...reasons].map((reason) => {
    const names = switches.filter(({ because }) => because === reason).map(({ name }) => name);
    return `  ${paint(COLOURS["not asked"], WORDS["not asked"])}  ${names.join(", ")}: ${reason}`;
  });
}

/** Rows of ended accounts stay at some vendors, two more with each run: so many are shown. */
const MOST_ENDED = 4;

function ofAccounts(accounts: readonly Scratch[], paint: Paint): string[] {
  const live = accounts.filter(({ state }) => state === "live");
  const ended = accounts.filter(({ state }) => state === "ended").reverse();
  const line = (word: string, { id, name, text }: Scratch) => `  ${word}  ${id} "${name}": ${text}`;
  const more = ended.length - MOST_ENDED;
  return [
    ...live.map((each) => line(paint("red", "LIVE"), each)),
    ...ended.slice(0, MOST_ENDED).map((each) => line("ended", each)),
    ...(more > 0 ? [`  ended  ${more} more of earlier runs; --json names them`] : []),
  ];
}

function ending({ vendors, wasInterrupted }: ConformReport): string {
  const all = vendors.flatMap(({ switches }) => switches);
  const count = (state: SwitchReport["state"]) => all.filter((each) => each.state === state).length;
  const consent = all.filter(({ because }) => because === NEEDS_CONSENT).length;
  const takes = consent === 0 ? "" : ` (${consent} with --yes-create-scratch-accounts alone)`;
  const unasked = count("not asked");
  const more = unasked === 0 ? "" : `, ${unasked} not asked${takes}`;
  return `${wasInterrupted ? "Interrupted. " : ""}${count("told")} switches told, ${count("untold")} not told${more}.`;
}
