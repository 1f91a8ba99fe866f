import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { DefaultTheme } from "vitepress";
import { pathOf, repository, titleOf } from "./pages.mts";

/** Where pages of `docs/` stand; one that is named nowhere is under More. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  Start: ["guide", "taking-over", "program", "configuration", "resources", "vendors", "fleet"],
  Use: ["commands", "report", "lookups", "key-stores", "emulator", "testing-your-program", "conform"],
  Operate: ["troubleshooting", "moving-a-stack", "lost-state", "reliability", "performance"],
};

/** The sidebar of all pages, with their first headings. */
export function sidebar(): DefaultTheme.SidebarItem[] {
  const named = Object.values(GROUPS).flat();
  const unnamed = markdownOf("docs").filter((name) => !named.includes(name));
  const groups = Object.entries({ ...GROUPS, More: unnamed }).map(([text, names]) => ({
    text,
    items: names.map((name) => item(`docs/${name}.md`)),
  }));
  return [
    item("README.md", "Overview"),
    ...groups.filter(({ items }) => items.length > 0),
    folder("Reference", "docs/reference"),
    {
      text: "Examples",
      collapsed: true,
      items: examples().map((name) => item(`examples/${name}/README.md`)),
    },
    { text: "Project", items: [item("CHANGELOG.md"), item("CONTRIBUTING.md")] },
    folder("Decisions", "docs/decisions", { collapsed: true }),
  ];
}

/** A group of the pages of a folder; its own page is its title. */
function folder(
  text: string,
  path: string,
  options: DefaultTheme.SidebarItem = {},
): DefaultTheme.SidebarItem {
  const names = markdownOf(path).filter((name) => name !== "README");
  return {
    ...item(`${path}/README.md`, text),
    ...options,
    items: names.map((name) => item(`${path}/${name}.md`)),
  };
}

function item(file: string, text = titleOf(file)): DefaultTheme.SidebarItem {
  // The theme puts it into the page as HTML.
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return { text: escaped, link: `/${pathOf(file).replace(/(index)?\.md$/, "")}` };
}

function markdownOf(path: string): string[] {
  return readdirSync(join(repository, path))
    .filter((name) => name.endsWith(".md"))
    .map((name) => name.slice(0, -".md".length));
}

function examples(): string[] {
  return readdirSync(join(repository, "examples"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}
