import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const repository = resolve(import.meta.dirname, "..");

/** The globs of what is no page: `isPage` says the same of one file. */
export const NO_PAGES = ["!(docs|examples)/**/*.md", "!(README|CONTRIBUTING|CHANGELOG).md"];

/** Whether a file of the repository, by its path there, is a page of the site. */
export function isPage(file: string): boolean {
  return (
    /^((docs|examples)\/.+|README|CONTRIBUTING|CHANGELOG)\.md$/.test(file) &&
    existsSync(join(repository, file))
  );
}

/** The path of a page in the site, of its file: `docs/guide.md` is `guide.md`, each README is `index.md`. */
export function pathOf(file: string): string {
  return file.replace(/(^|\/)README\.md$/, "$1index.md").replace(/^docs\//, "");
}

/** The first heading of a file, in plain text. */
export function titleOf(file: string): string {
  const [, heading] = /^# (.+)$/m.exec(readFileSync(join(repository, file), "utf8")) ?? [];
  if (heading === undefined) throw new Error(`${file} has no heading of the first level`);
  return heading.replaceAll("`", "");
}
