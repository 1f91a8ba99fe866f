import { styleText } from "node:util";
import { setFlagsFromString } from "node:v8";
import type { Paint } from "./doctor/report";
import type { World } from "./doctor/world";
import type { ExitCode } from "./exit-codes";

/** The process as commands use it; tests inject their own. */
export interface Host extends World {
  /** Writes text to standard output. */
  write(text: string): void;
  readonly paint: Paint;
  /** Ends the command, when all is written, with an exit code. */
  exit(code: ExitCode): void;
}

/** This process. */
export const processHost = (): Host => ({
  folder: process.cwd(),
  env: process.env,
  write: (text) => process.stdout.write(text),
  paint: (colour, text) => styleText(colour, text, { stream: process.stdout }),
  exit: (code) => {
    process.exitCode = code;
  },
});

/** The process as commands use it that read all accounts of the vendors. */
export interface SurveyHost extends Host {
  /** Shows how far it is, where a person looks on; an empty text clears it. */
  progress(text: string): void;
  /** Keeps the process small, before it makes and drops objects for ten thousand accounts. */
  limitMemory(): void;
}

/** This process. */
export const surveyHost = (): SurveyHost => ({
  ...processHost(),
  progress: (text) => {
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
  },
  // Nearly all objects here are short-lived. The space that V8 has for such ones would grow to 96 MB with the accounts, and
  // the rest to four times of what lives, before it is collected.
  limitMemory: () => {
    setFlagsFromString("--semi-space-growth-factor=1");
    setFlagsFromString("--heap-growing-percent=30");
  },
});
