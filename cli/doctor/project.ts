import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type Finding, fail, ok } from "./report";

/** The Pulumi project around a folder. */
export interface Project {
  /** The folder of Pulumi.yaml; undefined where there is none. */
  readonly root: string | undefined;
  /** Where Pulumi starts the program and its dynamic provider. */
  readonly programFolder: string;
  readonly findings: readonly Finding[];
}

const names = ["Pulumi.yaml", "Pulumi.yml"];

/** Finds the project as Pulumi does: in the folder itself or the nearest one above. */
export function findProject(folder: string): Project {
  const root = nearest(folder);
  const file = names.map((name) => join(root ?? "", name)).find(existsSync);
  if (root === undefined || file === undefined) {
    const problem = `there is no Pulumi.yaml in ${folder} or above it`;
    const mend = "cd into the folder of the Pulumi program, or make one here: pulumi new typescript";
    return { root, programFolder: folder, findings: [fail(problem, mend)] };
  }
  const text = readFileSync(file, "utf8");
  const main = resolve(root, scalar(text, "main") ?? ".");
  if (!existsSync(main)) {
    const mend = `correct \`main\` in ${file}; it is the program's folder or file, seen from there`;
    return {
      root,
      programFolder: root,
      findings: [fail(`${main}, the \`main\` of ${file}, is missing`, mend)],
    };
  }
  const programFolder = statSync(main).isDirectory() ? main : dirname(main);
  const runtime = scalar(text, "runtime") ?? nested(text, "runtime", "name");
  const isNode = runtime === "nodejs";
  const finding = isNode
    ? ok(`${file} (runtime nodejs), program in ${programFolder}`)
    : fail(
        `the runtime in ${file} is ${runtime ?? "not given"}; this package is for programs in TypeScript or JavaScript`,
        `write \`runtime: nodejs\` into ${file}`,
      );
  return { root, programFolder, findings: [finding] };
}

function nearest(folder: string): string | undefined {
  if (names.some((name) => existsSync(join(folder, name)))) return folder;
  const parent = dirname(folder);
  return parent === folder ? undefined : nearest(parent);
}

/** The one-line value of a top-level key. That, and `nested`, is all the YAML that these two settings are written in. */
function scalar(yaml: string, key: string): string | undefined {
  return plain(new RegExp(`^["']?${key}["']?:[ \\t]+([^\\s{#].*)$`, "m").exec(yaml)?.[1]);
}

/** The value of a key one level below: on a line of its own, or between braces. */
function nested(yaml: string, key: string, inner: string): string | undefined {
  const block = new RegExp(
    `^${key}:(?:[ \\t]*\\{.*\\}|[ \\t]*(?:#.*)?\\r?\\n(?:[ \\t]+.*(?:\\r?\\n|$))+)`,
    "m",
  ).exec(yaml);
  return plain(new RegExp(`\\b${inner}["']?:[ \\t]*([^,}\\s]+)`).exec(block?.[0] ?? "")?.[1]);
}

function plain(value: string | undefined): string | undefined {
  return value
    ?.replace(/\s+#.*$/, "")
    .trim()
    .replace(/^(["'])(.*)\1$/, "$2");
}
