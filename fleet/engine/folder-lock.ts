import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { identify, mayRun, type ProcessId } from "../process";

/** Takes a folder for this process. A lock whose process has ended is taken over. @returns how to release it, or who has it */
export function lockFolder(file: string): { readonly release: () => void } | { readonly holder: ProcessId } {
  for (;;) {
    try {
      writeFileSync(file, JSON.stringify(identify(process.pid)), { flag: "wx" });
      return { release: () => rmSync(file, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const holder = holderOf(file);
    if (holder) return { holder };
    setAside(file);
  }
}

/** The process that has a folder now; undefined where none has. */
function holderOf(file: string): ProcessId | undefined {
  try {
    const holder: ProcessId = JSON.parse(readFileSync(file, "utf8"));
    return mayRun(holder) ? holder : undefined;
  } catch {
    return undefined;
  }
}

function setAside(file: string): void {
  try {
    renameSync(file, `${file}.left`);
  } catch {
    // Another process did so.
  }
}
