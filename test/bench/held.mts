import { existsSync, mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const CGROUPS = "/sys/fs/cgroup";
const PERIOD_US = 100_000;

/** A CPU limit for processes and all of their children, as in a container. */
export interface Holding {
  /** A command line within it. */
  line(file: string, args: readonly string[]): [string, string[]];
  release(): void;
}

/** Holds commands to a part of a processor. @throws Error where the system has no cgroups, or this user may not make one */
export function hold(name: string, cores: number): Holding {
  const isUnified = existsSync(join(CGROUPS, "cgroup.controllers"));
  const folder = join(CGROUPS, isUnified ? "" : "cpu", `fleet-bench-${process.pid}-${name}`);
  const quota = String(cores * PERIOD_US);
  try {
    if (isUnified) writeFileSync(join(CGROUPS, "cgroup.subtree_control"), "+cpu");
    mkdirSync(folder);
    if (isUnified) writeFileSync(join(folder, "cpu.max"), `${quota} ${PERIOD_US}`);
    else writeFileSync(join(folder, "cpu.cfs_quota_us"), quota);
  } catch (error) {
    throw new Error("holding workers to a part of a processor needs Linux, its cgroups, and root", {
      cause: error,
    });
  }
  const enter = 'echo $$ > "$0" && exec "$@"';
  return {
    line: (file, args) => ["/bin/sh", ["-c", enter, join(folder, "cgroup.procs"), file, ...args]],
    release: () => rmdirSync(folder),
  };
}
