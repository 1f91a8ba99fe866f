import { cpSync, existsSync, statSync } from "node:fs";
import { join, normalize, relative } from "node:path";
import type { MarkdownRenderer } from "vitepress";
import { isPage, pathOf, repository } from "./pages.mts";

/** Files of the repository that pages link and that are no pages. */
const linkedFiles = new Set<string>();

/** Has links lead to pages, or to copies of other files, and `<text>` be text, as it is meant. */
export function extend(md: MarkdownRenderer): void {
  md.core.ruler.push("repository-links", ({ tokens, env }) => {
    const file = relative(repository, env.realPath ?? env.path);
    for (const { children } of tokens) {
      for (const token of children ?? []) {
        const href = token.type === "link_open" ? token.attrGet("href") : null;
        if (href === null || /^(https?:|#)/.test(href)) continue;
        const target = targetOf(file, href);
        if (target === undefined) {
          token.attrs = [["title", `${normalize(join(file, "..", href))} in the repository`]];
        } else {
          token.attrSet("href", target);
        }
      }
    }
  });
  const html: MarkdownRenderer["renderer"]["rules"][string] = (tokens, index) => {
    const { content = "" } = tokens[index] ?? {};
    return content.startsWith("<!--") ? "" : md.utils.escapeHtml(content);
  };
  md.renderer.rules.html_block = html;
  md.renderer.rules.html_inline = html;
}

/** Where a link of a file leads in the site; undefined: to a folder that has no page. */
function targetOf(file: string, href: string): string | undefined {
  const [path = "", hash] = decodeURI(href).split("#");
  const anchor = hash === undefined ? "" : `#${hash}`;
  const target = normalize(join(file, "..", path)).replace(/\/$/, "");
  if (!existsSync(join(repository, target))) {
    throw new Error(`${file} links ${href}, which does not exist. Correct the link.`);
  }
  if (isPage(target)) return `/${pathOf(target)}${anchor}`;
  const readme = join(target, "README.md");
  if (isPage(readme)) return `/${pathOf(readme)}${anchor}`;
  if (statSync(join(repository, target)).isDirectory()) return undefined;
  linkedFiles.add(target);
  return `/${textOf(target)}`;
}

/** Copies what pages link into the built site, as text, so that a browser shows it. */
export function copyLinkedFiles(outDir: string): void {
  for (const file of linkedFiles) cpSync(join(repository, file), join(outDir, textOf(file)));
}

function textOf(file: string): string {
  return `files/${file}.txt`;
}

/** The anchor of a heading, as GitHub makes it. */
export function slugify(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_ -]/gu, "")
    .replaceAll(" ", "-");
}
