import { existsSync, globSync, readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { serve } from "@hono/node-server";
import { serveStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { startCommand } from "../../engine/command.mts";
import { hermeticEnv } from "../../engine/environment.mts";
import { repository } from "../../engine/program-folder.mts";

const dist = join(repository, "site/dist");
const read = (page: string) => readFileSync(join(dist, page), "utf8");
const hrefsOf = (html: string) => [...html.matchAll(/<a [^>]*?href="([^"]*)"/g)].map(([, href = ""]) => href);
/** The file of an address within the site. */
const fileOf = (path: string) => (path.endsWith("/") ? `${path}index.html` : path).slice(1);

beforeAll(async () => {
  const options = { cwd: repository, env: hermeticEnv([]) };
  const { exitCode, output } = await startCommand("npm", ["run", "docs:site"], options).done;
  expect(output, output).toContain("build complete");
  expect(exitCode, output).toBe(0);
});

describe("The built site", () => {
  it("has every document in its sidebar", () => {
    const documents = globSync(["docs/**/*.md", "examples/*/README.md", "*.md"], { cwd: repository });
    const addresses = documents.map((file) =>
      `/${file}`
        .replace(/^\/docs\//, "/")
        .replace(/README\.md$/, "")
        .replace(/\.md$/, ".html"),
    );
    const [, sidebar = ""] = /<aside class="VPSidebar"(.*?)<\/aside>/s.exec(read("index.html")) ?? [];
    expect(hrefsOf(sidebar).sort()).toEqual(addresses.sort());
  });

  it("has no link that leads nowhere", () => {
    const pages = globSync("**/*.html", { cwd: dist });
    expect(pages.length).toBeGreaterThan(100);
    const lost = pages.flatMap((page) =>
      hrefsOf(read(page)).filter((href) => {
        const { origin, pathname, hash } = new URL(href, `http://site/${page}`);
        if (origin !== "http://site") return false;
        const file = decodeURI(fileOf(pathname));
        if (!existsSync(join(dist, file))) return true;
        return hash !== "" && !read(file).includes(` id="${decodeURI(hash.slice(1))}"`);
      }),
    );
    expect(lost).toEqual([]);
  });

  it("has the files that documents link, as text", () => {
    const file = "examples/policy-pack/gate.sh";
    expect(read(`files/${file}.txt`)).toBe(readFileSync(join(repository, file), "utf8"));
  });

  it("shows what stands in angle brackets, and no comment", () => {
    expect(read("troubleshooting.html")).toContain("Run pulumi stack export --file &lt;file&gt; before it");
    expect(read("reliability.html")).not.toContain("Written by");
  });
});

describe("The built site, in a browser", { timeout: 60_000 }, () => {
  /** Where Debian and Chrome's own packages put the browser. */
  const found = ["/usr/bin/chromium", "/usr/bin/google-chrome"].find((path) => existsSync(path));
  const app = new Hono().use(serveStatic({ root: dist }));
  const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" });
  let browser: Browser;
  beforeAll(async () => {
    if (found !== undefined) browser = await chromium.launch({ executablePath: found });
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    server.close();
  });
  beforeEach(({ skip }) => {
    if (found === undefined) skip("there is no Chromium in /usr/bin: apt-get install chromium");
  });

  /** Opens a page; the test fails if it logs anything, or asks another host. */
  async function open(path: string, options: Parameters<Browser["newPage"]>[0] = {}): Promise<Page> {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const page = await browser.newPage(options);
    const faults: string[] = [];
    page.on("console", (message) => faults.push(message.text()));
    page.on("pageerror", (error) => faults.push(String(error)));
    page.on("request", (request) => {
      if (!request.url().startsWith(`${url}/`)) faults.push(`asked ${request.url()}`);
    });
    onTestFinished(async () => {
      await page.close();
      expect(faults).toEqual([]);
    });
    await page.goto(url + path, { waitUntil: "networkidle" });
    return page;
  }

  it("is searched, and leads from a result to its section", async () => {
    const page = await open("/");
    await page.keyboard.press("Control+k");
    await page.getByRole("searchbox").fill("overlapHours");
    await page.locator('[role="listbox"] a[href$="/reference/bctrl.ApiKey.html#rotation"]').click();
    await page.getByRole("heading", { level: 1, name: "bctrl.ApiKey" }).waitFor();
    expect(new URL(page.url()).hash).toBe("#rotation");
  });

  it("is dark where a person's system is", async () => {
    const backgrounds = ["light", "dark"].map(async (colorScheme) => {
      const page = await open("/guide.html", { colorScheme: colorScheme as "light" | "dark" });
      return page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
    });
    expect(await Promise.all(backgrounds)).toEqual(["rgb(255, 255, 255)", "rgb(27, 27, 31)"]);
  });

  it.each(["/", "/emulator.html", "/reliability.html"])(
    "is no wider than a narrow window: %s",
    async (path) => {
      const page = await open(path, { viewport: { width: 390, height: 800 } });
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
    },
  );
});
