import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { repository } from "../../../engine/program-folder.mts";

/** A repository on a forge, as runners clone it. */
export interface Forge {
  readonly folder: string;
  clone(name: string): Clone;
}

/** A clone with the scripts of examples/gitops. */
export interface Clone {
  readonly folder: string;
  git(...args: string[]): string;
  script(name: string, args: readonly string[], path?: string): { status: number | null; stderr: string };
  write(file: string, text: string, mode?: number): void;
  read(file: string): string | undefined;
}

const env = { PATH: process.env["PATH"] ?? "", HOME: "/nonexistent" };

function run(cwd: string, ...args: string[]): string {
  return execFileSync("git", args, { cwd, env, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
}

/** A forge whose repository has one commit. */
export function openForge(): Forge {
  const root = mkdtempSync(join(tmpdir(), "subaccounts-forge-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const folder = join(root, "forge.git");
  run(root, "init", "--quiet", "--bare", "--initial-branch=main", "forge.git");
  const clone = (name: string): Clone => {
    const dir = join(root, name);
    run(root, "clone", "--quiet", `file://${folder}`, name);
    cpSync(join(repository, "examples/gitops/scripts"), join(dir, "scripts"), { recursive: true });
    return {
      folder: dir,
      git: (...args) => run(dir, ...args),
      script: (script, args, path = "") => {
        const PATH = `${path}:${env.PATH}`;
        const options = { cwd: dir, env: { ...env, PATH }, encoding: "utf8" } as const;
        const { status, stderr } = spawnSync(join("scripts", script), args, options);
        return { status, stderr };
      },
      write: (file, text, mode) => writeFileSync(join(dir, file), text, { mode }),
      read: (file) => (existsSync(join(dir, file)) ? readFileSync(join(dir, file), "utf8") : undefined),
    };
  };
  const first = clone("first");
  first.git(
    "-c",
    "user.name=a",
    "-c",
    "user.email=a@example",
    "commit",
    "--quiet",
    "--allow-empty",
    "-m",
    "a",
  );
  first.git("push", "--quiet", "origin", "HEAD:main");
  return { folder, clone };
}
