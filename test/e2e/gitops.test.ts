import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { type Emulator, startEmulator } from "../../emulator";
import { type CommandResult, startCommand } from "../../engine/command.mts";
import { repository } from "../../engine/program-folder.mts";
import { createProject, type Project } from "../../engine/project.mts";
import { type Forge, startForge } from "../support/forge.mts";
import { type Postgres, postgresPrograms, startPostgres } from "../support/postgres.mts";
import { familyOf, killAll } from "../support/process-family.mts";
import { environmentOf } from "../support/stack";

const programs = postgresPrograms();

/** The file of tenant `number`, from 1 to 50: each is at Zavu, each tenth also at the other two. */
const tenant = (number: number, { tier = "trial", name = `Customer ${number}` } = {}) => `# A customer.
externalId: tenant-${number}
name: ${name}
tier: ${tier}
vendors: ${number % 10 === 0 ? "{ zavu: {}, bctrl: {}, bolna: {} }" : "{ zavu: {} }"}
`;

// The steps follow each other, as a day does.
describe("a platform team's day", () => {
  let postgres: Postgres;
  let emulator: Emulator;
  let forge: Forge;
  let project: Project;

  beforeEach(({ skip }) =>
    skip(
      programs === undefined,
      "there is no Postgres server in /usr/lib/postgresql: apt-get install postgresql",
    ),
  );
  beforeAll(async () => {
    if (programs === undefined) return;
    postgres = await startPostgres(programs);
    emulator = await startEmulator();
    forge = await startForge("github");
    project = await createProject({
      engine: { binDir: inject("engineBinDir") },
      program: { folder: join(repository, "examples/gitops") },
      env: {
        ...environmentOf(emulator),
        ...forge.env,
        PULUMI_BACKEND_URL: postgres.url,
        PULUMI_STACK: "dev",
      },
    });
    rmSync(join(project.dir, "tenants"), { recursive: true });
    for (let number = 1; number <= 50; number++) project.write(`tenants/${number}.yaml`, tenant(number));
  });
  afterAll(async () => {
    await project?.dispose();
    await forge?.close();
    await emulator?.close();
    await postgres?.stop();
  });

  const run = (script: string, env: Record<string, string> = {}) => {
    const [file = "", ...args] = script.split(" ");
    return startCommand(join(project.dir, "scripts", file), args, {
      cwd: project.dir,
      env: { ...project.env, ...env },
    });
  };
  const secrets = () => [emulator.zavu, emulator.bctrl, emulator.bolna].map(({ apiKey }) => apiKey);
  /** Runs a script. What it prints and leaves for people holds no key. */
  const script = async (line: string, env: Record<string, string> = {}): Promise<CommandResult> => {
    const result = await run(line, env).done;
    const out = join(project.dir, "out");
    const left = existsSync(out) ? readdirSync(out).map((file) => readFileSync(join(out, file), "utf8")) : [];
    for (const text of [result.output, ...left]) {
      expect(secrets().filter((key) => text.includes(key))).toEqual([]);
      expect(text).not.toMatch(/zv_live_sub_\w{20,}/);
    }
    return result;
  };
  /** The job of a pull request: previews, without the vendors' keys, and comments. */
  const pullRequest = async () => {
    emulator.clearRequests();
    const placeholders = Object.fromEntries(
      ["ZAVUDEV_API_KEY", "BCTRL_API_KEY", "BOLNA_API_KEY"].map((name) => [name, "not-needed-by-a-preview"]),
    );
    const preview = await script("preview.sh", placeholders);
    expect(emulator.requests, preview.output).toEqual([]);
    const comment = readFileSync(join(project.dir, "out/comment.md"), "utf8");
    const publish = startCommand("node", ["scripts/publish.mjs", "comment", "out/comment.md"], {
      cwd: project.dir,
      env: project.env,
    });
    expect(await publish.done).toMatchObject({ exitCode: 0, output: "" });
    expect(forge.comments.map(({ body }) => body)).toEqual([comment]);
    return { mayMerge: preview.exitCode === 0, comment: comment.split("<details>")[0] ?? "", all: comment };
  };
  const merge = async (flags = "") => {
    emulator.clearRequests();
    const up = await script(`up.sh${flags}`);
    return { ...up, writes: writes() };
  };
  const writes = () =>
    emulator.requests
      .filter(({ method }) => method !== "GET")
      .map(({ vendor, method, body }) => ({ vendor, method, body }));
  const idOf = (externalId: string) =>
    emulator.zavu.accounts().find((account) => account.externalId === externalId)?.id ?? "";

  it("starts with fifty tenant files, of which three are wrong: the comment says where and why", async () => {
    project.write("tenants/7.yaml", tenant(7, { tier: "golden" }));
    project.write("tenants/20.yaml", tenant(20).replace("bctrl: {}", "bctrl: { limits: { maxSpace: 1 } }"));
    project.write("tenants/31.yaml", tenant(31).replace("tenant-31", "tenant-30"));
    const { mayMerge, comment } = await pullRequest();
    expect(mayMerge).toBe(false);
    expect(comment).toContain("**Failed.** It cannot be merged as it is, and nothing is changed.");
    expect(comment).toMatch(/found 3 problems/);
    expect(comment).toMatch(/tenants\/7\.yaml:4:1 tier .*trial, silver, gold/);
    expect(comment).toMatch(
      /tenants\/20\.yaml:5:\d+ vendors\.bctrl\.limits\.maxSpace .*maxActiveRuns, maxSpaces/,
    );
    expect(comment).toMatch(/tenants\/31\.yaml:2:1 externalId .*\(tenants\/30\.yaml:2:1\)/);
  });

  it("goes on with fifty customers, once the three are corrected", { timeout: 600_000 }, async () => {
    for (const number of [7, 20, 31]) project.write(`tenants/${number}.yaml`, tenant(number));
    const { mayMerge, comment, all } = await pullRequest();
    expect(comment).toMatch(/### Preview of `dev`: \d+ to create/);
    expect(all.length).toBeLessThan(65_536);
    expect(mayMerge).toBe(true);

    expect(await merge()).toMatchObject({ exitCode: 0 });
    const { zavu, bctrl, bolna } = emulator;
    expect([zavu, bctrl, bolna].map((vendor) => vendor.accounts().length)).toEqual([50, 5, 5]);
    const directory = JSON.parse(readFileSync(join(project.dir, "directory.json"), "utf8"));
    expect(directory["tenant-10"]).toEqual({
      zavu: idOf("tenant-10"),
      bctrl: expect.any(String),
      bolna: expect.any(String),
    });
  });

  it("has nothing to do for a pull request that changes no tenant", async () => {
    const { mayMerge, comment } = await pullRequest();
    expect(mayMerge).toBe(true);
    expect(comment).toBe(
      "<!-- gitops preview dev -->\n### Preview of `dev`: no changes\n\nThere is nothing to do.\n\n",
    );
  });

  it("raises one customer's tier: one line in the preview, one write at the vendor", async () => {
    project.write("tenants/3.yaml", tenant(3, { tier: "silver" }));
    const { mayMerge, comment, all } = await pullRequest();
    expect(mayMerge).toBe(true);
    expect(comment).toContain("1 to update");
    expect(all).toContain("creditLimit: 500 => 2000");
    const { writes } = await merge();
    expect(writes).toEqual([{ vendor: "zavu", method: "PATCH", body: { creditLimit: 2000 } }]);
  });

  it("is stopped by the policy when the limits go over the budget, in the preview and in the deploy", async () => {
    const config = readFileSync(join(project.dir, "policy/policy-config.json"), "utf8");
    project.write("policy/policy-config.json", config.replace('"limit": 2000', '"limit": 450'));
    project.write("tenants/4.yaml", tenant(4, { tier: "gold" }));
    const { mayMerge, comment } = await pullRequest();
    expect(mayMerge).toBe(false);
    expect(comment).toContain("**Refused by policy.** It cannot be merged as it is, and nothing is changed.");
    // 48 trials at Zavu, one silver and one gold; five trials at each of the others.
    expect(comment).toMatch(
      /- \*\*budget\*\* \(mandatory\): .*may spend USD 510\.00 together; at most USD 450\.00 is allowed/,
    );

    const refused = await merge();
    expect(refused.exitCode).not.toBe(0);
    expect(refused.output).toContain("USD 510.00 together; at most USD 450.00 is allowed");
    expect(refused.output).toContain("correct it, and deploy again");
    expect(refused.writes).toEqual([]);
    project.write("policy/policy-config.json", config);
    project.write("tenants/4.yaml", tenant(4));
  });

  it("is stopped when a wrong pattern would end many customers at once", async () => {
    const program = readFileSync(join(project.dir, "index.ts"), "utf8");
    project.write("index.ts", program.replace("tenants/*.yaml", "tenants/?.yaml"));
    const { mayMerge, comment } = await pullRequest();
    expect(mayMerge).toBe(false);
    expect(comment).toMatch(/- \*\*blast-radius\*\* \(mandatory\): this run touches 46 of 60 accounts/);
    project.write("index.ts", program);
  });

  it("loses a customer: the comment says what ends and what stays", async () => {
    rmSync(join(project.dir, "tenants/50.yaml"));
    const { mayMerge, comment } = await pullRequest();
    expect(mayMerge).toBe(true);
    expect(comment).toContain("**Accounts that no file declares any more: 3**");
    expect(comment).toMatch(/- tenant-50 at zavu: ended\n/);
    expect(comment).toMatch(/- tenant-50 at bctrl: ended\n/);
    expect(comment).toMatch(/- tenant-50 at bolna: left as it is\n/);
    expect(comment).toContain("deletionPolicy: retain");
    expect(await merge()).toMatchObject({ exitCode: 0 });
    const { zavu, bctrl, bolna } = emulator;
    const ended = zavu.accounts().filter(({ status }) => status === "inactive");
    expect(ended).toMatchObject([{ externalId: "tenant-50" }]);
    expect(bctrl.accounts().filter(({ status }) => status === "archived")).toHaveLength(1);
    expect(bolna.accounts()).toHaveLength(5);
    const directory = JSON.parse(readFileSync(join(project.dir, "directory.json"), "utf8"));
    expect(Object.keys(directory)).toHaveLength(49);
  });

  it("sees at night what somebody changed at a vendor, and opens one issue that says what", async () => {
    emulator.zavu.change(idOf("tenant-9"), { creditLimit: 99_999 });
    emulator.zavu.remove(idOf("tenant-11"));
    expect(await script("drift.sh")).toMatchObject({ exitCode: 7 });
    expect(await script("nightly.sh")).toMatchObject({ exitCode: 0 });
    expect(forge.issues).toMatchObject([{ isOpen: true, title: "Drift in dev: 1 to update, 2 to delete" }]);
    const [issue] = forge.issues;
    expect(issue?.body).toContain("- tenant-9, zavu SubAccount: creditLimit: 500 => 99999\n");
    expect(issue?.body).toContain("- tenant-11, zavu SubAccount: is gone\n");
    expect(issue?.body).toContain("scripts/up.sh --refresh");
  });

  it("tells drift from a check that could not be made", async () => {
    const [issue] = structuredClone(forge.issues);
    const refused = await script("nightly.sh", { ZAVUDEV_API_KEY: "zv_live_wrong" });
    expect([0, 7]).not.toContain(refused.exitCode);
    expect(refused.output).toContain("The key came from the environment variable ZAVUDEV_API_KEY");
    expect(readFileSync(join(project.dir, "out/issue.md"), "utf8")).toContain(
      "Whether there is drift is not known.",
    );
    emulator.fault({ vendor: "zavu", times: 10_000, fault: { kind: "status", when: "before", status: 503 } });
    const down = await script("nightly.sh");
    emulator.clearFaults();
    expect([0, 7]).not.toContain(down.exitCode);
    expect(forge.issues).toEqual([issue]);
  });

  it("undoes the drift, and closes the issue", async () => {
    const { exitCode, writes } = await merge(" --refresh");
    expect(exitCode).toBe(0);
    expect(writes).toContainEqual({ vendor: "zavu", method: "PATCH", body: { creditLimit: 500 } });
    expect(emulator.zavu.accounts().filter(({ status }) => status === "active")).toHaveLength(49);
    expect(await script("nightly.sh")).toMatchObject({ exitCode: 0 });
    expect(forge.issues).toMatchObject([{ isOpen: false }]);
  });

  it("loses a runner in the middle of a deploy: the next one says what to do, and nothing is made twice", async () => {
    project.write("tenants/51.yaml", tenant(51));
    emulator.clearRequests();
    emulator.fault({ vendor: "zavu", method: "POST", times: 1, fault: { kind: "hang", when: "after" } });
    const deploy = run("up.sh");
    await expect.poll(() => writes().length, { timeout: 120_000 }).toBe(1);
    killAll(familyOf(deploy.pid));
    await deploy.done;
    emulator.clearFaults();

    const locked = await script("up.sh");
    expect(locked.exitCode).not.toBe(0);
    expect(locked.output).toContain("the stack is currently locked");
    expect(locked.output).toContain("scripts/unlock.sh");
    expect(await script("unlock.sh")).toMatchObject({ exitCode: 0 });
    expect(await merge()).toMatchObject({ exitCode: 0 });
    expect(emulator.zavu.accounts().filter(({ externalId }) => externalId === "tenant-51")).toHaveLength(1);
  });
});
