import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { FleetError } from "../fleet-error";
import type { Context } from "../run/context";
import { pulumi } from "./command";

const lockFile = z.looseObject({
  pid: z.number(),
  username: z.string().optional(),
  hostname: z.string().optional(),
  timestamp: z.string().optional(),
});

/** The lock of an operation on a stack. */
export type Lock = z.infer<typeof lockFile>;

/** The URL of the backend that the commands use. @throws FleetError */
export async function backendUrl({ fleet, env }: Pick<Context, "fleet" | "env">): Promise<string> {
  const { code, stdout } = await pulumi(["whoami", "--json"], {
    folder: join(fleet.folder, fleet.program),
    env,
  });
  const { data } = z.looseObject({ url: z.string() }).safeParse(code === 0 ? JSON.parse(stdout) : undefined);
  if (data === undefined) {
    throw new FleetError(
      "Pulumi is not logged in to where it keeps its stacks: set PULUMI_BACKEND_URL, or pulumi login",
    );
  }
  return data.url;
}

/** The files of a backend in a folder, of one project. */
export class FileBackend {
  readonly #root: string;
  readonly #project: string;

  private constructor(root: string, project: string) {
    this.#root = root;
    this.#project = project;
  }

  /** Undefined for a backend that is not in a folder. */
  static of(url: string, project: string): FileBackend | undefined {
    const [path = ""] = url.split("?");
    if (!path.startsWith("file://")) return undefined;
    const folder = path.startsWith("file://~")
      ? join(homedir(), path.slice("file://~".length))
      : fileURLToPath(path);
    return new FileBackend(join(folder, ".pulumi"), project);
  }

  /**
   * Files of a stack's updates but the newest ones: each update has an entry and a copy of the state.
   *
   * @param keep how many updates stay, at least 1
   */
  oldHistory(
    stack: string,
    keep: number,
  ): { readonly updates: number; readonly files: string[]; readonly bytes: number } {
    const folder = join(this.#root, "history", this.#project, stack);
    const ofUpdates = new Map<bigint, string[]>();
    for (const name of namesIn(folder)) {
      if (!name.startsWith(`${stack}-`)) continue;
      const [, time] =
        /^(\d+)\.(?:history|checkpoint)\.json(?:\.gz|\.zst)?$/.exec(name.slice(stack.length + 1)) ?? [];
      if (time === undefined) continue;
      ofUpdates.set(BigInt(time), [...(ofUpdates.get(BigInt(time)) ?? []), join(folder, name)]);
    }
    const times = [...ofUpdates.keys()].sort((one, other) => (one > other ? -1 : 1));
    const old = times.slice(Math.max(1, keep));
    const files = old.flatMap((time) => ofUpdates.get(time) ?? []);
    return { updates: old.length, files, bytes: files.reduce((sum, file) => sum + statSync(file).size, 0) };
  }

  /** The locks of a stack. */
  locks(stack: string): Lock[] {
    const folder = join(this.#root, "locks", "organization", this.#project, stack);
    return namesIn(folder).flatMap((name) => {
      try {
        return [lockFile.parse(JSON.parse(readFileSync(join(folder, name), "utf8")))];
      } catch {
        // Released since, or half written.
        return [];
      }
    });
  }

  /** Tags of stacks that there are not, as files. */
  strayTags(): string[] {
    const folder = join(this.#root, "stacks", this.#project);
    const names = new Set(namesIn(folder));
    return [...names]
      .filter((name) => name.endsWith(".pulumi-tags"))
      .filter((name) => {
        const stack = name.slice(0, -".pulumi-tags".length);
        return !["json", "json.gz", "json.zst"].some((extension) => names.has(`${stack}.${extension}`));
      })
      .map((name) => join(folder, name));
  }
}

/** Removes files; one that is gone already is none of them. */
export function removeFiles(files: readonly string[]): void {
  for (const file of files) rmSync(file, { force: true });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
