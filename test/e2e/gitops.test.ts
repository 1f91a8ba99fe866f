import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type GitopsRepository, openRepository, tenant } from "./gitops-repository";

// A short day on a state in files; the long one, on Postgres, is test/release/gitops-day.test.ts. Its steps follow each
// other.
describe("the pipelines of examples/gitops", () => {
  let repository: GitopsRepository;
  beforeAll(async () => {
    repository = await openRepository([1, 2, 10], { GITHUB_SHA: "c0ffee", GITHUB_ACTOR: "octocat" });
  });
  afterAll(() => repository?.close());

  it("comment where a file of a pull request is wrong, and why", async () => {
    repository.project.write("tenants/2.yaml", tenant(2, { tier: "golden" }));
    const { mayMerge, comment } = await repository.pullRequest();
    expect(mayMerge).toBe(false);
    expect(comment).toContain("**Failed.** It cannot be merged as it is, and nothing is changed.");
    expect(comment).toMatch(/tenants\/2\.yaml:4:1 tier .*trial, silver, gold/);
  });

  it("deploy what is merged, and leave a directory for services", async () => {
    repository.project.write("tenants/2.yaml", tenant(2));
    const { mayMerge, comment } = await repository.pullRequest();
    expect(comment).toMatch(/### Preview of `dev`: \d+ to create/);
    expect(mayMerge).toBe(true);

    expect(await repository.merge()).toMatchObject({ exitCode: 0 });
    const { zavu, bctrl, bolna } = repository.emulator;
    expect([zavu, bctrl, bolna].map((vendor) => vendor.accounts().length)).toEqual([3, 1, 1]);
    expect(repository.directory()["tenant-10"]).toEqual({
      zavu: repository.idOf("tenant-10"),
      bctrl: expect.any(String),
      bolna: expect.any(String),
    });
    // What was made, for each tenant and argument.
    const trail = repository.trail();
    expect(trail.filter(({ field }) => field === "allowConcurrentCalls")).toEqual([
      {
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        commit: "c0ffee",
        actor: "octocat",
        stack: "dev",
        tenant: "tenant-10",
        vendor: "bolna",
        account: bolna.accounts()[0]?.id,
        resource: "SubAccount",
        name: "tenant-10",
        op: "create",
        field: "allowConcurrentCalls",
        to: 1,
      },
    ]);
    expect(new Set(trail.map(({ tenant }) => tenant))).toEqual(
      new Set(["tenant-1", "tenant-2", "tenant-10"]),
    );
  });

  it("stop what a policy refuses, in the pull request", async () => {
    const config = readFileSync(join(repository.project.dir, "policy/policy-config.json"), "utf8");
    repository.project.write("policy/policy-config.json", config.replace('"limit": 2000', '"limit": 50'));
    repository.project.write("tenants/1.yaml", tenant(1, { tier: "silver" }));
    const { mayMerge, comment } = await repository.pullRequest();
    expect(mayMerge).toBe(false);
    expect(comment).toContain("**Refused by policy.** It cannot be merged as it is, and nothing is changed.");
    expect(comment).toMatch(
      /- \*\*budget\*\* \(mandatory\): .*may spend USD 60\.00 together; at most USD 50\.00/,
    );
    repository.project.write("policy/policy-config.json", config);
    repository.project.write("tenants/1.yaml", tenant(1));
  });

  it("let pass what a file approves, and say in the pull request what that is", async () => {
    for (const number of [1, 2, 10])
      repository.project.write(`tenants/${number}.yaml`, tenant(number, { tier: "silver" }));
    const names = ["tenant-1", "tenant-2"].join(", ");
    const until = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
    const approve = (accounts: string) =>
      repository.project.write(
        "approvals/silver.yaml",
        `policy: blast-radius\naccounts: [${accounts}]\nchanges: [raised]\nuntil: ${until}\nreason: new prices\n`,
      );
    approve(names);
    const refused = await repository.pullRequest();
    expect(refused.mayMerge).toBe(false);
    expect(refused.comment).toMatch(/this run touches 3 of 5 accounts, beside what is approved; at most 2/);

    approve(`${names}, tenant-10`);
    const { mayMerge, comment } = await repository.pullRequest();
    expect(mayMerge).toBe(true);
    expect(comment).toContain(
      `until \`${until}\`, for \`tenant-1\`, \`tenant-2\`, \`tenant-10\`. Reason: \`new prices\``,
    );
    expect(comment).toMatch(
      /\*\*Limits raised: \d+\*\*\n\n- `tenant-1` at zavu: `creditLimit` `500` → `2000`\n- `tenant-2` at zavu/,
    );
    // Three limits of three kinds, which are one sum by the rates alone.
    expect(comment).toContain(
      "**Approved limits: `+USD 85.00`, 3 tenants**\n\n- `Zavu` `creditLimit`, in total: `+USD 45.00`",
    );
    expect(comment).toContain(
      "The sum of the stack: `USD 45.00` → `USD 130.00`; at most `USD 2,000.00` is allowed",
    );
    rmSync(join(repository.project.dir, "approvals"), { recursive: true });
    for (const number of [1, 2, 10]) repository.project.write(`tenants/${number}.yaml`, tenant(number));
  });

  it("have in the trail what a deploy did that failed, and the rest with the one that mends it", async () => {
    const { emulator, project, trail } = repository;
    for (const number of [1, 2]) project.write(`tenants/${number}.yaml`, tenant(number, { name: "Renamed" }));
    const body = { error: { code: "forbidden", message: "no" } };
    emulator.fault({
      vendor: "zavu",
      method: "PATCH",
      skip: 1, // after a step that fails, the engine begins no other
      fault: { kind: "status", when: "before", status: 403, body },
    });
    expect((await repository.merge()).exitCode).not.toBe(0);
    const renamed = () =>
      emulator.zavu.accounts().flatMap(({ name, externalId }) => (name === "Renamed" ? [externalId] : []));
    const [first] = renamed();
    expect(trail()).toMatchObject([{ tenant: first, op: "update", field: "name", to: "Renamed" }]);
    expect(await repository.merge()).toMatchObject({ exitCode: 0 });
    const [second] = renamed().filter((externalId) => externalId !== first);
    expect(trail()).toMatchObject([{ tenant: second, op: "update", field: "name", to: "Renamed" }]);
  });

  it("say in the pull request that a preview did not finish, instead of leaving what an earlier one said", async () => {
    const { mayMerge, comment } = await repository.pullRequest();
    expect({ mayMerge, comment }).toMatchObject({ mayMerge: true });
    expect(comment).toContain("There is nothing to do.");
    const broken = await repository.pullRequest({
      PULUMI_CONFIG_PASSPHRASE: "wrong",
      PULUMI_BACKEND_URL: "file:///no/such",
    });
    expect(broken.mayMerge).toBe(false);
    expect(broken.comment).toMatch(
      /### Preview of `dev`: not finished\n\n.*what would change is not known: see /,
    );
    // A job that fails before it, at its packages say.
    rmSync(join(repository.project.dir, "out"), { recursive: true });
    expect(await repository.script("comment.sh")).toMatchObject({ exitCode: 0, output: "" });
    expect(repository.forge.comments.map(({ body }) => body)).toEqual([
      expect.stringContaining("not finished"),
    ]);
  });

  it("say in the pull request which limit goes below what was used at the last report", async () => {
    const { project, script, idOf } = repository;
    for (const args of [
      ["init", "--quiet", "--bare", "forge.git"],
      ["init", "--quiet"],
      ["remote", "add", "origin", "forge.git"],
    ])
      execFileSync("git", args, { cwd: project.dir });
    const metrics = [
      { metric: "creditLimit", period: { kind: "total", from: null, to: null }, actual: 500, used: 400 },
    ];
    const rows = [{ vendor: "zavu", account: idOf("tenant-1"), metrics }];
    project.write("report.json", JSON.stringify({ version: 1, at: new Date().toISOString(), rows }));
    expect(await script("records.sh put usage.json report.json")).toMatchObject({ exitCode: 0, output: "" });
    const file = readFileSync(join(project.dir, "tenants/1.yaml"), "utf8");
    project.write("tenants/1.yaml", file.replace("zavu: {}", "zavu: { creditLimit: 300 }"));
    const { mayMerge, comment } = await repository.pullRequest();
    expect(mayMerge).toBe(true);
    expect(comment).toMatch(
      /- \*\*limit-below-usage\*\* \(advisory\): .*creditLimit is lowered from 500 to 300 .*, and 400 is used already \(in total, as of 20/,
    );
    expect(comment).toContain("**Approved limits: `−USD 2.00` in total, 1 tenant**");
    project.write("tenants/1.yaml", file);
  });

  it("report what is used, for people, policies and finance", async () => {
    const { project, script } = repository;
    const read = (file: string) => readFileSync(join(project.dir, file), "utf8");
    expect(await script("usage.sh")).toMatchObject({ exitCode: 0 });
    expect(read("out/report.html")).toContain("tenant-10");
    await script("records.sh get usage.json out/kept.json");
    expect(read("out/kept.json")).toBe(read("out/usage.json"));
    const { mayMerge, all } = await repository.pullRequest();
    expect({ mayMerge, all }).toMatchObject({ mayMerge: true });
    expect(all).not.toContain("usage file");
    expect(await script("usage.sh --csv")).toMatchObject({ exitCode: 0 });
    const last = new Date();
    last.setUTCDate(0);
    const month = last.toISOString().slice(0, 7);
    await script(`records.sh get csv/${month}.csv out/kept.csv`);
    expect(read("out/kept.csv")).toMatch(
      new RegExp(`^month,tenant,tier,vendor,metric,[^]*\n${month},tenant-10,trial,bolna,totalCostCents,`),
    );
    await script("records.sh get report.ndjson out/report.ndjson");
    expect(read("out/report.ndjson").trimEnd().split("\n")).toHaveLength(2);
  });

  it("deploy with no flag but --refresh, and say what to do also where the deploy fails before Pulumi runs", async () => {
    for (const flags of [
      "--ignore-protect",
      "--refresh --skip-preview",
      "--refresh=false",
      "--replace urn",
    ]) {
      expect(await repository.script(`up.sh ${flags}`)).toMatchObject({
        exitCode: 2,
        output: `up.sh: it takes --refresh and nothing else, not ${flags}\n`,
      });
    }
    const { exitCode, output } = await repository.script("up.sh", { PULUMI_BACKEND_URL: "file:///no/such" });
    expect(exitCode).not.toBe(0);
    expect(output).toContain("The deploy failed, and what it had done until then is saved.");
  });

  it("open one issue for drift at night, and close it when a deploy has undone it", async () => {
    const { emulator, forge } = repository;
    emulator.zavu.change(repository.idOf("tenant-1"), { creditLimit: null });
    emulator.zavu.change(repository.idOf("tenant-2"), { creditLimit: 99_999 });
    expect(await repository.script("nightly.sh")).toMatchObject({ exitCode: 0 });
    expect(forge.issues).toMatchObject([{ isOpen: true, title: "Drift in dev: 2 to update" }]);
    expect(forge.issues[0]?.body).toContain(
      "- `tenant-1`, zavu SubAccount: `creditLimit` removed (was `500`)\n- `tenant-2`, zavu SubAccount: `creditLimit` `500` → `99999`\n",
    );

    const { exitCode, writes } = await repository.merge(" --refresh");
    expect(exitCode).toBe(0);
    expect(writes).toEqual(Array(2).fill({ vendor: "zavu", method: "PATCH", body: { creditLimit: 500 } }));
    // What somebody else had changed, and what the deploy made of it; nothing of what stayed.
    const said = repository.trail().map(({ tenant, op, from, to }) => `${tenant} ${op} ${from} ${to}`);
    expect(said.sort()).toEqual([
      "tenant-1 refresh 500 null",
      "tenant-1 update null 500",
      "tenant-2 refresh 500 99999",
      "tenant-2 update 99999 500",
    ]);
    expect(await repository.script("nightly.sh")).toMatchObject({ exitCode: 0 });
    expect(forge.issues).toMatchObject([{ isOpen: false }]);
    // Its report of another night is gone where the check cannot be made.
    await repository.script("drift.sh", { PULUMI_BACKEND_URL: "file:///no/such" });
    expect(readFileSync(join(repository.project.dir, "out/issue.md"), "utf8")).toContain("failed");
  });
});
