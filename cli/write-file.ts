import { closeSync, openSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { CommandError } from "./command-error";
import { codeOf } from "./why";

const ADVICE = "name a file in a folder that may be written and has room. What was there is unchanged";

/**
 * Writes a file whole or not at all: a draft beside it takes its place. Of a link the file that it leads to is written; a
 * pipe or a device is written to as it is.
 *
 * @param text in pieces, where it is long: each is made when the one before is written
 * @param advice what to do where it cannot be written
 * @throws CommandError
 */
export function writeWhole(file: string, text: string | Iterable<string>, advice = ADVICE): void {
  try {
    const before = statSync(file, { throwIfNoEntry: false });
    if (before === undefined || before.isFile())
      replace(before === undefined ? file : realpathSync(file), text, before?.mode);
    else writePieces(file, text);
  } catch (error) {
    // Of the text, not of the file.
    if (!(error instanceof Error && "syscall" in error)) throw error;
    throw new CommandError([`${file} cannot be written (${codeOf(error)}): ${advice}`]);
  }
}

function replace(file: string, text: string | Iterable<string>, mode?: number): void {
  // Two runs at once have a draft each.
  const draft = join(dirname(file), `.${basename(file)}.${process.pid}.new`);
  try {
    writePieces(draft, text, mode);
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

function writePieces(file: string, text: string | Iterable<string>, mode?: number): void {
  const handle = openSync(file, "w", mode);
  try {
    for (const piece of typeof text === "string" ? [text] : text) writeFileSync(handle, piece);
  } finally {
    closeSync(handle);
  }
}
