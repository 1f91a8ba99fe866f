import { readlinkSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { codeOf } from "./why";

/** The file that an absolute path leads to through links, also where it is not there yet. */
export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    const parent = dirname(path);
    if (codeOf(error) !== "ENOENT" || parent === path) return path;
    const target = linkIn(path);
    return target === undefined ? join(realPath(parent), basename(path)) : realPath(resolve(parent, target));
  }
}

/** Where a link leads; undefined for what is no link. */
function linkIn(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
