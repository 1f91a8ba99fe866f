import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { startEmulator } from "pulumi-subaccounts/emulator";
import { type Command, startCommand } from "../engine/command.mts";
import { ensureEngine } from "../engine/engine.mts";
import { createProject } from "../engine/project.mts";
import { Proof } from "./proof.mts";

/** `npm run demo:fleet`: examples/fleet through the real engine: waves, a failure, a killed run, and what each step proves. */

const proof = new Proof();
const root = resolve(import.meta.dirname, "..");
const engine = await ensureEngine({ log: (line) => console.log(line) });
const emulator = await startEmulator();
console.log(`The vendors are emulated at ${emulator.url}: open it to watch the requests come in.`);
const project = await createProject({
  engine,
  program: { folder: join(root, "examples/fleet") },
  env: { ...emulator.environment, SUBACCOUNTS_READ_LAG_SECONDS: "1" },
});

/** Starts a command of the fleet with its output in front of the user. */
function start(args: readonly string[], onLine: (line: string) => void = () => {}): Command {
  console.log(`  $ subaccounts fleet ${args.join(" ")}`);
  return startCommand(process.execPath, [join(root, "dist/cli/main.js"), "fleet", ...args], {
    cwd: project.dir,
    env: project.env,
    onLine: (line) => {
      if (line.trim() !== "") console.log(`  \x1b[2m│ ${line}\x1b[0m`);
      onLine(line);
    },
  });
}
const fleet = (...args: string[]) => start(args).done;
/** External ids of the active accounts at Zavu, each as often as it has one. */
const customers = () =>
  emulator.zavu
    .accounts()
    .filter(({ status }) => status === "active")
    .map(({ externalId }) => externalId);

async function demo(): Promise<void> {
  proof.heading("1. Twelve tenants in four stacks: examples/fleet");
  await fleet("init");
  await fleet("shards");

  proof.heading("2. The first wave fails: Zavu refuses a customer");
  const refused = { kind: "status", when: "before", status: 400 } as const;
  emulator.fault({ vendor: "zavu", method: "POST", path: "/v1/sub-accounts", fault: refused });
  const failed = await fleet("up");
  proof.prove("the run stopped after the canaries", failed.exitCode === 1 && customers().length < 3);
  const { stdout: report } = await fleet("report");
  proof.prove("the report names the tenant", /` tenant-(acme|globex) ` in prod-canary/.test(report));

  proof.heading("3. The same command again, killed (kill -9) as the second wave is under way");
  const killed = start(["up"], (line) => {
    if (line.startsWith("wave all")) setTimeout(() => killed.kill("SIGKILL"), 3000);
  });
  await killed.done;

  proof.heading("4. And once more: the run is taken up where it was ended");
  const resumed = await fleet("up");
  proof.prove("all is done", resumed.exitCode === 0);
  proof.prove(
    "each of the twelve customers exists once",
    customers().length === 12 && new Set(customers()).size === 12,
  );

  proof.heading("5. A tier changes: only the shards with a tenant of it run");
  const tiers = readFileSync(join(project.dir, "tiers.yaml"), "utf8");
  project.write("tiers.yaml", tiers.replace("creditLimit: 10000", "creditLimit: 20000"));
  emulator.clearRequests();
  await fleet("plan");
  proof.prove("a plan calls no vendor", emulator.requests.length === 0);
  const changed = await fleet("up");
  proof.prove(
    "the canaries have none of it",
    changed.exitCode === 0 && !changed.output.includes("prod-canary"),
  );

  proof.heading("6. One directory of all shards, and nothing left to do");
  const directory = JSON.parse((await fleet("directory")).stdout);
  proof.prove("it has every customer", Object.keys(directory).length === 12);
  proof.prove("a last up has nothing to do", (await fleet("up")).output.startsWith("Nothing to do"));
}

try {
  await demo();
} finally {
  await project.dispose();
  await emulator.close();
}
proof.conclude("docs/fleet.md");
