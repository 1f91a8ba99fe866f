import { join } from "node:path";
import { createGenerator } from "ts-json-schema-generator";
import ts from "typescript";
import { z } from "zod";
import { OUTPUTS, outputSchemaOf } from "./outputs.mts";

/**
 * The JSON Schemas of what commands print with `--json`, by their names, made of the types or of the zod schemas.
 *
 * @param load imports a file, which is relative to the root
 */
export async function outputSchemas(
  root: string,
  load: (file: string) => unknown,
): Promise<Map<string, object>> {
  const outputs = Object.entries(OUTPUTS);
  const ofType = schemaOfType(
    root,
    outputs.flatMap(([, [file, name]]) => (isZod(name) ? [] : [join(root, file)])),
  );
  const schemas = outputs.map(async ([command, [file, name]]) => {
    const schema = isZod(name) ? schemaOfZod(await load(file), name) : ofType(name);
    const titled = { ...schema, title: `The output of subaccounts ${command} --json` };
    return [outputSchemaOf(command), titled] as const;
  });
  return new Map(await Promise.all(schemas));
}

const isZod = (name: string): boolean => /^[a-z]/.test(name);

function schemaOfZod(module: unknown, name: string): object {
  const schema: z.ZodType = Reflect.get(Object(module), name);
  return z.toJSONSchema(schema, { target: "draft-7", reused: "inline" });
}

function schemaOfType(root: string, files: readonly string[]): (type: string) => object {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const tsProgram = ts.createProgram([...new Set(files)], options);
  return (type) => {
    const { definitions: _, ...schema } = createGenerator({
      tsProgram,
      type,
      expose: "none",
      topRef: false,
      additionalProperties: false,
    }).createSchema(type);
    return schema;
  };
}
