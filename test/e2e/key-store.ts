import { existsSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, inject, it, onTestFinished } from "vitest";
import { startEmulator } from "../../emulator";
import { repository } from "../../engine/program-folder.mts";
import { createProject } from "../../engine/project.mts";
import { filesIn } from "../support/files.mts";
import { SecretStores, type StoreEvent } from "../support/secret-stores.mts";
import { realTimeEnvironmentOf } from "../support/stack";

/** A program of examples/secret-store. */
interface Recipe {
  /** Its folder there. */
  readonly name: string;
  /** Where applications read the keys. */
  readonly address: string;
  /** The pattern of the URN of the resource that holds them. */
  readonly target: string;
  /** Takes the keys, by vendor, out of what applications read. */
  readonly keys?: (text: string) => Keys;
  readonly config?: Readonly<Record<string, string>>;
  /** What an `up` needs after a refused write: its provider does not say that the write was refused. */
  readonly mend?: readonly string[];
}

type Keys = Readonly<Record<string, string>>;

const vault = { address: "kv/tenants/tenant-acme", target: "**kv/secretV2:SecretV2::tenant-acme" };

/** Every program, with its store. */
export const recipes: readonly Recipe[] = [
  { name: "vault", ...vault },
  { name: "external-secrets", ...vault },
  {
    name: "kubernetes",
    address: "tenants/keys-tenant-acme",
    target: "**core/v1:Secret::tenant-acme",
  },
  {
    name: "aws-secrets-manager",
    address: "arn:aws:secretsmanager:eu-central-1:123456789012:secret:tenants/tenant-acme",
    target: "**SecretVersion::tenant-acme",
  },
  {
    name: "pulumi-esc",
    address: "acme/tenants/tenant-acme",
    target: "**Environment::tenant-acme",
    keys: (text) => {
      const { apiKeys } = JSON.parse(text).values as { apiKeys: Record<string, { "fn::secret": string }> };
      return Object.fromEntries(Object.entries(apiKeys).map(([name, each]) => [name, each["fn::secret"]]));
    },
    config: { "keys-pulumi-esc:organization": "acme" },
    mend: ["--refresh"],
  },
];

/** The program whose package is installed here, so that every run has one. */
export const installed = "vault";

/**
 * Takes the program through a rotation with a store that refuses, one that nobody mends within the overlap, a lost entry and
 * a customer who leaves.
 *
 * @param packages the folder of the installed packages that the repository does not have.
 */
export function deliversKeys(recipe: Recipe, packages?: () => string): void {
  it(`${recipe.name}: the store has a working key all the time`, async () => {
    const { address, target, keys: parse = JSON.parse, config = {}, mend = [] } = recipe;
    const emulator = await startEmulator();
    const stores = await SecretStores.start();
    const project = await createProject({
      engine: { binDir: inject("engineBinDir") },
      program: { folder: join(repository, "examples/secret-store", recipe.name) },
      // Its types are checked by a compiler of their own.
      env: { ...realTimeEnvironmentOf(emulator), ...stores.env, PULUMI_NODEJS_TRANSPILE_ONLY: "true" },
    });
    onTestFinished(async () => {
      await project.dispose();
      stores.close();
      await emulator.close();
    });
    if (packages) linkMissing(packages(), project.dir);
    for (const [key, value] of Object.entries(config)) await project.config(key, value);

    const delivered = (): Keys => parse(stores.entries.get(address) ?? "{}");
    const works = (keys: Keys) => [
      emulator.zavu.keyWorks(keys["zavu"] ?? ""),
      emulator.bctrl.keyWorks(keys["bctrl"] ?? ""),
    ];
    const keysMade = () =>
      emulator.requests.filter(({ method, path }) => method === "POST" && path.endsWith("/api-keys")).length;
    const outputs: string[] = [];
    const run = async (running: Promise<{ output: string }>) => outputs.push((await running).output);
    const change = (from: string | RegExp, to: string) => {
      const program = readFileSync(join(project.dir, "index.ts"), "utf8");
      expect(program).toMatch(from);
      project.write("index.ts", program.replace(from, to));
    };

    await run(project.up());
    const first = delivered();
    expect(works(first)).toEqual([true, true]);

    // The new keys are made and saved, and the store refuses them.
    change("rotateAfterDays: 90", 'keepers: { person: "left" }');
    await run(project.preview("--diff"));
    stores.refusals = 1;
    await run(project.up({ expectFailure: true }));
    expect([delivered(), works(first), keysMade()]).toEqual([first, [true, true], 4]);
    await run(project.up(...mend));
    const second = delivered();
    expect([works(second), works(first), keysMade()]).toEqual([[true, true], [true, true], 4]);
    expect(Object.values(first).some((key) => Object.values(second).includes(key))).toBe(false);

    // The same, and nobody mends it before the overlap is over: the store's resource goes first, by itself.
    change('"left"', '"left too"');
    change("overlapHours: 72", "overlapHours: 0");
    stores.refusals = 1;
    await run(project.up({ expectFailure: true }));
    expect([delivered(), works(second), works(first)]).toEqual([second, [true, true], [false, false]]);
    await run(project.up(...mend, "--target", target));
    const third = delivered();
    expect([works(third), works(second), keysMade()]).toEqual([[true, true], [true, true], 6]);
    await run(project.up());
    expect([delivered(), works(third), works(second)]).toEqual([third, [true, true], [false, false]]);

    // The store lost the entry: it is written again, with the same keys.
    stores.entries.clear();
    await run(project.up("--refresh"));
    expect([delivered(), works(third), keysMade()]).toEqual([third, [true, true], 6]);

    // A customer who leaves: the entry goes before the keys end.
    const events: (StoreEvent & { works: boolean[] })[] = [];
    stores.onEvent = (event) => events.push({ ...event, works: works(third) });
    change(/const tenants = \[.*?^\];/ms, "const tenants: Tenant[] = [];");
    await run(project.up());
    expect(events).toEqual([{ what: "removed", address, works: [true, true] }]);
    expect([works(third), stores.entries.size]).toEqual([[false, false], 0]);

    const all = [first, second, third].flatMap((keys) => Object.values(keys));
    expect(new Set(all).size).toBe(6);
    const texts = [...outputs, ...filesIn(dirname(project.dir)).map((file) => readFileSync(file, "utf8"))];
    const forms = all.flatMap((key) => [key, Buffer.from(key).toString("base64")]);
    expect(texts.filter((text) => forms.some((form) => text.includes(form)))).toEqual([]);
  });
}

/** Makes the packages of a folder resolve in a program, but for those that it has. */
function linkMissing(packages: string, program: string): void {
  for (const name of readdirSync(join(packages, "@pulumi"))) {
    const link = join(program, "node_modules/@pulumi", name);
    if (!existsSync(link)) symlinkSync(join(packages, "@pulumi", name), link, "junction");
  }
}
