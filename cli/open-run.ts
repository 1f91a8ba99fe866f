import { Run, realSurroundings } from "../provider/core/base/run";
import type { StackConfig } from "../provider/core/vendor-io/stack-config";
import { findProject } from "./doctor/project";
import type { Finding } from "./doctor/report";
import { NO_STACK, readStack } from "./doctor/stack";
import type { Wishes, World } from "./doctor/world";
import { hideKeys } from "./hide-keys";

/** Opens a run that shows no key. @param notes get what it warns of, which else goes to standard error */
export function openRun(world: World, notes?: string[]): Run {
  const tell = async ({ text }: { readonly text: string }) => {
    notes?.push(text);
  };
  const run = new Run({
    ...realSurroundings,
    ...(notes === undefined ? {} : { tell }),
    ...world.surroundings,
    env: world.env,
  });
  hideKeys(run);
  return run;
}

/** Reads the config of the stack; without a project it is empty. `failed` says why it is undefined, or what else is wrong. */
export async function readConfig(
  world: World,
  wishes: Wishes,
  { redactor }: Run,
): Promise<{ config: StackConfig | undefined; failed: readonly Finding[] }> {
  const { root } = findProject(world.folder);
  const { config, findings } = root === undefined ? NO_STACK : await readStack(world, wishes, root, redactor);
  const failed = findings.filter(({ status }) => status === "fail");
  if (config !== undefined || failed.length > 0) return { config, failed };
  const text = "there is no Pulumi CLI on PATH, so the stack's config cannot be read";
  return { config, failed: [{ status: "fail", text }] };
}
