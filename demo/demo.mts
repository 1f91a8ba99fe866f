import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describeAccounts, type Emulator, startEmulator } from "pulumi-subaccounts/emulator";
import { ensureEngine } from "../engine/engine.mts";
import { createProject, type Project } from "../engine/project.mts";
import { Proof } from "./proof.mts";

/** `npm run demo`: examples/quickstart through the real engine, and what each step proves. */

const proof = new Proof();
const heading = (text: string) => proof.heading(text);
const prove = (text: string, holds: boolean) => proof.prove(text, holds);

/** Runs a command of Pulumi with its output in front of the user. @returns that output. */
async function pulumi(project: Project, ...args: string[]): Promise<string> {
  console.log(`  $ pulumi ${args.join(" ")}`);
  const { output } = await project.run(args, {
    onLine: (line) => {
      if (line.trim() !== "") console.log(`  \x1b[2m│ ${line}\x1b[0m`);
    },
  });
  return output;
}

/** The writes that reached the vendors while `body` ran. */
async function writesDuring(emulator: Emulator, body: () => Promise<unknown>): Promise<string[]> {
  emulator.clearRequests();
  await body();
  return emulator.requests
    .filter(({ method }) => method !== "GET")
    .map(({ vendor, method, path, body }) => `${vendor} ${method} ${path} ${JSON.stringify(body ?? {})}`);
}

function edit(project: Project, from: string, to: string): void {
  const file = "index.ts";
  const text = readFileSync(join(project.dir, file), "utf8");
  if (!text.includes(from)) throw new Error(`examples/quickstart/${file} no longer has: ${from}`);
  project.write(file, text.replace(from, to));
  console.log(`  ${file}:  ${from}  →  ${to.split("\n")[0]}`);
}

async function demo(emulator: Emulator, project: Project): Promise<void> {
  const up = (...flags: string[]) => pulumi(project, "up", "--yes", "--skip-preview", ...flags);
  const upQuietly = () => up("--suppress-outputs");
  const zavu = () => emulator.zavu.accounts();
  const bctrl = () => emulator.bctrl.accounts();
  const bolna = () => emulator.bolna.accounts();

  heading("1. One customer at three vendors, declared in examples/quickstart/index.ts");
  await up();
  console.log(describeAccounts(emulator));
  prove(
    "one live sub-account at each vendor",
    [zavu(), bctrl(), bolna()].every((accounts) => accounts.length === 1),
  );
  const outputs = await project.outputs({ showSecrets: true });
  const [messagingKey = "", backendKey = "", browserKey = "", voiceKey = ""] = [
    outputs["messagingKey"],
    outputs["backendKey"],
    outputs["browserKey"],
    outputs["voiceKey"],
  ].map(String);
  const keys = [messagingKey, backendKey, browserKey, voiceKey];
  prove(
    "all four keys work at their vendor",
    emulator.zavu.keyWorks(messagingKey) &&
      emulator.zavu.keyWorks(backendKey) &&
      emulator.bctrl.keyWorks(browserKey) &&
      emulator.bolna.keyWorks(voiceKey),
  );

  heading("2. A second up has nothing to do");
  const second = await writesDuring(emulator, upQuietly);
  prove("no write was sent", second.length === 0);

  heading("3. A limit changed at each vendor, in the code");
  edit(project, "creditLimit: 50_00", "creditLimit: 75_00");
  edit(project, "maxActiveRuns: 5", "maxActiveRuns: 8");
  edit(project, "allowConcurrentCalls: 4", "allowConcurrentCalls: 6");
  const changed = await writesDuring(emulator, upQuietly);
  for (const write of changed) console.log(`  sent: ${write}`);
  const bodies = ['{"creditLimit":7500}', '{"limits":{"maxActiveRuns":8}}', '{"allow_concurrent_calls":6}'];
  prove(
    "one PATCH at each, with that field and nothing else",
    changed.length === 3 && bodies.every((body) => changed.some((write) => write.endsWith(` ${body}`))),
  );

  heading("4. Limits changed behind Pulumi's back, in the vendors' dashboards");
  emulator.zavu.change(zavu()[0]?.id ?? "", { creditLimit: 999_99 });
  emulator.bctrl.change(bctrl()[0]?.id ?? "", { limits: { monthlyCreditLimit: 90_000 } });
  emulator.bolna.change(bolna()[0]?.id ?? "", { allow_concurrent_calls: 50 });
  console.log("  Zavu's creditLimit is now 99999, bctrl's monthlyCreditLimit 90000, Bolna's concurrency 50");
  await pulumi(project, "refresh", "--yes", "--skip-preview", "--suppress-outputs");
  const preview = await pulumi(project, "preview", "--diff");
  prove(
    "refresh found them and the preview shows them",
    /creditLimit\s*: 99999 => 7500/.test(preview) &&
      /monthlyCreditLimit\s*: 90000 => 20000/.test(preview) &&
      /allowConcurrentCalls\s*: 50 => 6/.test(preview),
  );
  await upQuietly();
  prove(
    "up repaired them",
    zavu()[0]?.creditLimit === 7500 &&
      bctrl()[0]?.limits.monthlyCreditLimit === 20_000 &&
      bolna()[0]?.allow_concurrent_calls === 6,
  );

  heading("5. A second customer, and the reply to its creation is lost on the way");
  edit(
    project,
    "// Keys of their own",
    'const beta = new zavu.SubAccount("beta", { name: "Beta Ltd", externalId: "tenant-beta" });\nexport const betaKey = beta.apiKey;\n\n// Keys of their own',
  );
  emulator.fault({
    vendor: "zavu",
    method: "POST",
    path: "/v1/sub-accounts",
    fault: { kind: "drop", when: "after" },
  });
  emulator.clearRequests();
  await up();
  for (const { method, path, fault } of emulator.requests) {
    console.log(`  ${method} ${path}${fault ? "   ← the reply to this one was lost" : ""}`);
  }
  console.log(describeAccounts(emulator));
  prove(
    "the customer exists once",
    zavu().filter(({ externalId }) => externalId === "tenant-beta").length === 1,
  );
  const { betaKey } = await project.outputs({ showSecrets: true });
  prove("and a working key came out of the same up", emulator.zavu.keyWorks(String(betaKey)));

  heading("6. Keys are secret");
  const shown = await pulumi(project, "stack", "output");
  const state = project.stateText();
  prove("Pulumi shows them as [secret]", (shown.match(/\[secret\]/g) ?? []).length === 5);
  prove("none is in the state file in clear", ![...keys, String(betaKey)].some((key) => state.includes(key)));

  heading("7. Destroy");
  await pulumi(project, "destroy", "--yes", "--skip-preview");
  console.log(describeAccounts(emulator));
  prove(
    "nothing is live: Zavu deactivates and keeps the data, bctrl archives, Bolna deletes",
    zavu().every(({ status }) => status === "inactive") &&
      bctrl().every(({ status }) => status === "archived") &&
      bolna().length === 0,
  );
}

const engine = await ensureEngine({ log: (line) => console.log(line) });
const emulator = await startEmulator();
console.log(`The vendors are emulated at ${emulator.url}: open it to watch the requests come in.`);
const project = await createProject({
  engine,
  program: { folder: resolve(import.meta.dirname, "../examples/quickstart") },
  env: Object.fromEntries(
    emulator.overview().flatMap(({ name, url, environment }) => [
      [environment.baseUrl, url],
      [environment.apiKey, emulator[name].apiKey],
    ]),
  ),
});
try {
  await demo(emulator, project);
} finally {
  await project.dispose();
  await emulator.close();
}
proof.conclude("README.md, 'Start'");
