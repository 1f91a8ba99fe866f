import { resolve } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";

/** A program, whose `tier` an editor is asked about where `|` stands. */
const PROGRAM = `
import { Tenant } from "../../sdk";
const tiers = { gold: { zavu: { creditLimit: 5000 } }, silver: {} };
new Tenant("acme", { externalId: "acme", name: "Acme", tier: "|", tiers, vendors: { zavu: {} } });
const tier: string = JSON.parse("from a database");
new Tenant("beta", { externalId: "beta", name: "Beta", tier, tiers, vendors: { zavu: {} } });
`;

it("the names of a program's tiers are completed, documented, and no other text is refused", () => {
  const root = resolve(__dirname, "../../..");
  const file = resolve(root, "test/fixtures/tier-names.ts");
  const text = PROGRAM.replace("|", "");
  const { config } = ts.readConfigFile(resolve(root, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const service = ts.createLanguageService({
    getCompilationSettings: () => options,
    getScriptFileNames: () => [file],
    getScriptVersion: () => "1",
    getScriptSnapshot: (name) => {
      const content = name === file ? text : ts.sys.readFile(name);
      return content === undefined ? undefined : ts.ScriptSnapshot.fromString(content);
    },
    getCurrentDirectory: () => root,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: (name) => name === file || ts.sys.fileExists(name),
    readFile: ts.sys.readFile,
  });
  const at = PROGRAM.indexOf("|");
  const { entries = [] } = service.getCompletionsAtPosition(file, at, {}) ?? {};
  expect(entries.map(({ name }) => name).sort()).toEqual(["gold", "silver"]);
  const hover = service.getQuickInfoAtPosition(file, PROGRAM.indexOf("tier:"));
  expect(ts.displayPartsToString(hover?.documentation)).toContain("The name of one of `tiers`");
  expect(service.getSemanticDiagnostics(file)).toEqual([]);
}, 30_000);
