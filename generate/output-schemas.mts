import { join } from "node:path";
import { createGenerator } from "ts-json-schema-generator";
import ts from "typescript";
import { OUTPUTS, outputSchemaOf } from "./outputs.mts";

/** The JSON Schemas of what commands print with `--json`, by their names, made of the types. */
export function outputSchemas(root: string): Map<string, object> {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const files = Object.values(OUTPUTS).map(([file]) => join(root, file));
  const tsProgram = ts.createProgram([...new Set(files)], options);
  return new Map(
    Object.entries(OUTPUTS).map(([command, [, type]]) => {
      const { definitions: _, ...schema } = createGenerator({
        tsProgram,
        type,
        expose: "none",
        topRef: false,
        additionalProperties: false,
      }).createSchema(type);
      return [outputSchemaOf(command), { ...schema, title: `The output of subaccounts ${command} --json` }];
    }),
  );
}
