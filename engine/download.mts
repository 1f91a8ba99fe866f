import { mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { EngineOrder } from "./installation.mts";
import { lastLines, run } from "./process.mts";

const stallSeconds = 20;
const timeoutMs = 10 * 60_000;

/**
 * Downloads the official release into `work` with Pulumi's own installer and returns the folder with its programs.
 * Fails when nothing arrives for 20 s.
 */
export async function downloadEngine({ work, version, log }: EngineOrder): Promise<string> {
  const root = join(work, "download");
  const temporary = join(work, "tmp");
  for (const folder of [root, temporary]) mkdirSync(folder);
  log(`downloading Pulumi ${version} from get.pulumi.com (usually 10 to 60 s)`);
  let bytes = 0;
  let lastChange = 0;
  const onSecond = (seconds: number): string | undefined => {
    const now = size(work);
    if (now !== bytes) {
      bytes = now;
      lastChange = seconds;
    }
    if (seconds % stallSeconds === 0)
      log(`still downloading (${Math.round(bytes / 1e6)} MB after ${seconds} s)`);
    return seconds - lastChange >= stallSeconds ? `nothing arrived for ${stallSeconds} s` : undefined;
  };
  const worker = join(import.meta.dirname, "download-worker.mts");
  const outcome = await run(process.execPath, [worker, root, version], {
    // The installer unpacks in the temporary folder: this one, which is watched and removed.
    env: { ...process.env, TMPDIR: temporary, TEMP: temporary, TMP: temporary },
    timeoutMs,
    onSecond,
  });
  if (outcome.exitCode !== 0) throw new Error(outcome.problem ?? lastLines(outcome.stderr || outcome.stdout));
  return join(root, "bin");
}

function size(folder: string): number {
  let total = 0;
  for (const file of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    // The installer removes files while they are counted.
    total += statSync(join(file.parentPath, file.name), { throwIfNoEntry: false })?.size ?? 0;
  }
  return total;
}
