import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type GitopsRepository, openRepository, tenant } from "./gitops-repository";

// A short day on a state in files; the long one, on Postgres, is test/release/gitops-day.test.ts. Its steps follow each
// other.
describe("the pipelines of examples/gitops", () => {
  let repository: GitopsRepository;
  beforeAll(async () => {
    repository = await openRepository([1, 2, 10]);
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

  it("open one issue for drift at night, and close it when a deploy has undone it", async () => {
    const { emulator, forge } = repository;
    emulator.zavu.change(repository.idOf("tenant-2"), { creditLimit: 99_999 });
    expect(await repository.script("nightly.sh")).toMatchObject({ exitCode: 0 });
    expect(forge.issues).toMatchObject([{ isOpen: true, title: "Drift in dev: 1 to update" }]);
    expect(forge.issues[0]?.body).toContain("- tenant-2, zavu SubAccount: creditLimit: 500 => 99999\n");

    const { exitCode, writes } = await repository.merge(" --refresh");
    expect(exitCode).toBe(0);
    expect(writes).toEqual([{ vendor: "zavu", method: "PATCH", body: { creditLimit: 500 } }]);
    expect(await repository.script("nightly.sh")).toMatchObject({ exitCode: 0 });
    expect(forge.issues).toMatchObject([{ isOpen: false }]);
  });
});
