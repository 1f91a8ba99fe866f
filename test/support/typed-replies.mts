import { join } from "node:path";
import ts from "typescript";
import { repository } from "../../engine/program-folder.mts";

/** A value, and the type that it ought to have, in the names that the preamble imports. */
export interface Typed {
  readonly type: string;
  readonly value: unknown;
}

/**
 * What TypeScript's compiler says of values against their types, as of literals in a program: missing fields, wrong ones
 * and unknown ones.
 *
 * @param preamble imports of the types.
 */
export function typeProblems(preamble: string, typed: readonly Typed[]): string[] {
  const lines = typed.map(
    ({ type, value }, index) => `export const value${index}: ${type} = ${JSON.stringify(value)};`,
  );
  const file = join(repository, "typed-replies.ts");
  const { options } = ts.convertCompilerOptionsFromJson(
    { strict: true, target: "es2023", module: "node20", types: [], skipLibCheck: true, noEmit: true },
    repository,
  );
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (name) => name === file || fileExists(name);
  host.getSourceFile = (name, version, ...rest) =>
    name === file
      ? ts.createSourceFile(name, [preamble, ...lines].join("\n"), version)
      : getSourceFile(name, version, ...rest);
  const program = ts.createProgram([file], options, host);
  return ts
    .getPreEmitDiagnostics(program, program.getSourceFile(file))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}
