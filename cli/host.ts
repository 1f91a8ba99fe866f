import { styleText } from "node:util";
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
