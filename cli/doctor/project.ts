import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
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
  const { main: declared, runtime } = settingsIn(file);
  const main = resolve(root, declared ?? ".");
  if (!existsSync(main)) {
    const mend = `correct \`main\` in ${file}; it is the program's folder or file, seen from there`;
    return {
      root,
      programFolder: root,
      findings: [fail(`${main}, the \`main\` of ${file}, is missing`, mend)],
    };
  }
  const programFolder = statSync(main).isDirectory() ? main : dirname(main);
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

/** The settings of Pulumi.yaml that matter here. */
const settings = z.object({
  main: z.string().optional().catch(undefined),
  runtime: z
    .union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)])
    .optional()
    .catch(undefined),
});

/** Reads the settings; a file that is not YAML has none, and Pulumi reports it. */
function settingsIn(file: string): z.infer<typeof settings> {
  try {
    return settings.safeParse(parse(readFileSync(file, "utf8"))).data ?? {};
  } catch {
    return {};
  }
}
