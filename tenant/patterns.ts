import { type Dirent, globSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { FileProblem } from "./entries";

/** The extensions of tenant files; on some systems their case does not count. */
const EXTENSION = /\.(ya?ml|json)$/i;
/** The extension of a pattern, or a choice of them. */
const OF_PATTERN = /\.(ya?ml|json|\{[^/]*\})$/i;

/** Finds the files that patterns match, what is wrong with them, and files that look as if they should be matched. */
export function filesOf(patterns: readonly string[]): {
  files: string[];
  problems: FileProblem[];
  unread: string[];
} {
  const problems: FileProblem[] = [];
  const matched = patterns.map((pattern) => globSync(pattern).filter((path) => isFile(path, problems)));
  const known = new Set(matched.flat());
  const files = [...known].sort();
  for (const [index, pattern] of patterns.entries()) {
    if (matched[index]?.length !== 0) continue;
    const effect =
      files.length === 0
        ? "a program without tenants deletes every one"
        : "the tenants of the files that it was to match are deleted";
    const text = isFolder(pattern)
      ? `is a folder: write ${join(pattern, "*.yaml")}`
      : `matches no file in ${process.cwd()}, and ${effect}: correct the pattern`;
    problems.push({ file: pattern, text });
  }
  const alike = new Set(patterns.flatMap(likeThoseOf).filter((path) => EXTENSION.test(path)));
  const unread = [...alike].filter((path) => !known.has(path) && isFile(path, [])).sort();
  return { files, problems, unread };
}

/** Files that a pattern passes over by their extension or, in a folder of their own, by lying deeper. */
function likeThoseOf(pattern: string): string[] {
  const others = globSync(pattern.replace(OF_PATTERN, ".*"));
  const folder = dirname(pattern);
  if (folder === "." || pattern.includes("**") || !basename(pattern).includes("*")) return others;
  return [...others, ...globSync(folder).flatMap(filesBelow)];
}

/** So many files and folders are looked at below a folder of tenants: it may be one of a whole disk by mistake. */
const MOST_LOOKED_AT = 2000;

/** Files in the folders below a folder. Hidden folders, packages and links are passed over. */
function filesBelow(top: string): string[] {
  const files: string[] = [];
  const folders = [top];
  let looked = 0;
  for (const folder of folders) {
    for (const entry of entriesOf(folder)) {
      if (++looked > MOST_LOOKED_AT) return files;
      const path = join(folder, entry.name);
      if (entry.isFile() && folder !== top) files.push(path);
      if (entry.isDirectory() && !/^(?:\.|node_modules$)/.test(entry.name)) folders.push(path);
    }
  }
  return files;
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Whether a path is a file; a link that leads nowhere is a problem. */
function isFile(path: string, problems: FileProblem[]): boolean {
  try {
    return statSync(path).isFile();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "is a link to nothing" : code === "ELOOP" ? "is a link to itself" : code;
    problems.push({ file: path, text: `cannot be read: it ${why}` });
    return false;
  }
}
