import { createProject, type Project } from "../../engine/project.mts";
import { familyOf, killAll } from "../support/process-family.mts";
import { type Declaration, programOf, urnOf } from "./declarations.mts";
import type { Ended, Held, Operation, Stack } from "./stack.mts";
import type { Outputs } from "./verify.mts";

/** A stack of the real engine, with a real program and a state on disk. */
export async function openRealStack(binDir: string, env: Record<string, string>): Promise<Stack> {
  const project = await createProject({ engine: { binDir }, program: "", env });
  // Plain JavaScript: no compiler runs in each of the many commands.
  project.write("Pulumi.yaml", "name: test\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n");
  project.write("package.json", '{ "name": "test", "private": true, "main": "index.js" }\n');
  return new RealStack(project);
}

class RealStack implements Stack {
  readonly #project: Project;
  /** What a CLI that was killed alone has left behind. */
  readonly #left: number[] = [];

  constructor(project: Project) {
    this.#project = project;
  }

  prepare(program: readonly Declaration[]): Promise<Ended> {
    return this.start(program).done;
  }

  start(program: readonly Declaration[], replace?: Declaration): Operation {
    this.#project.write("index.js", programOf(program));
    const flags = replace === undefined ? [] : [`--replace=${urnOf(replace)}`];
    const up = this.#project.start(["up", "--yes", "--skip-preview", ...flags]);
    return {
      done: up.done.then(({ exitCode, output }) => ({ ok: exitCode === 0, shown: output })),
      kill: (cliAlone) => {
        const [cli = up.pid, ...others] = familyOf(up.pid);
        killAll(cliAlone ? [cli] : [cli, ...others]);
        this.#left.push(...others);
      },
      interrupt: () => up.kill("SIGINT", { group: true }),
    };
  }

  async cancel(): Promise<void> {
    await this.#project.run(["cancel", "--yes"]);
  }

  async held(): Promise<Held> {
    const { stdout } = await this.#project.run(["stack", "export", "--show-secrets"]);
    const { resources = [], pending_operations = [] } = JSON.parse(stdout).deployment as Deployment;
    // Of a resource that is being replaced the state holds two, the one to be deleted with a mark.
    const current = resources.filter((resource) => resource.delete !== true);
    const outputs: Outputs = Object.fromEntries(
      current.map(({ urn, id, outputs = {} }) => [
        urn.split("::").at(-1),
        { ...clear(outputs), ...(id === undefined ? {} : { id }) },
      ]),
    );
    return {
      outputs,
      ids: resources.flatMap(({ id = [] }) => id),
      secrets: resources.flatMap(({ outputs = {} }) => clear(outputs)["apiKey"] ?? []),
      pending: pending_operations.length,
    };
  }

  async settle(): Promise<{ problems: string[]; shown: string }> {
    const { output } = await this.#project.refresh("--clear-pending-creates");
    const preview = await this.#project.preview("--expect-no-changes", { expectFailure: "any" });
    const problems = preview.exitCode === 0 ? [] : [`the next preview is not empty: ${preview.output}`];
    if ((this.#project.state().pending_operations ?? []).length > 0) problems.push("pending operations stay");
    return { problems, shown: output };
  }

  async destroy(): Promise<void> {
    await this.#project.destroy();
  }

  close(): Promise<void> {
    // A language host does not notice that its engine is gone.
    killAll(this.#left);
    return this.#project.dispose();
  }
}

interface Deployment {
  readonly resources?: readonly {
    readonly urn: string;
    readonly id?: string;
    readonly delete?: boolean;
    readonly outputs?: Readonly<Record<string, unknown>>;
  }[];
  readonly pending_operations?: readonly unknown[];
}

/** The outputs that are texts, with the secret ones in clear. */
function clear(outputs: Readonly<Record<string, unknown>>): Record<string, string> {
  const texts = Object.entries(outputs).map(([name, value]) => {
    const isSecret = typeof value === "object" && value !== null && "plaintext" in value;
    return [name, isSecret ? JSON.parse(String(value.plaintext)) : value];
  });
  return Object.fromEntries(texts.filter(([, value]) => typeof value === "string"));
}
