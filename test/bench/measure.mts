import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Emulator, startEmulator } from "pulumi-subaccounts/emulator";
import type { Engine } from "../../engine/engine.mts";
import { repository } from "../../engine/program-folder.mts";
import { createProject, type Project } from "../../engine/project.mts";

/** The programs that are compared; each is a file in `programs/`. */
export const programs = ["ours", "floor", "usual"] as const;

/** One of the programs. */
export type Program = (typeof programs)[number];

/** What is timed; `up once` is an `up` from nothing whose state is saved only at its end. */
export type Step = "up" | "up once" | "preview" | "refresh";

/** What one run of one program came to. */
export interface Sample {
  seconds: Record<Step, number>;
  calls: Record<Step, number>;
  stateBytes: number;
  /** Length of the text that each resource stores as its provider. */
  providerBytes: number;
}

/** Gets a line after each step. */
export type Progress = (line: string) => void;

/** The engine writes no checkpoint on the way; it wants to be asked twice for that. */
const stateSavedOnce = { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" };

const programFolder = join(import.meta.dirname, "programs");

/** Has the machine read the engine, Node and the compiler from its disk, for which no program is to pay. */
export async function warmUp(engine: Engine): Promise<void> {
  for (const program of programs) {
    await withStack(engine, program, 1, async ({ project }) => {
      await project.preview();
    });
  }
}

/** Runs one program through all steps. @throws Error when what happened is not what is to be measured. */
export async function measure(
  engine: Engine,
  program: Program,
  count: number,
  progress: Progress,
): Promise<Sample> {
  const sample: Sample = {
    seconds: { "up once": 0, up: 0, preview: 0, refresh: 0 },
    calls: { "up once": 0, up: 0, preview: 0, refresh: 0 },
    stateBytes: 0,
    providerBytes: 0,
  };
  await withStack(engine, program, count, async (stack) => {
    await time("up once", stack, () => stack.project.up({ env: stateSavedOnce }));
  });
  await withStack(engine, program, count, async (stack) => {
    await time("up", stack, () => stack.project.up());
    sample.stateBytes = statSync(stack.project.stateFile).size;
    sample.providerBytes = providerBytes(stack.project);
    // With the flag the CLI fails when there is a change, in which case something else would be measured.
    await time("preview", stack, () => stack.project.preview("--expect-no-changes"));
    await time("refresh", stack, () => stack.project.refresh("--expect-no-changes"));
  });
  return sample;

  async function time(step: Step, { emulator, project }: Stack, body: () => Promise<unknown>): Promise<void> {
    emulator.clearRequests();
    const start = performance.now();
    await body();
    sample.seconds[step] = (performance.now() - start) / 1000;
    sample.calls[step] = emulator.requests.length;
    verify(program, count, emulator, project);
    progress(`${program}, ${step}: ${sample.seconds[step].toFixed(1)} s, ${sample.calls[step]} calls`);
  }
}

interface Stack {
  emulator: Emulator;
  project: Project;
}

/** A new stack with a vendor of its own, for each: what an earlier one left would be found, and would be measured. */
async function withStack(
  engine: Engine,
  program: Program,
  count: number,
  body: (stack: Stack) => Promise<void>,
): Promise<void> {
  const emulator = await startEmulator();
  try {
    const project = await createProject({
      engine,
      program: { folder: programFolder },
      env: {
        BENCH_N: String(count),
        ZAVU_BASE_URL: emulator.zavu.url,
        ZAVUDEV_API_KEY: emulator.zavu.apiKey,
      },
    });
    try {
      project.write("package.json", JSON.stringify({ name: "bench", private: true, main: `${program}.ts` }));
      project.write(
        "tsconfig.json",
        readFileSync(join(repository, "examples/quickstart/tsconfig.json"), "utf8"),
      );
      project.write(
        "node_modules/pulumi-no-accounts/provider.js",
        readFileSync(join(programFolder, "no-op-provider.js"), "utf8"),
      );
      await body({ emulator, project });
    } finally {
      await project.dispose();
    }
  } finally {
    await emulator.close();
  }
}

function verify(program: Program, count: number, emulator: Emulator, project: Project): void {
  const accounts = emulator.zavu.accounts().filter(({ status }) => status === "active").length;
  const expected = program === "floor" ? 0 : count;
  if (accounts !== expected) throw new Error(`${program}: ${accounts} live accounts, not ${expected}`);
  const failed = emulator.requests.find(({ status }) => status === undefined || status >= 400);
  if (failed) throw new Error(`${program}: ${failed.method} ${failed.path} was answered ${failed.status}`);
  const resources = subAccounts(project).length;
  if (resources !== count) throw new Error(`${program}: ${resources} resources in the state, not ${count}`);
}

function subAccounts(project: Project) {
  return (project.state().resources ?? []).filter(({ type }) => type.endsWith(":SubAccount"));
}

function providerBytes(project: Project): number {
  return Buffer.byteLength(String(subAccounts(project)[0]?.outputs?.["__provider"]));
}
