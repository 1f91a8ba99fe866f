import { cpSync, existsSync, statSync } from "node:fs";
import { join, normalize, relative } from "node:path";
import type { MarkdownRenderer } from "vitepress";
import { isPage, pathOf, repository } from "./pages.mts";

/** Files of the repository that pages link and that are no pages. */
const linkedFiles = new Set<string>();

/** Has links lead to pages, or to copies of other files, and `<text>` and `{{ text }}` be text. */
export function extend(md: MarkdownRenderer): void {
  md.core.ruler.push("repository-links", ({ tokens, env }) => {
    const file = relative(repository, env.realPath ?? env.path);
    for (const { children } of tokens) {
      for (const [index, token] of (children ?? []).entries()) {
        const href = token.type === "link_open" ? token.attrGet("href") : null;
        if (href === null || /^(https?:|#)/.test(href)) continue;
        const target = targetOf(file, href);
        if (target !== undefined) {
          token.attrSet("href", target);
          continue;
        }
        const close = children?.slice(index).find(({ type }) => type === "link_close");
        for (const half of [token, close]) if (half) half.tag = "span";
        token.attrs = [["title", `${normalize(join(file, "..", href))} in the repository`]];
      }
    }
  });
  const html: MarkdownRenderer["renderer"]["rules"][string] = (tokens, index) => {
    const { content = "" } = tokens[index] ?? {};
    return content.startsWith("<!--") ? "" : md.utils.escapeHtml(content);
  };
  md.renderer.rules.html_block = html;
  md.renderer.rules.html_inline = html;
  const render = md.render.bind(md);
  // Vue reads {{ }} as an expression, in code too.
  md.render = (source, env) => render(source, env).replaceAll("{{", "&#123;&#123;");
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
