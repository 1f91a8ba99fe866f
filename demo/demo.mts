import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describeAccounts, type Emulator, startEmulator } from "pulumi-subaccounts/emulator";
import { ensureEngine } from "../engine/engine.mts";
import { createProject, type Project } from "../engine/project.mts";

/** `npm run demo`: examples/quickstart through the real engine, and what each step proves. */

const failures: string[] = [];

function heading(text: string): void {
  console.log(`\n\x1b[1m${text}\x1b[0m`);
}

function prove(text: string, holds: boolean): void {
  console.log(holds ? `  \x1b[32m✔\x1b[0m ${text}` : `  \x1b[31m✘ NOT SO:\x1b[0m ${text}`);
  if (!holds) failures.push(text);
}

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

  heading("1. One customer at two vendors, declared in examples/quickstart/index.ts");
  await up();
  console.log(describeAccounts(emulator));
  prove("one live sub-account at each vendor", zavu().length === 1 && emulator.bolna.accounts().length === 1);
  const { messagingKey, backendKey, voiceKey } = await project.outputs({ showSecrets: true });
  const keys = [String(messagingKey), String(backendKey), String(voiceKey)];
  prove(
    "all three keys work at their vendor",
    emulator.zavu.keyWorks(keys[0] ?? "") &&
      emulator.zavu.keyWorks(keys[1] ?? "") &&
      emulator.bolna.keyWorks(keys[2] ?? ""),
  );

  heading("2. A second up has nothing to do");
  const second = await writesDuring(emulator, upQuietly);
  prove("no write was sent", second.length === 0);

  heading("3. A limit changed in the code");
  edit(project, "creditLimit: 50_00", "creditLimit: 75_00");
  const changed = await writesDuring(emulator, upQuietly);
  for (const write of changed) console.log(`  sent: ${write}`);
  prove(
    "one PATCH with that field and nothing else",
    changed.length === 1 && (changed[0]?.endsWith('{"creditLimit":7500}') ?? false),
  );

  heading("4. A limit changed behind Pulumi's back, in the vendor's dashboard");
  emulator.zavu.change(zavu()[0]?.id ?? "", { creditLimit: 999_99 });
  console.log("  Zavu's creditLimit is now 99999");
  await pulumi(project, "refresh", "--yes", "--skip-preview", "--suppress-outputs");
  const preview = await pulumi(project, "preview", "--diff");
  prove("refresh found it and the preview shows it", /creditLimit\s*: 99999 => 7500/.test(preview));
  await upQuietly();
  prove("up repaired it", zavu()[0]?.creditLimit === 7500);

  heading("5. A second customer, and the reply to its creation is lost on the way");
  edit(
    project,
    "// A key of its own",
    'const beta = new zavu.SubAccount("beta", { name: "Beta Ltd", externalId: "tenant-beta" });\nexport const betaKey = beta.apiKey;\n\n// A key of its own',
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
  prove("Pulumi shows them as [secret]", (shown.match(/\[secret\]/g) ?? []).length === 4);
  prove("none is in the state file in clear", ![...keys, String(betaKey)].some((key) => state.includes(key)));

  heading("7. Destroy");
  await pulumi(project, "destroy", "--yes", "--skip-preview");
  console.log(describeAccounts(emulator));
  prove(
    "nothing is live: Zavu deactivates and keeps the data, Bolna deletes",
    zavu().every(({ status }) => status === "inactive") && emulator.bolna.accounts().length === 0,
  );
}

const engine = await ensureEngine({ log: (line) => console.log(line) });
const emulator = await startEmulator();
console.log(`The vendors are emulated at ${emulator.url}: open it to watch the requests come in.`);
const project = await createProject({
  engine,
  program: { folder: resolve(import.meta.dirname, "../examples/quickstart") },
  env: {
    ZAVU_BASE_URL: emulator.zavu.url,
    ZAVUDEV_API_KEY: emulator.zavu.apiKey,
    BOLNA_BASE_URL: emulator.bolna.url,
    BOLNA_API_KEY: emulator.bolna.apiKey,
  },
});
try {
  await demo(emulator, project);
} finally {
  await project.dispose();
  await emulator.close();
}
if (failures.length > 0) {
  console.log(`\n\x1b[31m${failures.length} of the statements above did not hold:\x1b[0m`);
  for (const failure of failures) console.log(`  ✘ ${failure}`);
  process.exitCode = 1;
} else {
  console.log("\nEvery statement held. Next: README.md, 'Your own program'.");
}
