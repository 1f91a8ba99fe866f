import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import ts from "typescript";
import { describe, expect, it, onTestFinished } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { emulateCommand } from "../../../cli/emulate/command";
import { optionsOf, type Wishes } from "../../../cli/emulate/options";
import { readSeed, readSwitches, vendorNames } from "../../../emulator";
import { faultNames, namedFaults } from "../../../emulator/core/named-faults";
import { seedSchemas } from "../../../emulator/vendors";
import { checkedBaseUrl } from "../../../provider/core/vendor-io/base-url";
import { vendors } from "../../../provider/vendors";
import { emulate } from "./support";

const root = resolve(__dirname, "../../..");
const page = readFileSync(join(root, "docs/emulator.md"), "utf8");
const block = (name: string): string =>
  new RegExp(`^\`\`\`\\w+ ${name}\\n([\\s\\S]*?)^\`\`\`$`, "m").exec(page)?.[1] ?? "";

/** A file with this text, in a folder of the test's own. */
function fileWith(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "emulator-page-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "file.yaml");
  writeFileSync(file, text);
  return file;
}

/** The texts of the mistakes that a source throws, with `…` for what only a run can know. */
function mistakesIn(source: string): string[] {
  const texts: string[] = [];
  const textOf = (node: ts.Node): string => {
    if (ts.isStringLiteralLike(node)) return node.text;
    if (ts.isTemplateExpression(node))
      return node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join("");
    return ts.isBinaryExpression(node) ? textOf(node.left) + textOf(node.right) : "…";
  };
  const visit = (node: ts.Node): void => {
    const [message] =
      ts.isNewExpression(node) && node.expression.getText() === "Mistake" ? (node.arguments ?? []) : [];
    const text = message === undefined ? "…" : textOf(message);
    if (text !== "…") texts.push(text);
    node.forEachChild(visit);
  };
  visit(ts.createSourceFile("source.ts", source, ts.ScriptTarget.Latest, true));
  return texts;
}

/** The names of all members of a schema, and of those inside of it. */
function membersIn(schema: unknown): string[] {
  const { shape = {}, element, innerType } = Object(Object(schema).def);
  const inner = Object.entries(shape).flatMap(([name, member]) => [name, ...membersIn(member)]);
  return [...inner, ...[element, innerType].flatMap((each) => (each === undefined ? [] : membersIn(each)))];
}

describe("docs/emulator.md", () => {
  it("has every option and every fault, with what it does", () => {
    const options = emulateCommand().options.map(({ long }) => long);
    expect(options.filter((option) => !page.includes(`\`${option} <`))).toEqual([]);
    for (const [name, { what }] of Object.entries(namedFaults)) {
      const row = `| \`${name}\` | ${what.replace("Retry-After: 1", "`Retry-After: 1`")} |`;
      expect(page.includes(row), row).toBe(true);
    }
    expect(faultNames.filter((name) => !page.includes(`| \`${name}\` |`))).toEqual([]);
  });

  it("names every field of a seed", () => {
    const fields = vendorNames.flatMap((name) => membersIn(seedSchemas[name]));
    expect(fields.length).toBeGreaterThan(50);
    expect(fields.filter((field) => !page.includes(`\`${field}\``))).toEqual([]);
  });

  it("quotes every message about a mistake", () => {
    const sources = readdirSync(join(root, "emulator"), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => readFileSync(join(root, "emulator", file), "utf8"));
    const messages = sources.flatMap(mistakesIn);
    const quotes = [...page.matchAll(/^> (.+)$/gm)].map(([, quote = ""]) =>
      quote.split("…").map((part) => part.trim()),
    );
    expect(messages.length).toBeGreaterThan(15);
    const isQuoted = (message: string) =>
      quotes.some((parts) => parts.join("") !== "" && parts.every((part) => message.includes(part)));
    expect(messages.filter((message) => !isQuoted(message))).toEqual([]);
  });

  it("has a seed and switches that work", async () => {
    const [seed, switches] = [readSeed(fileWith(block("seed"))), readSwitches(fileWith(block("switches")))];
    const { zavu, bctrl, bolna } = await emulate({ seed, ...switches });
    expect([zavu, bctrl, bolna].map((vendor) => vendor.accounts().length)).toEqual([2, 1, 1]);
    expect(zavu.switches).toMatchObject({ secondDelete: 404, metadata: "merge" });
  });
});

/** Of the services of a compose file, what this one may say. */
const service = z.strictObject({
  image: z.string().regex(/:\d/),
  init: z.literal(true).optional(),
  working_dir: z.string().optional(),
  volumes: z.array(z.string().regex(/^[\w.]+:\/\w+(:ro)?$/)).optional(),
  command: z.array(z.string()).optional(),
  entrypoint: z.array(z.string()).optional(),
  ports: z.array(z.string()).optional(),
  network_mode: z.string().optional(),
  healthcheck: z.strictObject({ test: z.array(z.string()), interval: z.string() }).optional(),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.literal("service_healthy") })).optional(),
  environment: z.record(z.string(), z.string()).optional(),
});
const compose = z.strictObject({
  services: z.record(z.string(), service),
  volumes: z.record(z.string(), z.strictObject({})),
});

describe("The compose file of docs/emulator.md", () => {
  const { services, volumes } = compose.parse(parse(block("compose")));
  const { command = [], ports = [] } = services["vendors"] ?? {};

  /** The emulator as the service starts it, but for port and file, which a test has of its own. */
  async function asComposed() {
    let wishes: Wishes | undefined;
    const started = emulateCommand();
    started.action((options: Wishes) => {
      wishes = options;
    });
    await started.parseAsync(command.slice(2), { from: "user" });
    if (wishes === undefined) throw new Error("the command was not run");
    const { persist: _, port, ...others } = optionsOf(wishes, { readSeed, readSwitches, vendorNames });
    return { port, emulator: await emulate(others) };
  }

  it("names volumes and services that are there", () => {
    const used = Object.values(services).flatMap(
      ({ volumes: mounted = [], depends_on = {}, network_mode }) => [
        ...mounted.flatMap((mount) => (mount.startsWith(".") ? [] : [`volume ${mount.split(":")[0]}`])),
        ...Object.keys(depends_on).map((name) => `service ${name}`),
        ...(network_mode === undefined ? [] : [network_mode.replace("service:", "service ")]),
      ],
    );
    const there = [
      ...Object.keys(volumes).map((name) => `volume ${name}`),
      ...Object.keys(services).map((name) => `service ${name}`),
    ];
    expect(used.filter((name) => !there.includes(name))).toEqual([]);
    expect(command.slice(0, 2)).toEqual(["node_modules/.bin/subaccounts", "emulate"]);
  });

  it("starts an emulator that answers every address in it, with the keys in it, and no other name", async () => {
    const { port, emulator } = await asComposed();
    const statusOf = (host: string, path: string, key = "") =>
      new Promise((done, failed) => {
        const headers = { host, authorization: `Bearer ${key}` };
        const sent = request(`${emulator.url}${path}`, { headers }, (reply) => {
          reply.resume();
          done(reply.statusCode);
        });
        sent.once("error", failed).end();
      });
    const addresses = Object.values(services).flatMap(({ environment = {} }) =>
      Object.entries(environment).filter(([name]) => name.endsWith("_BASE_URL")),
    );
    expect(addresses.length).toBeGreaterThan(3);
    for (const [, address] of addresses) {
      const url = new URL(address);
      expect(Number(url.port)).toBe(port);
      expect(
        await statusOf(url.host, url.pathname === "/zavu" ? "/zavu/v1/me" : "/", emulator.zavu.apiKey),
      ).toBe(200);
    }
    expect(await statusOf("evil.example", "/")).toBe(421);
    expect(ports).toEqual([`127.0.0.1:${port}:${port}`]);
    expect(services["pulumi"]?.environment).toMatchObject(
      Object.fromEntries(Object.entries(emulator.environment).filter(([name]) => name.endsWith("_API_KEY"))),
    );
  });

  it("runs pulumi where the provider may send a key over http", () => {
    const { environment = {}, network_mode } = services["pulumi"] ?? {};
    expect(network_mode).toBe("service:vendors");
    for (const { vendor } of Object.values(vendors)) {
      const value = environment[vendor.env.baseUrl] ?? "";
      expect(checkedBaseUrl(vendor, { value, source: "", command: "", isConfigured: true })).toBe(value);
    }
  });
});
