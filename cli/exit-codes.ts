/** The exit codes of all commands. */
export const EXIT = {
  /** The command did what it was asked to; one that looks found nothing to decide. */
  done: 0,
  /** Something was wrong, or could not be read, written or told. */
  failed: 1,
  /** The command looked at everything, and found something that a person decides. */
  found: 7,
  /** Ctrl-C or SIGTERM. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const ofRun = { 0: "all is done", 1: "something failed or was refused", 130: "interrupted" } as const;

const ofMove = {
  0: "all is moved, and the previews are empty",
  1: "something failed or was refused",
  130: "interrupted",
} as const;

/** The meaning of each exit code of each command; `--help` and docs/commands.md show it. */
export const exitCodes = {
  init: { 0: "the program is written", 1: "it could not be written" },
  check: { 0: "nothing is wrong", 1: "something is" },
  "tenants generate": {
    0: "all is in files",
    1: "something could not be read or written",
    7: "looked, and there is something to decide",
  },
  "tenants tidy": { 0: "done", 1: "something could not be read or written" },
  doctor: { 0: "nothing failed", 1: "something did" },
  keys: {
    0: "no unknown key is left",
    1: "something could not be told or done",
    7: "there are unknown keys",
  },
  "fleet id": { 0: "done", 1: "an option is wrong" },
  "fleet init": { 0: "done", 1: "something is wrong or could not be written" },
  "fleet shards": { 0: "done", 1: "something is wrong" },
  "fleet plan": { 0: "an up would be allowed", 1: "it would not, or it could not be told" },
  "fleet up": ofRun,
  "fleet work": {
    0: "no run goes on",
    1: "a run of other files than this machine's goes on, or the database is lost",
    130: "interrupted",
  },
  "fleet pause": { 0: "it is paused", 1: "it could not be" },
  "fleet resume": ofRun,
  "fleet cancel": { 0: "it is cancelled", 1: "it could not be" },
  "fleet refresh": ofRun,
  "fleet drift": {
    0: "the vendors have what the last up left",
    1: "it could not be found out",
    7: "looked, and they do not",
    130: "interrupted",
  },
  "fleet status": { 0: "done", 1: "there is no such run" },
  "fleet report": {
    0: "done",
    1: "there is no such run, or with --exit-code something failed in it",
    7: "with --exit-code: the vendors do not have what the last up left",
    130: "with --exit-code: the run goes on",
  },
  "fleet directory": { 0: "all shards are in it", 1: "one could not be read" },
  "fleet unlock": { 0: "it is not locked any more", 1: "it is locked, or it could not be told" },
  "fleet move": ofMove,
  "fleet split": ofMove,
  "fleet gc": { 0: "done", 1: "something could not be told or removed", 130: "interrupted" },
  "fleet doctor": { 0: "nothing failed", 1: "something did" },
  list: { 0: "all was read", 1: "something could not be told" },
  show: { 0: "all is shown", 1: "there is no such tenant, or something could not be told" },
  report: {
    0: "nothing to look at",
    1: "something could not be told",
    7: "looked, and found something",
  },
  emulate: { 0: "it was stopped", 1: "it could not start" },
  conform: {
    0: "everything was asked",
    1: "something could not be asked or done",
    7: "an account that this command made may be live",
    130: "interrupted",
  },
} as const satisfies Readonly<Record<string, Readonly<Partial<Record<ExitCode, string>>>>>;

/** The line of `--help` on the exit codes of a command. */
export function exitCodesLine(command: keyof typeof exitCodes): string {
  const codes = Object.entries(exitCodes[command]).map(([code, meaning]) => `${code} ${meaning}`);
  return `\nExit codes: ${codes.join(", ")}.`;
}
