import { lstatSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";

/** Whether a name is taken, by a link that leads nowhere too. */
export function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    // A part above it is no folder.
    return false;
  }
}

/**
 * Makes a folder and those above it; Node's own way to does not end where a folder above refuses.
 *
 * @param made gets those that were not there
 */
export function makeFolder(folder: string, made: string[] = []): void {
  if (isThere(folder)) return;
  makeFolder(dirname(folder), made);
  mkdirSync(folder);
  made.push(folder);
}
