import { execFile } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";
import { repository } from "../../engine/program-folder.mts";
import type { Project } from "../../engine/project.mts";
import { filesIn, type TenantFile, type TierFiles } from "./quarter-oracle";

const DAY = 86_400_000;
/** The day so many days from now, in UTC: `2026-12-31`. */
export const day = (fromNow: number): string =>
  new Date(Date.now() + fromNow * DAY).toISOString().slice(0, 10);

/** The files of the repository, as people and the `subaccounts` command change them. */
export class Files {
  readonly #project: Project;

  constructor(project: Project) {
    this.#project = project;
  }

  /** Runs the `subaccounts` command in the repository. */
  async subaccounts(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    const { dir: cwd, env } = this.#project;
    return promisify(execFile)(process.execPath, [join(repository, "dist/cli/main.js"), ...args], {
      cwd,
      env,
    })
      .then((done) => ({ code: 0, ...done }))
      .catch((failed: { code: number; stdout: string; stderr: string }) => failed);
  }

  get tenants(): TenantFile[] {
    return filesIn(join(this.#project.dir, "tenants"));
  }

  get tiers(): TierFiles {
    return parse(readFileSync(join(this.#project.dir, "tiers.yaml"), "utf8"));
  }

  /** Edits the file of a tenant. @returns whether that changed anything */
  edit(tenant: string, change: (text: string) => string): boolean {
    const file = join(this.#project.dir, `tenants/${tenant}.yaml`);
    const before = readFileSync(file, "utf8");
    const after = change(before);
    writeFileSync(file, after);
    return after !== before;
  }

  /** Sets the levels or settings of policies. */
  policies(settings: Readonly<Record<string, object>>): void {
    const file = join(this.#project.dir, "policy/policy-config.json");
    const config = JSON.parse(readFileSync(file, "utf8"));
    for (const [name, more] of Object.entries(settings)) config[name] = { ...config[name], ...more };
    writeFileSync(file, JSON.stringify(config));
  }

  /** Approves changes of these tenants in the next deployments; any other approval ends. */
  approve(tenants: readonly string[], ...changes: string[]): void {
    const project = this.#project;
    rmSync(join(project.dir, "approvals"), { recursive: true, force: true });
    const [accounts, until] = [tenants.join(", "), day(3)];
    const text = `accounts: [${accounts}]\nchanges: [${changes.join(", ")}]\nuntil: ${until}\nreason: agreed\n`;
    project.write("approvals/week.yaml", `policy: blast-radius\n${text}`);
  }
}
