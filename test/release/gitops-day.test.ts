import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type GitopsRepository, openRepository, tenant } from "../e2e/gitops-repository";
import { NO_POSTGRES, type Postgres, postgresPrograms, startPostgres } from "../support/postgres.mts";
import { familyOf, killAll } from "../support/process-family.mts";

const programs = postgresPrograms();

// The steps follow each other, as a day does.
describe("a platform team's day", () => {
  let postgres: Postgres;
  let repository: GitopsRepository;

  beforeEach(({ skip }) => skip(programs === undefined, NO_POSTGRES));
  beforeAll(async () => {
    if (programs === undefined) return;
    postgres = await startPostgres(programs);
    const numbers = Array.from({ length: 50 }, (_, index) => index + 1);
    repository = await openRepository(numbers, { PULUMI_BACKEND_URL: postgres.url });
  });
  afterAll(async () => {
    await repository?.close();
    await postgres?.stop();
  });

  it("starts with fifty tenant files, of which three are wrong: the comment says where and why", async () => {
    repository.project.write("tenants/7.yaml", tenant(7, { tier: "golden" }));
    repository.project.write(
      "tenants/20.yaml",
      tenant(20).replace("bctrl: {}", "bctrl: { limits: { maxSpace: 1 } }"),
    );
    repository.project.write("tenants/31.yaml", tenant(31).replace("tenant-31", "tenant-30"));
    const { mayMerge, comment } = await repository.pullRequest();
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
    for (const number of [7, 20, 31]) repository.project.write(`tenants/${number}.yaml`, tenant(number));
    const { mayMerge, comment, all } = await repository.pullRequest();
    expect(comment).toMatch(/### Preview of `dev`: \d+ to create/);
    expect(all.length).toBeLessThan(65_536);
    expect(mayMerge).toBe(true);

    expect(await repository.merge()).toMatchObject({ exitCode: 0 });
    const { zavu, bctrl, bolna } = repository.emulator;
    expect([zavu, bctrl, bolna].map((vendor) => vendor.accounts().length)).toEqual([50, 5, 5]);
    const directory = repository.directory();
    expect(directory["tenant-10"]).toEqual({
      zavu: repository.idOf("tenant-10"),
      bctrl: expect.any(String),
      bolna: expect.any(String),
    });
  });

  it("has nothing to do for a pull request that changes no tenant", async () => {
    const { mayMerge, comment } = await repository.pullRequest();
    expect(mayMerge).toBe(true);
    expect(comment).toBe(
      "<!-- gitops preview dev -->\n### Preview of `dev`: no changes\n\nThere is nothing to do.\n\n",
    );
  });

  it("can do with a user that only reads the state in a pull request, which then cannot deploy", async () => {
    postgres.run("CREATE ROLE preview LOGIN; GRANT SELECT ON pulumi_state TO preview");
    const reading = { PULUMI_BACKEND_URL: postgres.url.replace("pulumi@", "preview@") };
    repository.project.write("tenants/3.yaml", tenant(3, { tier: "silver" }));
    const { mayMerge, comment } = await repository.pullRequest(reading);
    expect(mayMerge).toBe(true);
    expect(comment).toContain("**Limits raised: 1**");
    repository.emulator.clearRequests();
    const { exitCode, output } = await repository.script("up.sh", reading);
    expect(exitCode).not.toBe(0);
    expect(output).toContain("permission denied for table pulumi_state");
    expect(repository.writes()).toEqual([]);
    repository.project.write("tenants/3.yaml", tenant(3));
  });

  it("raises one customer's tier: one line in the preview, one write at the vendor", async () => {
    repository.project.write("tenants/3.yaml", tenant(3, { tier: "silver" }));
    const { mayMerge, comment, all } = await repository.pullRequest();
    expect(mayMerge).toBe(true);
    expect(comment).toContain("1 to update");
    expect(all).toContain("creditLimit: 500 => 2000");
    const { writes } = await repository.merge();
    expect(writes).toEqual([{ vendor: "zavu", method: "PATCH", body: { creditLimit: 2000 } }]);
  });

  it("is stopped by the policy when the limits go over the budget, in the preview and in the deploy", async () => {
    const config = readFileSync(join(repository.project.dir, "policy/policy-config.json"), "utf8");
    repository.project.write("policy/policy-config.json", config.replace('"limit": 2000', '"limit": 450'));
    repository.project.write("tenants/4.yaml", tenant(4, { tier: "gold" }));
    const { mayMerge, comment } = await repository.pullRequest();
    expect(mayMerge).toBe(false);
    expect(comment).toContain("**Refused by policy.** It cannot be merged as it is, and nothing is changed.");
    // 48 trials at Zavu, one silver and one gold; five trials at each of the others.
    expect(comment).toMatch(
      /- \*\*budget\*\* \(mandatory\): .*may spend USD 510\.00 together; at most USD 450\.00 is allowed/,
    );

    const refused = await repository.merge();
    expect(refused.exitCode).not.toBe(0);
    expect(refused.output).toContain("USD 510.00 together; at most USD 450.00 is allowed");
    expect(refused.output).toContain("correct it, and deploy again");
    expect(refused.writes).toEqual([]);
    repository.project.write("policy/policy-config.json", config);
    repository.project.write("tenants/4.yaml", tenant(4));
  });

  it("is stopped when a wrong pattern would end many customers at once", async () => {
    const program = readFileSync(join(repository.project.dir, "index.ts"), "utf8");
    repository.project.write("index.ts", program.replace("tenants/*.yaml", "tenants/?.yaml"));
    const { mayMerge, comment } = await repository.pullRequest();
    expect(mayMerge).toBe(false);
    expect(comment).toMatch(/- \*\*blast-radius\*\* \(mandatory\): `this run touches 46 of 60 accounts/);
    repository.project.write("index.ts", program);
  });

  it("loses a customer: the comment says what ends and what stays", async () => {
    rmSync(join(repository.project.dir, "tenants/50.yaml"));
    const { mayMerge, comment } = await repository.pullRequest();
    expect(mayMerge).toBe(true);
    expect(comment).toContain("**Accounts that no file declares any more: 3**");
    expect(comment).toContain("- `tenant-50` at bctrl: **retained**");
    expect(comment).toContain("- `tenant-50` at bolna: **retained**: active, its key goes on working");
    expect(comment).toContain("- `tenant-50` at zavu: ended: deactivated");
    expect(comment).toContain("deletionPolicy: retain");
    expect(await repository.merge()).toMatchObject({ exitCode: 0 });
    const { zavu, bctrl, bolna } = repository.emulator;
    const ended = zavu.accounts().filter(({ status }) => status === "inactive");
    expect(ended).toMatchObject([{ externalId: "tenant-50" }]);
    expect(bctrl.accounts().filter(({ status }) => status === "archived")).toEqual([]);
    expect(bolna.accounts()).toHaveLength(5);
    const directory = repository.directory();
    expect(Object.keys(directory)).toHaveLength(49);
  });

  it("sees at night what somebody changed at a vendor, and opens one issue that says what", async () => {
    repository.emulator.zavu.change(repository.idOf("tenant-9"), { creditLimit: 99_999 });
    repository.emulator.zavu.remove(repository.idOf("tenant-11"));
    expect(await repository.script("drift.sh")).toMatchObject({ exitCode: 7 });
    expect(await repository.script("nightly.sh")).toMatchObject({ exitCode: 0 });
    expect(repository.forge.issues).toMatchObject([
      { isOpen: true, title: "Drift in dev: 1 to update, 2 to delete" },
      { isOpen: true, title: "Accounts that no file of dev has: 2" },
    ]);
    const [issue, kept] = repository.forge.issues;
    expect(kept?.body).toMatch(/at bctrl, `Customer 50`: `is of urn:.*retained.*\n.*at bolna, `Customer 50`/);
    expect(issue?.body).toContain("- `tenant-9`, zavu SubAccount: `creditLimit` `500` → `99999`\n");
    expect(issue?.body).toContain("- `tenant-11`, zavu SubAccount\n");
    expect(issue?.body).toContain("makes a new, empty account with new keys");
    expect(issue?.body).toContain("scripts/up.sh --refresh");
  });

  it("tells drift from a check that could not be made", async () => {
    const issues = structuredClone(repository.forge.issues);
    const refused = await repository.script("nightly.sh", { ZAVUDEV_API_KEY: "zv_live_wrong" });
    expect([0, 7]).not.toContain(refused.exitCode);
    expect(refused.output).toContain("The key came from the environment variable ZAVUDEV_API_KEY");
    expect(readFileSync(join(repository.project.dir, "out/issue.md"), "utf8")).toContain(
      "Whether there is drift is not known.",
    );
    repository.emulator.fault({
      vendor: "zavu",
      times: 10_000,
      fault: { kind: "status", when: "before", status: 503 },
    });
    const down = await repository.script("nightly.sh");
    repository.emulator.clearFaults();
    expect([0, 7]).not.toContain(down.exitCode);
    expect(repository.forge.issues).toEqual(issues);
  });

  it("undoes the drift, and closes the issue", async () => {
    const { exitCode, writes } = await repository.merge(" --refresh");
    expect(exitCode).toBe(0);
    expect(writes).toContainEqual({ vendor: "zavu", method: "PATCH", body: { creditLimit: 500 } });
    expect(repository.emulator.zavu.accounts().filter(({ status }) => status === "active")).toHaveLength(49);
    expect(await repository.script("nightly.sh")).toMatchObject({ exitCode: 0 });
    expect(repository.forge.issues).toMatchObject([{ isOpen: false }, { isOpen: true }]);
  });

  it("loses a runner in the middle of a deploy: the next one says what to do, and nothing is made twice", async () => {
    repository.project.write("tenants/51.yaml", tenant(51));
    repository.emulator.clearRequests();
    repository.emulator.fault({
      vendor: "zavu",
      method: "POST",
      times: 1,
      fault: { kind: "hang", when: "after" },
    });
    const deploy = repository.start("up.sh");
    await expect.poll(() => repository.writes().length, { timeout: 120_000 }).toBe(1);
    killAll(familyOf(deploy.pid));
    await deploy.done;
    repository.emulator.clearFaults();

    const locked = await repository.script("up.sh");
    expect(locked.exitCode).not.toBe(0);
    expect(locked.output).toContain("the stack is currently locked");
    expect(locked.output).toContain("scripts/unlock.sh");
    expect(await repository.script("unlock.sh")).toMatchObject({ exitCode: 0 });
    expect(await repository.merge()).toMatchObject({ exitCode: 0 });
    expect(
      repository.emulator.zavu.accounts().filter(({ externalId }) => externalId === "tenant-51"),
    ).toHaveLength(1);
  });
});
