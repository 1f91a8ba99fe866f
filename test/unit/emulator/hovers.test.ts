import { join, resolve } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { standIns } from "../../../emulator/vendors";

const root = resolve(__dirname, "../../..");

/** Each switch that `startEmulator` takes, as an editor shows it by the built declarations: its type, and what is said of it. */
function hovers(): Map<string, { type: string; said: string }> {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const file = join(root, "dist/emulator/index.d.ts");
  const program = ts.createProgram([file], options);
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  if (module === undefined) throw new Error("the package is not built: npm run build");
  const exported = checker.getExportsOfModule(module).find(({ name }) => name === "EmulatorOptions");
  if (exported === undefined) throw new Error("the emulator exports no EmulatorOptions");
  const given = checker.getDeclaredTypeOfSymbol(checker.getAliasedSymbol(exported));
  const switchesOf = (vendor: string) => {
    const member = given.getProperty(vendor);
    return member ? checker.getNonNullableType(checker.getTypeOfSymbol(member)).getProperties() : [];
  };
  return new Map(
    Object.keys(standIns).flatMap((vendor) =>
      switchesOf(vendor).map((each): [string, { type: string; said: string }] => [
        `${vendor}.${each.name}`,
        {
          type: checker.typeToString(checker.getTypeOfSymbol(each)),
          said: ts.displayPartsToString(each.getDocumentationComment(checker)),
        },
      ]),
    ),
  );
}

describe("The hover of a switch", () => {
  it("says what it is and which values it has", { timeout: 60_000 }, () => {
    const shown = hovers();
    const switches = Object.entries(standIns).flatMap(([vendor, { switches }]) =>
      Object.keys(switches).map((name) => `${vendor}.${name}`),
    );
    expect([...shown.keys()].sort()).toEqual(switches.sort());
    expect([...shown].filter(([, { said }]) => said === "")).toEqual([]);
    const { type = "", said } = shown.get("zavu.secondDelete") ?? {};
    expect(type.split(" | ").sort()).toEqual(["200", "404", "undefined"]);
    expect(said).toBe("DELETE of an inactive account.");
    expect(shown.get("bctrl.refuses")?.type).toContain('"capability.not_available"');
  });
});
