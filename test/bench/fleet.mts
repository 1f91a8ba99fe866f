import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { type Emulator, startEmulator } from "pulumi-subaccounts/emulator";
import { startCommand } from "../../engine/command.mts";
import { type Engine, ensureEngine } from "../../engine/engine.mts";
import { repository } from "../../engine/program-folder.mts";
import { createProject, type Project } from "../../engine/project.mts";
import { realTimeEnvironmentOf } from "../support/environment.mts";
import { postgresPrograms, startPostgres } from "../support/postgres.mts";

/**
 * `npm run bench:fleet`: a fleet of so many tenants, each an account and a key at Zavu or the vendors of `--vendors`, in
 * stacks of a hundred or of `--size`: the first `up`, one without a change, a changed tier of all, drift, and an `up` after
 * the engine's database was lost.
 */

const script = "npm run bench:fleet";
const document = "docs/fleet.md";
const START = "<!-- bench:fleet -->";
const END = "<!-- /bench:fleet -->";
const SAMPLED_MS = 200;

interface Options {
  readonly tenants: readonly number[];
  /** Requests a minute that the vendor allows; 0: any. */
  readonly rates: readonly number[];
  readonly workers: readonly number[];
  /** Tenants of a stack. */
  readonly size: number;
  readonly vendors: readonly string[];
  readonly write: boolean;
}

/** One command of the fleet. */
interface Row {
  readonly tenants: number;
  readonly rate: number;
  readonly workers: number;
  readonly what: string;
  readonly seconds: number;
  readonly calls: number;
  /** Of them, pages of whole lists: of accounts, and of all accounts' keys. */
  readonly listings: number;
  readonly refusals: number;
  /** The most that one process of the fleet had in memory, without its children. */
  readonly megabytes: number;
}

interface Fleet {
  readonly emulator: Emulator;
  readonly project: Project;
  readonly workers: number;
}

const note = (line: string): void => console.error(line);

const LISTS = ["/v1/sub-accounts", "/v1/subaccounts", "/v1/api-keys", "/sub-accounts/all"];

/** Whether a call reads a page of a whole list: bctrl filters the one of a single account or of its keys. */
function isOfList({ method, path, query }: Emulator["requests"][number]): boolean {
  const isFiltered = Object.keys(query).some((name) => /externalId|subaccount/i.test(name));
  return method === "GET" && LISTS.includes(path) && !isFiltered;
}

async function bench({ tenants, rates, workers, size, vendors, write }: Options): Promise<void> {
  const engine = await ensureEngine({ log: note });
  const rows: Row[] = [];
  for (const count of tenants) {
    for (const rate of rates) {
      for (const machines of workers)
        rows.push(...(await measure(engine, { count, rate, workers: machines, size, vendors })));
    }
  }
  const text = table(rows);
  console.log(text);
  if (!write) return;
  const file = join(repository, document);
  const [before = "", rest = ""] = readFileSync(file, "utf8").split(START);
  const after = rest.split(END)[1] ?? "";
  const made = `\`${script} -- --tenants ${tenants} --rates ${rates} --workers ${workers} --write\`, ${new Date().toISOString().slice(0, 10)}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Pulumi ${engine.version}, states in files.`;
  writeFileSync(file, `${before}${START}\n\n${text}\n\n${made}\n\n${END}${after}`);
  note(`${document} is written`);
}

/** Pages of each list. */
function listsOf(requests: Emulator["requests"]): string {
  const pages = new Map<string, number>();
  for (const { path } of requests.filter(isOfList)) pages.set(path, (pages.get(path) ?? 0) + 1);
  return [...pages].map(([path, count]) => `${path}: ${count}`).join(", ");
}

/** What is measured: one fleet. */
interface Subject extends Pick<Options, "size" | "vendors"> {
  readonly count: number;
  readonly rate: number;
  readonly workers: number;
}

async function measure(engine: Engine, subject: Subject): Promise<Row[]> {
  const { count, rate, workers } = subject;
  const rows: Row[] = [];
  await withFleet(engine, subject, async (fleet) => {
    const row = async (what: string, args: readonly string[], exitCodes: readonly number[] = [0]) => {
      fleet.emulator.clearRequests();
      const start = performance.now();
      const { megabytes } = await run(fleet, args, exitCodes);
      const { requests } = fleet.emulator;
      const made: Row = {
        tenants: count,
        rate,
        workers,
        what,
        seconds: (performance.now() - start) / 1000,
        calls: requests.length,
        listings: requests.filter(isOfList).length,
        refusals: requests.filter(({ status }) => status === 429).length,
        megabytes,
      };
      note(
        `${count} tenants, ${workers} workers, ${what}: ${made.seconds.toFixed(1)} s, ${made.calls} calls, ${made.listings} of lists (${listsOf(requests)})`,
      );
      rows.push(made);
    };
    await row("first `up`", ["up"]);
    refuseUnless(fleet, count);
    await row("`up`, nothing to do", ["up"]);
    const tiers = readFileSync(join(fleet.project.dir, "tiers.yaml"), "utf8");
    fleet.project.write("tiers.yaml", tiers.replace("creditLimit: 500", "creditLimit: 700"));
    await row("a changed tier of all", ["up"]);
    const [account] = fleet.emulator.zavu.accounts();
    fleet.emulator.zavu.change(account?.id ?? "", { name: "By hand" });
    await row("`drift`, of one tenant", ["drift"], [7]);
    if (workers === 1) {
      rmSync(join(fleet.project.dir, ".fleet"), { recursive: true });
      await row("`up` after the database is lost", ["up"]);
    }
    refuseUnless(fleet, count);
  });
  return rows;
}

/** Runs a command, and beside it the workers on other machines. @throws Error for another exit code */
async function run(
  { project, workers }: Fleet,
  args: readonly string[],
  exitCodes: readonly number[],
): Promise<{ megabytes: number }> {
  const start = (line: readonly string[]) =>
    startCommand(process.execPath, [join(repository, "dist/cli/main.js"), "fleet", ...line], {
      cwd: project.dir,
      env: project.env,
    });
  const commands = [start(args), ...Array.from({ length: workers - 1 }, () => start(["work"]))];
  const [first, ...others] = commands;
  let kilobytes = 0;
  const timer = setInterval(() => {
    for (const { pid } of commands) kilobytes = Math.max(kilobytes, peakOf(pid));
  }, SAMPLED_MS);
  const ended = await first?.done;
  clearInterval(timer);
  for (const other of others) other.kill("SIGTERM");
  await Promise.all(others.map(({ done }) => done));
  if (!exitCodes.includes(ended?.exitCode ?? -1))
    throw new Error(`subaccounts fleet ${args.join(" ")} ended with ${ended?.exitCode}:\n${ended?.output}`);
  return { megabytes: Math.round(kilobytes / 1024) };
}

/** The most memory that a process had so far, in kB; 0 where the system does not say. */
function peakOf(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

async function withFleet(
  engine: Engine,
  { count, rate, workers, size, vendors }: Subject,
  body: (fleet: Fleet) => Promise<void>,
): Promise<void> {
  const emulator = await startEmulator();
  emulator.bolna.switches.concurrencyPool = 1_000_000;
  emulator.zavu.switches.requestsPerMinute = rate === 0 ? 10_000_000 : rate;
  const programs = postgresPrograms();
  if (workers > 1 && programs === undefined) throw new Error("several workers need Debian's postgresql");
  const postgres = workers > 1 && programs !== undefined ? await startPostgres(programs) : undefined;
  const project = await createProject({
    engine,
    program: { folder: join(repository, "examples/fleet") },
    env: { ...realTimeEnvironmentOf(emulator), FLEET_DATABASE_URL: postgres?.url ?? "" },
  });
  try {
    rmSync(join(project.dir, "tenants/canaries.yaml"));
    const customers = Array.from({ length: count }, (_, index) => tenant(index + 1, vendors));
    const tiers = readFileSync(join(project.dir, "tiers.yaml"), "utf8");
    project.write(
      "tiers.yaml",
      tiers.replace("trial:\n", "trial:\n  bolna: { allowConcurrentCalls: 1, deletionPolicy: retain }\n"),
    );
    project.write("tenants/customers.yaml", customers.join(""));
    rmSync(join(project.dir, "shards.yaml"));
    const settings = [
      "waves: [{ name: all }]",
      ...(postgres ? ["engine: { url: env:FLEET_DATABASE_URL }"] : []),
    ];
    const file = readFileSync(join(project.dir, "fleet.yaml"), "utf8");
    project.write(
      "fleet.yaml",
      `${file.replace(/waves:\n( {2}.*\n)+/, "").replace(/size: \d+/, `size: ${size}`)}\n${settings.join("\n")}\n`,
    );
    await run({ emulator, project, workers: 1 }, ["init"], [0]);
    await body({ emulator, project, workers });
  } finally {
    await project.dispose();
    await emulator.close();
    await postgres?.stop();
  }
}

function tenant(number: number, vendors: readonly string[]): string {
  const at = vendors.map((vendor) => `${vendor}: {}`).join(", ");
  return `---\n{ externalId: customer-${number}, name: Customer ${number}, tier: trial, vendors: { ${at} } }\n`;
}

function refuseUnless({ emulator }: Fleet, count: number): void {
  const active = emulator.zavu.accounts().filter(({ status }) => status === "active");
  const customers = new Set(active.map(({ externalId }) => externalId));
  if (active.length !== count || customers.size !== count)
    throw new Error(`${active.length} accounts of ${customers.size} customers, not ${count}`);
}

function table(rows: readonly Row[]): string {
  const number = (value: number, digits = 0) =>
    value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const lines = rows.map(
    ({ tenants, rate, workers, what, seconds, calls, listings, refusals, megabytes }) => {
      const limit = rate === 0 ? "none" : `${number(rate)} a minute`;
      const cells = [
        number(tenants),
        limit,
        workers,
        what,
        number(seconds, 1),
        number(calls),
        number(listings),
        number(refusals),
        number(megabytes),
      ];
      return `| ${cells.join(" | ")} |`;
    },
  );
  return [
    "| tenants | the vendor's limit | workers | what | seconds | HTTP calls | of lists | of them 429 | MB of a worker |",
    "|---:|---|---:|---|---:|---:|---:|---:|---:|",
    ...lines,
  ].join("\n");
}

const wholeNumbers = (text: string): number[] =>
  text.split(",").map((each) => {
    if (!/^\d+$/.test(each)) throw new InvalidArgumentError("Give whole numbers, with commas between them.");
    return Number(each);
  });

await new Command(script)
  .description("Times the commands of a fleet against the emulator")
  .option("--tenants <counts>", "numbers of tenants", wholeNumbers, [1000])
  .option("--rates <limits>", "requests a minute that the vendor allows; 0 for any", wholeNumbers, [0, 600])
  .option("--workers <numbers>", "machines; several share a PostgreSQL", wholeNumbers, [1])
  .option("--size <tenants>", "tenants of a stack", Number, 100)
  .option("--vendors <names>", "vendors of each tenant", (text: string) => text.split(","), ["zavu"])
  .option("--write", `write ${document}`, false)
  .action(bench)
  .parseAsync();
