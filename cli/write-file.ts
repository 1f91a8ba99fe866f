import { realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { CommandError } from "./command-error";
import { codeOf } from "./why";

const ADVICE = "name a file in a folder that may be written and has room. What was there is unchanged";

/**
 * Writes a file whole or not at all: a draft beside it takes its place. Of a link the file that it leads to is written; a
 * pipe or a device is written to as it is.
 *
 * @param advice what to do where it cannot be written
 * @throws CommandError
 */
export function writeWhole(file: string, text: string, advice = ADVICE): void {
  try {
    const before = statSync(file, { throwIfNoEntry: false });
    if (before === undefined || before.isFile())
      replace(before === undefined ? file : realpathSync(file), text, before?.mode);
    else writeFileSync(file, text);
  } catch (error) {
    throw new CommandError([`${file} cannot be written (${codeOf(error)}): ${advice}`]);
  }
}

function replace(file: string, text: string, mode?: number): void {
  // Two runs at once have a draft each.
  const draft = join(dirname(file), `.${basename(file)}.${process.pid}.new`);
  try {
    writeFileSync(draft, text, mode === undefined ? {} : { mode });
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
