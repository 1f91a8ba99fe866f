import { rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { startEmulator } from "pulumi-subaccounts/emulator";
import { startCommand } from "../../engine/command.mts";
import { ensureEngine } from "../../engine/engine.mts";
import { repository } from "../../engine/program-folder.mts";
import { createProject } from "../../engine/project.mts";
import { realTimeEnvironmentOf } from "../support/environment.mts";

/**
 * `npm run bench:gitops`: the seconds of the scripts of `examples/gitops` with so many tenant files, each at Zavu and each
 * tenth at the other two vendors, on a state in files: a pull request that changes nothing, a deploy of everything, of
 * nothing, and of one tenant. The table has the seconds of the clock, those of the processor, and the writes.
 */
const options = new Command("bench:gitops")
  .option("--n <tenants>", "how many tenants", "100")
  .option("--folder <path>", "the repository to measure", join(repository, "examples/gitops"))
  .parse()
  .opts<{ n: string; folder: string }>();
const count = Number(options.n);

const engine = await ensureEngine();
const emulator = await startEmulator();
const project = await createProject({
  engine,
  program: { folder: resolve(options.folder) },
  env: { ...realTimeEnvironmentOf(emulator), PULUMI_STACK: "dev" },
});
try {
  rmSync(join(project.dir, "tenants"), { recursive: true });
  for (let number = 1; number <= count; number += 1) project.write(`tenants/${number}.yaml`, tenant(number));
  await run("preview.sh", "every customer is new");
  await run("up.sh", "every customer is new");
  await run("preview.sh", "nothing to do");
  await run("up.sh", "nothing to do");
  project.write("tenants/1.yaml", tenant(1, "silver"));
  await run("preview.sh", "one customer's tier");
  await run("up.sh", "one customer's tier");
  await run("drift.sh", "no drift");
} finally {
  await project.dispose();
  await emulator.close();
}

async function run(script: string, what: string): Promise<void> {
  emulator.clearRequests();
  // A runner is new for each job: nothing is compiled yet.
  rmSync(project.env["TS_NODE_CACHE_DIRECTORY"] ?? "", { recursive: true, force: true });
  const timed = ["-c", 'TIMEFORMAT="%U %S"; time "$0"', join(project.dir, "scripts", script)];
  const start = performance.now();
  const { exitCode, output, stderr } = await startCommand("bash", timed, {
    cwd: project.dir,
    env: project.env,
  }).done;
  const seconds = (performance.now() - start) / 1000;
  if (exitCode !== 0) throw new Error(`${script} failed:\n${output}`);
  const [user = 0, system = 0] = (stderr.trimEnd().split("\n").at(-1) ?? "").split(" ").map(Number);
  const writes = emulator.requests.filter(({ method }) => method !== "GET").length;
  console.log(
    `| \`${script}\`, ${what} | ${seconds.toFixed(1)} | ${(user + system).toFixed(1)} | ${writes} |`,
  );
}

function tenant(number: number, tier = "trial"): string {
  const vendors = number % 10 === 0 ? "{ zavu: {}, bctrl: {}, bolna: {} }" : "{ zavu: {} }";
  return `externalId: tenant-${number}\nname: Customer ${number}\ntier: ${tier}\nvendors: ${vendors}\n`;
}
