import type { Plugin } from "vite";
import { defineConfig } from "vitepress";
import { copyLinkedFiles, extend, slugify } from "../markdown.mts";
import { NO_PAGES, pathOf } from "../pages.mts";
import { sidebar } from "../sidebar.mts";

/** Pages are compiled to components where they stand, outside of this folder, which has Vue. */
const vueOfSite: Plugin = {
  name: "vue-of-site",
  enforce: "pre",
  resolveId: {
    filter: { id: /^vue($|\/)/ },
    handler(source, _importer, options) {
      if (options.ssr) return { id: source, external: true };
      return this.resolve(source, import.meta.filename, { ...options, skipSelf: true });
    },
  },
};

export default defineConfig({
  title: "pulumi-subaccounts",
  description: "Customer sub-accounts at Zavu, bctrl and Bolna, declared in Pulumi programs",
  // All of the repository, so that the links of its documents hold.
  srcDir: "..",
  srcExclude: NO_PAGES,
  rewrites: pathOf,
  outDir: "dist",
  vite: { plugins: [vueOfSite] },
  cacheDir: "node_modules/.cache/vitepress",
  // Browsers ask for /favicon.ico where a page names none.
  head: [["link", { rel: "icon", href: "data:," }]],
  markdown: { config: extend, anchor: { slugify }, toc: { slugify } },
  themeConfig: {
    search: { provider: "local" },
    sidebar: sidebar(),
    outline: { level: [2, 3] },
  },
  buildEnd: ({ outDir }) => copyLinkedFiles(outDir),
});
