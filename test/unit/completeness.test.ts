import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { startEmulator } from "../../emulator";
import { policies } from "../../policy";
import * as provider from "../../provider";
import type { Description } from "../../provider/core/contract/description";
import { lookups } from "../../provider/lookups";
import { vendors } from "../../provider/vendors";
import * as sdk from "../../sdk";
import { providerLine } from "../../sdk/core/token";
import { subjectOf, subjects } from "../vendors/index.mts";

const root = resolve(__dirname, "../..");
const folders = (tree: string) =>
  readdirSync(join(root, tree), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !["core", "dynamic", "page"].includes(entry.name))
    .map(({ name }) => name);
const namespaces = Object.entries(sdk).filter(([, exported]) => typeof exported === "object");
const classes = namespaces.flatMap(([vendor, namespace]) =>
  Object.entries(namespace).flatMap(([kind, resource]) =>
    // The other functions are lookups.
    "__pulumiType" in resource
      ? [{ name: `${vendor}.${kind}`, vendor, kind, type: resource.__pulumiType }]
      : [],
  ),
);
const descriptionOf = (vendor: string, kind: string): Description =>
  Reflect.get(Reflect.get(vendors, vendor), kind).description;
const fileOf = (kind: string) => kind.replace(/(?<=.)([A-Z])/g, "-$1").toLowerCase();
const textOf = (...path: string[]) => readFileSync(join(root, ...path), "utf8");
/** Fails with what is missing, not with the whole text in which it is. */
const has = (file: string, text: string, part: string) =>
  expect(text.includes(part), `${file} has no ${part}`).toBe(true);
const someHas = (folder: string, part: string) => {
  const files = readdirSync(join(root, folder), { withFileTypes: true }).filter((entry) => entry.isFile());
  const found = files.some(({ name }) => textOf(folder, name).includes(part));
  expect(found, `no file in ${folder} has ${part}`).toBe(true);
};
const documentation = textOf("README.md");
const settings = textOf("docs/configuration.md");
const recorded = textOf("test/fixtures/program/index.ts");

describe("every vendor", () => {
  it.each(folders("provider"))(
    "has its folder in every tree, its line in the registry and its rows in the configuration: %s",
    (vendor) => {
      expect(folders("sdk")).toContain(vendor);
      expect(folders("emulator")).toContain(vendor);
      expect(Object.keys(sdk)).toContain(vendor);
      expect(Object.keys(vendors)).toContain(vendor);
      for (const part of [`subaccounts:${vendor}ApiKey`, `subaccounts:${vendor}BaseUrl`]) {
        has("docs/configuration.md", settings, part);
      }
      const { SubAccount, ApiKey } = vendors[vendor as keyof typeof vendors];
      const { isMarked, keys } = subjectOf(vendor as keyof typeof vendors);
      // Keys with names are objects of their own, and have a contract.
      const isNamed = "name" in ApiKey.args.shape;
      expect({ isMarked, hasKeys: keys !== undefined }).toEqual({
        isMarked: SubAccount.isMarked,
        hasKeys: isNamed,
      });
      // By which the suites know it.
      expect(Object.keys(subjects)).toContain(vendor);
    },
  );

  it("is called the same, and takes the same environment variables, in the provider, the emulator, the README and the configuration", async () => {
    const emulator = await startEmulator();
    try {
      for (const { vendor } of Object.values(vendors)) {
        const { name, title, env } = vendor;
        const { apiKey, baseUrl, sdkBaseUrl = baseUrl } = env;
        const stand = emulator.overview().find((each) => each.name === name);
        expect(stand).toMatchObject({ title, environment: { apiKey, baseUrl } });
        for (const part of [title, apiKey, baseUrl]) has("README.md", documentation, part);
        for (const part of [title, apiKey, baseUrl, sdkBaseUrl]) has("docs/configuration.md", settings, part);
      }
    } finally {
      await emulator.close();
    }
  });
});

describe("every resource", () => {
  it.each(classes)(
    "$name has its token, handler, example, row, tests and recorded state",
    ({ vendor, kind, type }) => {
      expect(type).toBe(`pulumi-nodejs:dynamic/subaccounts/${vendor}:${kind}`);
      expect(provider).toHaveProperty(`${vendor}${kind}`);
      expect(providerLine(vendor, kind)).toBe(
        `exports.handler=()=>require("pulumi-subaccounts/provider").${vendor}${kind};`,
      );
      const source = `sdk/${vendor}/${fileOf(kind)}.ts`;
      has(source, textOf(source), "@example");
      has("docs/reference/README.md", textOf("docs/reference/README.md"), `\`${vendor}.${kind}\``);
      // Of one that has a sample the program below is made, and runs in test/e2e while it differs from the last recording.
      if (descriptionOf(vendor, kind).sample === undefined) {
        someHas(`examples/${vendor}`, `${vendor}.${kind}(`);
      } else someHas("test/resources", `"${vendor}.${kind}"`);
      // Of which each release records the state.
      has("test/fixtures/program/index.ts", recorded, `new ${vendor}.${kind}(`);
    },
  );

  it("has the names that state files hold, and no others", () => {
    expect(Object.keys(provider).sort()).toEqual(
      ["owner", ...classes.map(({ vendor, kind }) => `${vendor}${kind}`)].sort(),
    );
    expect(providerLine("index", "Owner")).toBe(
      'exports.handler=()=>require("pulumi-subaccounts/provider").owner;',
    );
  });
});

describe("the lookups of every vendor", () => {
  it.each(namespaces)(
    "are functions with a form for outputs, in the registry and tested: %s",
    (vendor, namespace) => {
      const functions = Object.entries(namespace).filter(([, value]) => !("__pulumiType" in value));
      const { description: _, listRemaining: __, ...functionsOf } = lookups[vendor] ?? {};
      const plain = Object.keys(functionsOf);
      expect(functions.map(([name]) => name).sort()).toEqual(
        plain.flatMap((name) => [name, `${name}Output`]).sort(),
      );
      expect(plain.sort()).toEqual(["getSubAccount", "getUsage", "listSubAccounts"]);
    },
  );
});

describe("every example", () => {
  const examples = readdirSync(join(root, "examples"));
  const files = [
    "examples.test.ts",
    "policies.test.ts",
    "gitops-repository.ts",
    "back-end.ts",
    "fleet.test.ts",
  ];
  const tests = files.map((file) => textOf(`test/e2e/${file}`)).join("");

  it.each(examples)("has a README, a line in the README of the repository, and a test: %s", (example) => {
    const isPack = existsSync(join(root, "examples", example, "PulumiPolicy.yaml"));
    // A back end has inline programs and no project of the CLI, whose `up` of an empty program would end everything.
    const isBackEnd = existsSync(join(root, "examples", example, "run.ts"));
    const own = isPack ? ["run", "policy-config.json"] : isBackEnd ? [] : ["Pulumi.yaml"];
    for (const file of ["README.md", "package.json", "tsconfig.json", "index.ts", ...own]) {
      expect(existsSync(join(root, "examples", example, file)), file).toBe(true);
    }
    expect(documentation).toContain(`(examples/${example})`);
    const isRunByDemo = readFileSync(join(root, "demo/demo.mts"), "utf8").includes(`examples/${example}"`);
    const isOpened = [
      `open("${example}")`,
      `await run("${example}"`,
      `"examples/${example}"`,
      `"examples/${example}/`,
    ].some((part) => tests.includes(part));
    expect(isRunByDemo || isOpened).toBe(true);
  });

  it("of a policy pack names the level of every policy that it configures, which Pulumi else takes for advisory", () => {
    const pack = textOf("examples/policy-pack/index.ts");
    for (const { name } of policies) {
      const [, configured] = new RegExp(`^ {4}"?${name}"?: \\{\\s*(\\w+)`, "m").exec(pack) ?? [];
      if (configured !== undefined) expect(configured, name).toBe("enforcementLevel");
    }
    expect(pack.match(/enforcementLevel/g)).toHaveLength(7);
  });

  it.each(classes)("of a vendor shows every argument of its classes: $vendor.$kind", ({ vendor, kind }) => {
    // The one of its page has every argument.
    if (descriptionOf(vendor, kind).sample !== undefined) return;
    const program = readFileSync(join(root, "examples", vendor, "index.ts"), "utf8");
    const statements = program.replace(/\/\/ .*/g, "").split(/^(?=const|export)/m);
    const shown = statements.filter((text) => text.includes(`new ${vendor}.${kind}(`)).join("");
    for (const argument of Object.keys(descriptionOf(vendor, kind).args)) {
      expect(shown).toMatch(new RegExp(`[{,\\s]${argument}:`));
    }
  });
});

const documents = ["README.md", "CONTRIBUTING.md"].concat(
  readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => join("docs", file)),
);
/** The anchors that a page has for its headings, as GitHub makes them. */
const anchors = (path: string) =>
  [...readFileSync(path, "utf8").matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\w -]/g, "")
      .replaceAll(" ", "-"),
  );

describe("every document", () => {
  it("of the packed file leads to nothing that the file leaves out, but for how this package is made", () => {
    const packed: string[] = [...JSON.parse(textOf("package.json")).files, "README.md", "LICENSE"];
    const made = ["CONTRIBUTING.md", "test", "provider"];
    const pages = documents.filter((file) => !/^(CONTRIBUTING|docs\/decisions)/.test(file));
    const lost = pages.flatMap((file) =>
      [...textOf(file).matchAll(/\]\((?!https?:|#)([^)#]+)/g)]
        .map(([, link = ""]) => join(file, "..", link))
        .filter((path) => ![...packed, ...made].includes(path.split("/")[0] ?? ""))
        .map((path) => `${file}: ${path}`),
    );
    expect(lost).toEqual([]);
    expect(JSON.parse(textOf("package.json")).scripts).not.toHaveProperty("prepare");
  });

  it("that a registry shows first is short", () => {
    expect(documentation.split("\n").length).toBeLessThanOrEqual(200);
  });

  it.each(documents)("has no link that leads nowhere: %s", (file) => {
    const text = readFileSync(join(root, file), "utf8");
    for (const [, link = ""] of text.matchAll(/\]\((?!https?:)([^)]+)\)/g)) {
      const [path = "", anchor] = link.split("#");
      const target = path === "" ? join(root, file) : join(root, file, "..", path);
      expect(existsSync(target), `${file}: ${link}`).toBe(true);
      if (anchor !== undefined) expect(anchors(target), `${file}: ${link}`).toContain(anchor);
    }
  });

  it("that is a decision is listed in the index", () => {
    const index = readFileSync(join(root, "docs/decisions/README.md"), "utf8");
    for (const page of readdirSync(join(root, "docs/decisions"))) {
      if (page !== "README.md") expect(index).toContain(page);
    }
  });
});

describe("every command", () => {
  it.each(["README.md", "CONTRIBUTING.md"])("that %s names is a script", (file) => {
    const scripts = Object.keys(JSON.parse(textOf("package.json")).scripts);
    for (const [, script = ""] of textOf(file).matchAll(/npm run ([\w:-]+)/g)) {
      expect(scripts, `${file}: npm run ${script}`).toContain(script);
    }
  });
});
