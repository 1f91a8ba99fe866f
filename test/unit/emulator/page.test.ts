import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import type { Emulator } from "../../../emulator";
import { violationsOf } from "../../support/axe";
import { client, emulate } from "./support";

/** Where Debian and Chrome's own packages put the browser. */
const found = ["/usr/bin/chromium", "/usr/bin/google-chrome"].find((path) => existsSync(path));
const lacks = "there is no Chromium in /usr/bin: apt-get install chromium";
const base = "/v1/sub-accounts";

describe("The page, in a browser", { timeout: 60_000 }, () => {
  let browser: Browser;
  let emulator: Emulator;
  beforeAll(async () => {
    if (found !== undefined) browser = await chromium.launch({ executablePath: found });
  }, 120_000);
  afterAll(() => browser?.close());
  beforeEach(async ({ skip }) => {
    if (found === undefined) skip(lacks);
    emulator = await emulate({ now: () => new Date() });
  });

  /** Opens the page; the test fails if the page logs an error, or asks another host. */
  async function open(): Promise<Page> {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    const faults: string[] = [];
    page.on("console", (message) => {
      // A refused value is told on the page.
      if (message.type() === "error" && !message.text().includes("status of 400"))
        faults.push(message.text());
    });
    page.on("pageerror", (error) => faults.push(String(error)));
    page.on("request", (request) => {
      if (!request.url().startsWith(`${emulator.url}/`)) faults.push(`asked ${request.url()}`);
    });
    onTestFinished(async () => {
      await page.close();
      expect(faults).toEqual([]);
    });
    await page.goto(emulator.url);
    await page.getByText("live", { exact: true }).waitFor();
    return page;
  }
  const accountsOf = (page: Page, title: string) =>
    page.getByRole("region", { name: `Accounts at ${title}` });

  it("has requests beside 54 accounts, with their query strings, and says 1 run", async () => {
    emulator.zavu.seedMany(54, (index) => ({ name: `Customer ${index}` }));
    emulator.bctrl.seed({ name: "Small", limits: { maxActiveRuns: 1, maxSpaces: 2 } });
    await client(emulator.zavu)("GET", `${base}?limit=5&secret=canary`);
    const page = await open();
    const request = page.getByRole("row", { name: `${base}?limit=5&secret=…` });
    await request.waitFor();
    const { y = 9999 } = (await request.boundingBox()) ?? {};
    expect(y).toBeLessThan(900);
    expect(await accountsOf(page, "bctrl").textContent()).toContain("1 run, 2 spaces");
    expect(await page.getByText("54 accounts at ").count()).toBe(1);
    expect(await page.getByText("1 account at ").count()).toBe(1);
  });

  it("stays where a person has scrolled while accounts come and go, and keeps the focus", async () => {
    emulator.zavu.seedMany(60, (index) => ({ name: `Customer ${index}` }));
    const page = await open();
    const change = page.getByRole("button", { name: "Change Customer 20" });
    await change.scrollIntoViewIfNeeded();
    await change.focus();
    const place = async () => (await change.boundingBox())?.y;
    const before = await place();
    emulator.zavu.seedMany(7, (index) => ({ name: `Newcomer ${index}` }));
    const newest = emulator.zavu.accounts().find(({ name }) => name === "Customer 59");
    emulator.zavu.remove(newest?.id ?? "");
    await page.getByText("66 accounts at ").waitFor();
    expect(Math.abs(((await place()) ?? 0) - (before ?? 0))).toBeLessThan(2);
    expect(await change.evaluate((element) => element.matches(":focus"))).toBe(true);
  });

  it("lets a person make drift by the keyboard alone, and says what is wrong with a value", async () => {
    const { id } = emulator.zavu.seed({ name: "Acme", creditLimit: 5000 });
    const page = await open();
    const change = page.getByRole("button", { name: "Change Acme" });
    await change.focus();
    await page.keyboard.press("Enter");
    const limit = page
      .getByRole("dialog", { name: "Change Acme at Zavu" })
      .getByLabel("Credit limit in cents");
    await limit.fill("50.00");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").getByText('must be a whole number from 0, not "50.00"').waitFor();
    await limit.fill("9900");
    await page.keyboard.press("Enter");
    await accountsOf(page, "Zavu").getByText("9900 ¢").waitFor();
    await change.focus();
    await page.keyboard.press("Enter");
    await limit.fill("");
    await page.getByRole("combobox", { name: "Status" }).selectOption("inactive");
    await page.getByRole("button", { name: "Save" }).click();
    await accountsOf(page, "Zavu").getByText("no cap").waitFor();
    expect(emulator.zavu.accounts()).toMatchObject([
      { id, creditLimit: null, status: "inactive", name: "Acme" },
    ]);
    expect(emulator.requests).toEqual([]);
  });

  it("removes an account when the person confirms it", async () => {
    emulator.bctrl.seed({ name: "Acme" });
    const page = await open();
    page.on("dialog", (question) => question.accept());
    await page.getByRole("button", { name: "Change Acme" }).click();
    await page.getByRole("button", { name: "Remove the account for good" }).click();
    await accountsOf(page, "bctrl").getByText("No accounts yet.").waitFor();
    expect(emulator.bctrl.accounts()).toEqual([]);
  });

  it("scripts a fault of a route, shows it until it has hit, and lists the routes where one is mistyped", async () => {
    const page = await open();
    await page.getByRole("combobox", { name: "Fault" }).selectOption("status-503");
    await page.getByLabel("Route").fill("POST /v1/subaccounts");
    await page.getByRole("button", { name: "Add the fault" }).click();
    await page.getByRole("alert").getByText(`did you mean POST ${base}?`).waitFor();
    await page.getByLabel("Route").fill(`POST ${base}`);
    await page.getByRole("button", { name: "Add the fault" }).click();
    await page.getByText(`zavu: status 503 before, the next POST ${base}`).waitFor();
    const send = client(emulator.zavu);
    expect((await send("GET", base)).status).toBe(200);
    expect((await send("POST", base, { name: "A" })).status).toBe(503);
    await page.getByRole("row", { name: /503 status 503 before/ }).waitFor();
    expect(emulator.pendingFaults).toEqual([]);
  });

  it("sets a rate and a latency, and shows those that are set elsewhere", async () => {
    emulator.zavu.switches.latencyMs = 5;
    const page = await open();
    const zavu = page.getByRole("form", { name: "Rate and latency of Zavu" });
    expect(await zavu.getByLabel("latency, ms").inputValue()).toBe("5");
    await zavu.getByLabel("calls a minute").fill("1");
    await zavu.getByRole("button").click();
    await expect
      .poll(() => emulator.zavu.switches)
      .toMatchObject({ enforceRateLimit: true, requestsPerMinute: 1 });
    const statuses = [await client(emulator.zavu)("GET", base), await client(emulator.zavu)("GET", base)];
    expect(statuses.map(({ status }) => status)).toEqual([200, 429]);
  });

  it("filters accounts and requests", async () => {
    emulator.zavu.seedMany(3, (index) => ({ name: `Customer ${index}` }));
    const send = client(emulator.zavu);
    await send("GET", base);
    await send("GET", `${base}/none`);
    await client(emulator.bolna)("GET", "/sub-accounts/all");
    const page = await open();
    const shown = (name: RegExp) => page.getByRole("region", { name }).locator("tbody tr").count();
    await page.getByLabel("Filter accounts").fill("customer 1");
    await page.getByText("1 of 3 accounts at ").waitFor();
    expect(await shown(/at Zavu/)).toBe(1);
    await page.getByLabel("only failed").check();
    await expect.poll(() => shown(/requests/)).toBe(1);
    await page.getByLabel("only failed").uncheck();
    await page.getByRole("combobox", { name: "Vendor" }).last().selectOption("bolna");
    await expect.poll(() => shown(/requests/)).toBe(1);
  });

  it("can be used with a screen reader, by the rules of axe, in light and in dark, with the dialog open", async () => {
    emulator.zavu.seed({ name: "Acme" });
    await client(emulator.zavu)("GET", `${base}?limit=5`);
    emulator.fault("zavu:lost-reply:1");
    const page = await open();
    await page.getByRole("button", { name: "Change Acme" }).waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole("button", { name: "Change Acme" }).click();
    await page.getByRole("dialog").waitFor();
    expect(await violationsOf(page)).toEqual([]);
  });

  it("shows a name that looks like markup as it is, and says when the emulator has gone", async () => {
    emulator.zavu.seed({ name: "<img src=x onerror=alert(1)>" });
    const page = await browser.newPage();
    onTestFinished(() => page.close());
    await page.goto(emulator.url);
    await page.getByText("<img src=x onerror=alert(1)>").waitFor();
    await emulator.close();
    await page.getByText("the emulator is not running").waitFor();
  });
});
