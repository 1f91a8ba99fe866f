import { readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { day } from "./quarter-files";
import { FLEET, PARENT_KEYS, Team } from "./quarter-team";

/**
 * A team takes the product up with so many customers, and lives with it for a quarter: one story, in order. With a seed,
 * each deployment is killed, and the calls of the next one are disturbed.
 */
export function quarter(count: number, seed?: number): void {
  let team: Team;
  beforeAll(async () => {
    team = await Team.open(count, seed);
  });
  afterAll(() => team?.close());

  it("takes over what is there: one write an account, the ownership marker, and no key", async () => {
    const { repository, estate } = team;
    repository.project.write("map.csv", estate.mapping);
    const generated = await team.files.subaccounts("tenants", "generate", "--map", "map.csv", "--verify");
    expect(generated).toMatchObject({ code: 0, stderr: "" });
    expect(generated.stdout).toContain(`${estate.accounts.length} adopted, 0 fields changed`);
    const advisory = { enforcementLevel: "advisory" };
    team.files.policies({ "max-limit": advisory, budget: advisory, "require-limit": advisory });
    team.files.approve(estate.tenants("stopped by hand"), "suspended");
    await team.review();
    const marked = estate.accounts.filter(({ vendor }) => vendor !== "bolna").length;
    await team.deploy({ writes: marked });
    const writes = repository.writes();
    for (const { body } of writes) expect(Object.keys(body as object)).toEqual(["metadata"]);
    if (!team.isTroubled) expect(writes).toHaveLength(marked);
    expect(repository.emulator.requests.filter(({ path }) => path.includes("api-keys"))).toEqual([]);
    expect((await team.files.subaccounts("tenants", "tidy")).code).toBe(0);
    expect(await team.review()).toMatch(/^### Preview of `dev`: no changes$/m);
  });

  it("gives some customers managed keys, and ends the former ones once they are delivered", async () => {
    const managed = team.estate.tenants("managed", "leaves", "does not pay", "without an id at bctrl");
    for (const tenant of managed) team.files.edit(tenant, (text) => text.replace(/^keys:\n( .*\n)+/m, ""));
    for (let number = 1; number <= count / 12; number++) {
      const vendors = "vendors: { zavu: {}, bctrl: {}, bolna: {} }";
      const text = `externalId: new-${number}\nname: New new-${number}\ntier: trial\n${vendors}\n`;
      team.repository.project.write(`tenants/new-${number}.yaml`, text);
    }
    await team.deploy({ writes: 2 * managed.length });
    await team.deliver();
    team.customers.endFormerKeys(managed);
    expect(await team.customers.call()).toEqual([]);
  });

  it("raises the tier of many, stops who does not pay, and announces the end of who leaves", async () => {
    const { estate } = team;
    const raised = team.files.tenants
      .filter(({ tier }) => tier === "trial")
      .map(({ externalId }) => externalId);
    for (const tenant of raised)
      team.files.edit(tenant, (text) => text.replace("tier: trial", "tier: silver"));
    for (const tenant of estate.tenants("does not pay"))
      team.files.edit(tenant, (text) => `${text}suspended: [zavu, bctrl]\n`);
    for (const tenant of estate.tenants("leaves")) {
      team.files.edit(tenant, (text) => {
        const name = /name: (.* voice)$/m.exec(text)?.[1];
        const vendors = `  zavu: {}\n  bctrl: { deletionPolicy: archive }\n  bolna: { name: ${name}, deletionPolicy: delete }\n`;
        const ended = `suspended: [zavu, bctrl]\nended: { keysAt: ${day(20)}, deleteAfter: ${day(80)} }\n`;
        return text.replace(/^vendors:\n( .*\n)+/m, `vendors:\n${vendors}`) + ended;
      });
    }
    team.files.policies({ "no-hard-delete": { approved: estate.tenants("leaves") } });
    team.files.approve(raised, "raised", "suspended");
    expect(await team.review()).toContain("**Limits raised:");
    await team.deploy({ writes: raised.length });
  });

  it("sees at night what a person changed by hand, and undoes it", async () => {
    const { emulator, forge } = team.repository;
    const [tenant] = team.estate.tenants("without an id at Zavu");
    const [zavu, bctrl] = team.estate.accounts.filter((each) => each.tenant === tenant);
    emulator.zavu.change(zavu?.id ?? "", { creditLimit: 99_999 });
    emulator.bctrl.change(bctrl?.id ?? "", { limits: { maxSpaces: 50 } });
    expect(await team.repository.script("nightly.sh")).toMatchObject({ exitCode: 0 });
    expect(forge.issues).toMatchObject([{ isOpen: true, title: "Drift in dev: 2 to update" }]);
    await team.deploy({ flags: " --refresh", writes: 2 });
    expect(await team.repository.script("nightly.sh")).toMatchObject({ exitCode: 0 });
    expect(forge.issues).toMatchObject([{ isOpen: false }]);
  });

  it("corrects an externalId, and revokes the keys of who leaves on their day", async () => {
    const { estate, repository } = team;
    const folder = join(repository.project.dir, "tenants");
    const mistyped = estate
      .tenants("mistyped")
      .map((tenant) => [tenant, tenant.replace("tennant", "tenant")] as const);
    for (const [tenant, corrected] of mistyped) {
      renameSync(join(folder, `${tenant}.yaml`), join(folder, `${corrected}.yaml`));
      team.files.edit(corrected, (text) => text.replace(tenant, `${corrected}\nformerly: ${tenant}`));
    }
    for (const tenant of estate.tenants("leaves"))
      team.files.edit(tenant, (text) => text.replace(/keysAt: [\d-]+/, `keysAt: ${day(-1)}`));
    team.files.approve(estate.tenants("leaves"), "keys revoked");
    await team.deploy({ writes: count / 6 });
    for (const [, corrected] of mistyped)
      team.files.edit(corrected, (text) => text.replace(/^formerly: .*\n/m, ""));
  });

  it("loses its state, and one deployment rebuilds it, with new keys beside those in use", async () => {
    const { project } = team.repository;
    const stacks = dirname(project.stateFile);
    for (const name of readdirSync(stacks)) rmSync(join(stacks, name), { recursive: true });
    await project.run(["stack", "init", "dev"]);
    const { stdout } = await team.files.subaccounts("list", "--owners", "--json");
    const [{ owner }] = JSON.parse(stdout).owners;
    const generated = await team.files.subaccounts(
      "tenants",
      "generate",
      "--from-owner",
      owner,
      "--vendor",
      "bolna",
    );
    expect(generated).toMatchObject({ code: 0, stdout: expect.stringMatching(/adopt added to \d+ files/) });
    await team.deploy({ env: { SUBACCOUNTS_RECOVER: FLEET }, writes: count });
    await team.deliver();
    await team.endUnknownKeys();
    expect((await team.files.subaccounts("tenants", "tidy")).code).toBe(0);
  });

  it("lets who pays again go on, ends the accounts of who has left, and takes another parent key", async () => {
    const [paying, gone] = [team.estate.tenants("does not pay"), team.estate.tenants("leaves")];
    for (const tenant of paying) team.files.edit(tenant, (text) => text.replace(/^suspended: .*\n/m, ""));
    for (const tenant of gone)
      team.files.edit(tenant, (text) => text.replace(/deleteAfter: [\d-]+/, `deleteAfter: ${day(-1)}`));
    team.files.approve([...paying, ...gone], "raised", "deleted");
    expect(await team.review()).toContain("**Accounts that go by `ended.deleteAfter` of their file:");
    const [first, second] = PARENT_KEYS;
    team.parentKeys.add(second);
    team.repository.project.env["ZAVUDEV_API_KEY"] = second;
    await team.deploy({ writes: 5 * gone.length });
    team.parentKeys.delete(first);
    expect(await team.repository.script("drift.sh")).toMatchObject({ exitCode: 0 });
    await team.deliver();
    await team.endUnknownKeys();
    expect(team.customers.strangeKeys()).toEqual([]);
  });
}
