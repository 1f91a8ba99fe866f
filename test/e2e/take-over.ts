import { execFile } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { repository } from "../../engine/program-folder.mts";
import { estateOf } from "../support/estate.mts";
import { type Bench, openBench } from "./programs";

const PROGRAM = `
const tiers = loadTiers("tiers.yaml");
export const { accounts } = directory(
  loadTenants("tenants/*.yaml", { tiers }).map((args) => new Tenant(args.externalId, args)),
);
`;
const TIERS = `
gold:
  zavu: { creditLimit: 5000 }
  bctrl: { limits: { maxSpaces: 2 } }
`;

/** One story, in order: a team with so many customers takes the product up. */
export function takeOver(count: number): void {
  const estate = estateOf(count);
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench("", { seed: estate.seed });
    const { project, emulator } = bench;
    const { url, apiKey } = emulator.other.zavu;
    for (const [key, value] of Object.entries({ vendor: "zavu", baseUrl: url })) {
      await project.config(`subaccounts:connections.eu.${key}`, value, { path: true });
    }
    await project.config("subaccounts:connections.eu.apiKey", apiKey, { path: true, secret: true });
    writeFileSync(join(project.dir, "tiers.yaml"), TIERS);
    writeFileSync(join(project.dir, "map.csv"), estate.mapping);
  });
  afterAll(() => bench?.close());

  /** All that the vendors have, without our marker. */
  const everything = () => {
    const { zavu, bctrl, bolna, other } = bench.emulator;
    return [zavu.accounts(), bctrl.accounts(), bctrl.keys(), bolna.accounts(), other.zavu.accounts()].map(
      (accounts) =>
        JSON.parse(JSON.stringify(accounts), (key, value) => {
          if (key === "updatedAt") return undefined;
          if (key !== "metadata" || value === null) return value;
          const { "pulumi-subaccounts": _, ...others } = value;
          return Object.keys(others).length > 0 ? others : null;
        }),
    );
  };

  /** Runs `subaccounts tenants generate` in the program's folder. */
  const generate = async (...options: string[]) => {
    const { project, emulator } = bench;
    emulator.clearRequests();
    const command = [join(repository, "dist/cli/main.js"), "tenants", "generate", ...options];
    const options_ = { cwd: project.dir, env: { ...process.env, ...project.env } };
    const { code, stdout, stderr } = await promisify(execFile)(process.execPath, command, options_)
      .then((done) => ({ code: 0, ...done }))
      .catch((failed: { code: number; stdout: string; stderr: string }) => failed);
    expect(bench.writes()).toEqual([]);
    return { code, output: stdout + stderr };
  };

  it("are written down as files, and what has ended goes to a list", async () => {
    const { code, output } = await generate("--map", "map.csv", "--verify");
    const { zavu, bctrl, bolna } = estate.accounts;
    const live = zavu + bctrl + bolna;
    expect(output).toBe(
      `Read ${live + 29} accounts: ${bctrl + 20} of bctrl, ${bolna} of Bolna, ${zavu + 9} of Zavu\n` +
        `${estate.customers} files written\n` +
        "29 accounts ended: ended.csv\n" +
        `${live} accounts: ${live} adopted, 0 fields changed\n`,
    );
    expect(code).toBe(0);
    expect(readdirSync(join(bench.project.dir, "tenants"))).toHaveLength(estate.customers);
  });

  it("are adopted by the first up, which writes the ownership marker and nothing else", async () => {
    const { project, emulator } = bench;
    const before = everything();
    bench.program(PROGRAM);
    emulator.clearRequests();
    await project.up();
    const writes = bench.writes();
    for (const { call, body } of writes) {
      expect(call).toMatch(/^PATCH .*\/(sub-accounts|subaccounts)\/[^/]+$/);
      expect(Object.keys(body as object)).toEqual(["metadata"]);
    }
    expect(new Set(writes.map(({ call }) => call)).size).toBe(writes.length);
    expect(emulator.requests.filter(({ path }) => path.includes("api-keys"))).toEqual([]);
    expect(everything()).toEqual(before);
    emulator.clearRequests();
    await project.up("--expect-no-changes");
    expect(emulator.requests).toEqual([]);
  });

  it("need no adopt line any more", async () => {
    const { project, emulator } = bench;
    const command = [join(repository, "dist/cli/main.js"), "tenants", "tidy"];
    const { stdout } = await promisify(execFile)(process.execPath, command, {
      cwd: project.dir,
      env: { ...process.env, ...project.env },
    });
    const { zavu, bctrl, bolna } = estate.accounts;
    expect(stdout).toBe(
      `${estate.customers} files changed: adopt taken out of ${zavu + bctrl + bolna} accounts\n`,
    );
    emulator.clearRequests();
    await project.up("--expect-no-changes");
    expect(emulator.requests).toEqual([]);
  });

  it("get a managed key beside those in use, which are ended by hand once it is delivered", async () => {
    const { project, emulator } = bench;
    const file = join(project.dir, "tenants/tenant-00001.yaml");
    const account = () => emulator.zavu.accounts().find(({ id }) => id === "zv00001");
    const before = account()?.keys ?? [];
    writeFileSync(file, readFileSync(file, "utf8").replace("  zavu: false\n", ""));
    await project.up();
    const [made] = account()?.keys.filter(({ id }) => before.every((each) => each.id !== id)) ?? [];
    expect(made).toMatchObject({ name: "default", revokedAt: null });
    expect(account()?.keys.filter(({ revokedAt }) => revokedAt === null)).toHaveLength(before.length + 1);
    for (const { id } of before) emulator.zavu.revokeKey("zv00001", id);
    await project.refresh("--expect-no-changes");
    await project.up("--expect-no-changes");
    expect(account()?.keys.filter(({ revokedAt }) => revokedAt === null)).toMatchObject([{ id: made?.id }]);
  });

  it("are no news to the command any more, and one that a person makes outside is", async () => {
    expect(await generate("--check", "--map", "map.csv")).toMatchObject({ code: 0 });
    bench.emulator.zavu.seed({ name: "New outside", externalId: "tenant-new" });
    const { code, output } = await generate("--check", "--map", "map.csv");
    expect(output).toContain("1 customer in no file");
    expect(code).toBe(7);
  });
}
