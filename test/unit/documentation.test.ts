import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { exitCodes } from "../../cli/exit-codes";
import { standIns } from "../../emulator/vendors";
import { pages } from "../../generate/reference.mts";
import { sources } from "../../generate/sources.mts";
import { policies } from "../../policy";
import { problemsOf, ruleOf } from "../../provider/core/contract/check";
import type { Resource, Values } from "../../provider/core/contract/resource";
import { lookups } from "../../provider/lookups";
import { vendors } from "../../provider/vendors";

const root = resolve(__dirname, "../..");
const read = (file: string) => readFileSync(join(root, file), "utf8");

describe("what is generated", () => {
  const product = { vendors, lookups, ruleOf, policies, standIns, exitCodes };
  const documents = pages(root, product);
  const generated = new Map([...sources(root, product), ...documents]);

  it.each([...generated])("is as `npm run generate` writes it: %s", (file, text) => {
    expect(read(file)).toBe(text);
  });

  it("has no page that is not written any more", () => {
    const there = readdirSync(join(root, "docs/reference")).map((file) => `docs/reference/${file}`);
    expect(there.filter((file) => !documents.has(file))).toEqual([]);
  });
});

/** Programs of the documents. A block without an import is a fragment, and gets that of this package. */
const examples = ["README.md"]
  .concat(readdirSync(join(root, "docs")).flatMap((file) => (file.endsWith(".md") ? [`docs/${file}`] : [])))
  // Files of one project, which a test of its own compiles and runs.
  .filter((file) => file !== "docs/testing-your-program.md")
  .concat(readdirSync(join(root, "docs/reference")).map((file) => `docs/reference/${file}`))
  .flatMap((file) =>
    [...read(file).matchAll(/^ *```ts( run=no)?\n([\s\S]*?)^ *```$/gm)].map(
      ([, isOff, code = ""], index) => ({
        name: `${file} ${index + 1}`,
        // One that needs a config, a file or another stack is only compiled.
        isRun: isOff === undefined,
        code: code.includes("import ")
          ? code
          : `import { ${Object.keys(vendors).join(", ")}, directory, Tenant } from "pulumi-subaccounts";\n${code}`,
      }),
    ),
  );

describe("every example", () => {
  it("compiles, strictly", { timeout: 120_000 }, () => {
    const files = new Map(examples.map(({ code }, index) => [join(root, `example-${index}.ts`), code]));
    const options: ts.CompilerOptions = {
      ...ts.convertCompilerOptionsFromJson(
        {
          strict: true,
          target: "es2023",
          module: "node20",
          types: ["node"],
          skipLibCheck: true,
          noEmit: true,
        },
        root,
      ).options,
      paths: { "pulumi-subaccounts": [join(root, "sdk/index.ts")] },
    };
    const host = ts.createCompilerHost(options);
    const { getSourceFile, fileExists } = host;
    host.fileExists = (file) => files.has(file) || fileExists(file);
    host.getSourceFile = (file, version, ...rest) => {
      const code = files.get(file);
      return code === undefined
        ? getSourceFile(file, version, ...rest)
        : ts.createSourceFile(file, code, version);
    };
    const program = ts.createProgram([...files.keys()], options, host);
    // The sources themselves have stricter options, and are checked by themselves.
    const found = [...files.keys()].flatMap((file) =>
      ts.getPreEmitDiagnostics(program, program.getSourceFile(file)),
    );
    const said = found.map(({ file, messageText }) => ({
      example: examples[[...files.keys()].indexOf(file?.fileName ?? "")]?.name ?? file?.fileName,
      message: ts.flattenDiagnosticMessageText(messageText, "\n"),
    }));
    expect(said).toEqual([]);
  });

  it.each(examples.filter(({ isRun }) => isRun))(
    "makes resources whose arguments are right: $name",
    async ({ code }) => {
      const made: { type: string; problems: unknown }[] = [];
      await pulumi.runtime.setMocks({
        // What is looked up has an id.
        call: ({ inputs }) => ({ id: "looked-up", ...inputs }),
        newResource: ({ type, name, inputs }) => {
          const [, vendor = "", kind = ""] = /subaccounts\/(\w+):(\w+)$/.exec(type) ?? [];
          if (vendor !== "index" && vendor !== "") {
            const resource = Reflect.get(Reflect.get(vendors, vendor), kind) as Resource<never>;
            const args = Object.entries(inputs as Values).filter(([key]) => !key.startsWith("__"));
            made.push({
              type: `${vendor}.${kind}`,
              problems: problemsOf(resource, Object.fromEntries(args)),
            });
          }
          return { id: `${name}-id`, state: { ...inputs, apiKey: "key" } };
        },
      });
      const { outputText } = ts.transpileModule(code, {
        compilerOptions: { module: ts.ModuleKind.CommonJS },
      });
      const modules: Readonly<Record<string, unknown>> = {
        "pulumi-subaccounts": createRequire(__filename)(join(root, "dist/sdk")),
        "@pulumi/pulumi": pulumi,
      };
      new Function("require", "exports", outputText)((name: string) => modules[name], {});
      const declared = [...code.matchAll(/new (\w+\.\w+)\(/g)].map(([, type]) => ({ type, problems: [] }));
      // A tenant makes at least an account and its key.
      const ofTenants = [...code.matchAll(/new Tenant\(/g)].length * 2;
      expect(declared.length + ofTenants).toBeGreaterThan(0);
      await expect.poll(() => made.length).toBeGreaterThanOrEqual(declared.length + ofTenants);
      if (ofTenants === 0) expect(made).toHaveLength(declared.length);
      expect(made).toEqual(expect.arrayContaining(declared));
      expect(made.filter(({ problems }) => JSON.stringify(problems) !== "[]")).toEqual([]);
    },
  );

  it("of the classes is on their pages", () => {
    expect(examples.length).toBeGreaterThanOrEqual(8);
  });
});

describe("the troubleshooting page", () => {
  const page = read("docs/troubleshooting.md");
  const quotes = [...page.matchAll(/^> (.+)$/gm)].map(([, quote = ""]) => quote);
  const sources = ["provider", "sdk", "tenant", "policy", "fleet"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => join(folder, file)),
  );
  const nodes = sources.flatMap((file) => {
    const all: ts.Node[] = [];
    const visit = (node: ts.Node): void => {
      all.push(node);
      node.forEachChild(visit);
    };
    visit(ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest, true));
    return all;
  });
  const texts = nodes.map(messageOf).filter((text) => text !== "…");

  it("quotes nothing that the sources do not say", () => {
    expect(quotes.length).toBeGreaterThan(50);
    expect(quotes.filter((quote) => !texts.some((text) => says(text, quote)))).toEqual([]);
  });

  it("quotes every message that the sources throw or warn of", () => {
    const messages = nodes.flatMap(thrownOrWarned).flatMap(alternatives).map(messageOf);
    const named = messages.filter((text) => /\w{3}/.test(text));
    expect(named.length).toBeGreaterThan(40);
    expect(named.filter((text) => !quotes.some((quote) => says(text, quote)))).toEqual([]);
  });

  it("names every kind of error", () => {
    const classes = [...read("provider/core/base/errors.ts").matchAll(/^export class (\w+)/gm)];
    expect(classes.length).toBeGreaterThan(5);
    for (const [, name] of classes) expect(page).toContain(`| \`${name}\` |`);
  });
});

/** Whether a text has all pieces of a quote, in their order; `…` stands for anything. */
function says(text: string, quote: string): boolean {
  let from = 0;
  for (const piece of quote.split("…").map((part) => part.trim())) {
    const at = text.indexOf(piece, from);
    if (at < 0) return false;
    from = at + piece.length;
  }
  return true;
}

/** The text of an expression of strings, with `…` for what only a run can know. */
function messageOf(node: ts.Node): string {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isParenthesizedExpression(node)) return messageOf(node.expression);
  if (ts.isTemplateExpression(node)) {
    return node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join("");
  }
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    return messageOf(node.left) + messageOf(node.right);
  }
  return "…";
}

/** What a person is told by this node: a rule, or the first argument of an error of ours, a warning or a violation. */
function thrownOrWarned(node: ts.Node): ts.Expression[] {
  const isError = ts.isNewExpression(node) && /(?<!^|Type)Error$/.test(node.expression.getText());
  const isWarning = ts.isCallExpression(node) && /\b(warn|report)$/.test(node.expression.getText());
  if (isError || isWarning) return node.arguments?.slice(0, 1) ?? [];
  const isRule =
    (ts.isVariableDeclaration(node) || ts.isPropertyAssignment(node)) && node.name.getText() === "rule";
  return isRule && node.initializer ? [node.initializer] : [];
}

function alternatives(node: ts.Expression): ts.Expression[] {
  return ts.isConditionalExpression(node)
    ? [...alternatives(node.whenTrue), ...alternatives(node.whenFalse)]
    : [node];
}
