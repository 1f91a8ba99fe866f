import { execFile } from "node:child_process";
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parse } from "yaml";
import type { CommandResult } from "../../engine/command.mts";
import { repository as root } from "../../engine/program-folder.mts";
import { type Proxy, startProxy } from "../support/proxy";
import { type GitopsRepository, openRepository } from "./gitops-repository";
import { Customers } from "./quarter-customers";
import { quarterEstate } from "./quarter-estate";
import {
  accountsAt,
  expectedAccounts,
  filesIn,
  idsOf,
  isDeleted,
  isStopped,
  isWithoutKeys,
  type TenantFile,
} from "./quarter-oracle";
import { Trouble } from "./quarter-trouble";

const FLEET = "1f0c9a1e-8f53-4d0a-9d0b-8e4d8c6f7a21";
const [FIRST_PARENT, SECOND_PARENT] = ["zv_live_first_parent_key", "zv_live_second_parent_key"];
const DAY = 86_400_000;
const day = (fromNow: number) => new Date(Date.now() + fromNow * DAY).toISOString().slice(0, 10);

/**
 * A team takes the product up with so many customers, and lives with it for a quarter: one story, in order. With a seed,
 * deployments are killed and calls of theirs disturbed.
 */
export function quarter(count: number, seed?: number): void {
  const estate = quarterEstate(count);
  let repository: GitopsRepository;
  let proxy: Proxy;
  let customers: Customers;
  let trouble: Trouble | undefined;
  let before: ReturnType<typeof accountsAt>["accounts"];
  const parents = new Set([FIRST_PARENT]);
  /** Keys of the accounts of the estate that a person has ended. */
  const endedByHand = new Set<string>();

  beforeAll(async () => {
    repository = await openRepository([], {}, { seed: estate.seed });
    const { project, emulator } = repository;
    before = accountsAt(emulator).accounts;
    proxy = await startProxy(emulator.url);
    // The vendor knows one parent key; those that are valid are the same one to it.
    proxy.onRequest((request) => {
      const key = request.headers["authorization"]?.replace("Bearer ", "") ?? "";
      if (!key.startsWith("zv_live_first") && !key.startsWith("zv_live_second")) return undefined;
      const authorization = parents.has(key) ? `Bearer ${emulator.zavu.apiKey}` : "Bearer revoked";
      return { ...request, headers: { ...request.headers, authorization } };
    });
    Object.assign(project.env, proxy.through(project.env), { ZAVUDEV_API_KEY: FIRST_PARENT });
    customers = new Customers(emulator, proxy);
    for (const { vendor, id, key } of estate.accounts) customers.held.set(`${vendor} ${id}`, key);
    if (seed !== undefined) trouble = new Trouble(emulator, proxy, seed);
    const { url, apiKey } = emulator.other.zavu;
    const eu = { vendor: "zavu", baseUrl: url.replace(emulator.url, proxy.url) };
    for (const [key, value] of Object.entries(eu)) {
      await project.config(`subaccounts:connections.eu.${key}`, value, { path: true });
    }
    await project.config("subaccounts:connections.eu.apiKey", apiKey, { path: true, secret: true });
    await project.config("subaccounts:fleet", FLEET);
  });
  afterAll(async () => {
    await repository?.close();
    await proxy?.close();
  });

  /** Runs the command in the repository, as a person does. */
  const subaccounts = async (...args: string[]) => {
    const { project } = repository;
    const command = [join(root, "dist/cli/main.js"), ...args];
    return promisify(execFile)(process.execPath, command, { cwd: project.dir, env: project.env })
      .then((done) => ({ code: 0, ...done }))
      .catch((failed: { code: number; stdout: string; stderr: string }) => failed);
  };
  const folder = () => join(repository.project.dir, "tenants");
  const files = () => filesIn(folder());
  const file = (tenant: string) => join(folder(), `${tenant}.yaml`);
  const edit = (tenant: string, change: (text: string) => string) =>
    writeFileSync(file(tenant), change(readFileSync(file(tenant), "utf8")));
  const append = (tenant: string, line: string) => edit(tenant, (text) => `${text}${line}\n`);
  const takeOut = (tenant: string, line: RegExp) => edit(tenant, (text) => text.replace(line, ""));
  const approve = (tenants: readonly string[], ...changes: string[]) =>
    repository.project.write(
      "approvals/week.yaml",
      `policy: blast-radius\naccounts: [${tenants.join(", ")}]\nchanges: [${changes.join(", ")}]\nuntil: ${day(3)}\nreason: agreed\n`,
    );

  /** The accounts whose customers are to be served, by the files; those of no file are as they were. */
  const servedBy = (all: readonly TenantFile[]): Set<string> => {
    const { accounts } = accountsAt(repository.emulator);
    const idOf = idsOf(estate, accounts);
    return new Set(
      all.flatMap((each) =>
        (["zavu", "bctrl", "bolna"] as const)
          .filter((vendor) => each.vendors[vendor] !== undefined)
          .filter((vendor) => !isDeleted(each) && !(vendor === "zavu" && isStopped(each, vendor)))
          .filter((vendor) => vendor === "bolna" || !isWithoutKeys(each))
          .map((vendor) => `${vendor} ${idOf(each.externalId, vendor)}`)
          .filter((account) => customers.held.has(account)),
      ),
    );
  };

  const expectWhatTheFilesSay = () => {
    const tiers = parse(readFileSync(join(repository.project.dir, "tiers.yaml"), "utf8"));
    const { accounts } = accountsAt(repository.emulator);
    const expected = expectedAccounts(files(), tiers, before, idsOf(estate, accounts));
    expect(Object.fromEntries(accounts)).toEqual(Object.fromEntries(expected));
  };

  let served = new Set<string>();
  /**
   * A deployment, in which no key fails that both the files before and the files now let work; then all accounts are what
   * the files say. With trouble it is killed and repeated, as examples/gitops/README.md says.
   */
  const deploy = async (flags = "", env: Record<string, string> = {}, writes = count): Promise<CommandResult> => {
    const now = new Set([...served].filter((account) => servedBy(files()).has(account)));
    customers.served = now;
    const { emulator } = repository;
    emulator.clearRequests();
    let run = await repository.script(`up.sh${flags}`, env, trouble?.killWithin(writes));
    if (trouble) {
      expect(run.signal, run.output).toBe("SIGKILL");
      expect(await customers.call()).toEqual([]);
      trouble.disturbWithin(writes);
      expect(await repository.script("unlock.sh")).toMatchObject({ exitCode: 0 });
      run = await repository.script(`up.sh${flags}`, env);
      emulator.clearFaults();
    }
    expect(run.exitCode, `${trouble?.done.join("\n")}\n${run.output}`).toBe(0);
    expect(await customers.call()).toEqual([]);
    served = servedBy(files());
    customers.served = served;
    expect(await customers.call()).toEqual([]);
    expectWhatTheFilesSay();
    return run;
  };
  const writes = () => repository.writes();

  /** Gives customers the keys of the stack. */
  const deliver = async () => {
    const { apiKeys } = (await repository.project.outputs({ showSecrets: true })) as {
      apiKeys: Record<string, Record<string, string>>;
    };
    const idOf = idsOf(estate, accountsAt(repository.emulator).accounts);
    for (const [tenant, keys] of Object.entries(apiKeys)) {
      for (const [vendor, key] of Object.entries(keys))
        customers.held.set(`${vendor} ${idOf(tenant, vendor as "zavu")}`, key);
    }
    served = servedBy(files());
    customers.served = served;
    expect(await customers.call()).toEqual([]);
  };

  /** A pull request that may be merged. */
  const review = async () => {
    const { mayMerge, comment } = await repository.pullRequest();
    expect(mayMerge, comment).toBe(true);
    return comment;
  };

  it("takes over what is there: one write an account, the ownership marker, and no key", async () => {
    const { project, emulator } = repository;
    served = new Set();
    project.write("map.csv", estate.mapping);
    const { code, stdout, stderr } = await subaccounts("tenants", "generate", "--map", "map.csv", "--verify");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain(`${estate.accounts.length} adopted, 0 fields changed`);
    served = servedBy(files());
    const config = JSON.parse(readFileSync(join(project.dir, "policy/policy-config.json"), "utf8"));
    for (const policy of ["max-limit", "budget"]) config[policy].enforcementLevel = "advisory";
    config["require-limit"] = "advisory";
    project.write("policy/policy-config.json", JSON.stringify(config));
    if (count > 12) approve(estate.tenants("stopped by hand"), "suspended");
    await review();
    await deploy();
    const calls = writes();
    for (const { method, body } of calls) {
      expect(method).toBe("PATCH");
      expect(Object.keys(body as object)).toEqual(["metadata"]);
    }
    expect(calls).toHaveLength(estate.accounts.filter(({ vendor }) => vendor !== "bolna").length);
    expect(emulator.requests.filter(({ path }) => path.includes("api-keys"))).toEqual([]);
    expect((await subaccounts("tenants", "tidy")).code).toBe(0);
    expect(await review()).toMatch(/^### Preview of `dev`: no changes$/m);
  });

  it("gives some customers managed keys, and ends the former ones once they are delivered", async () => {
    const { emulator, project } = repository;
    const managed = estate.tenants("managed", "leaves", "does not pay", "without an id at bctrl");
    for (const tenant of managed) takeOut(tenant, /^keys:\n( .*\n)+/m);
    for (let number = 1; number <= count / 12; number++) {
      project.write(
        `tenants/tenant-new-${number}.yaml`,
        `externalId: tenant-new-${number}\nname: New tenant-new-${number}\ntier: trial\nvendors: { zavu: {}, bctrl: {}, bolna: {} }\n`,
      );
    }
    await review();
    await deploy("", {}, managed.length);
    await deliver();
    for (const { tenant, vendor, id, key } of estate.accounts) {
      if (!managed.includes(tenant) || vendor === "bolna") continue;
      expect(customers.held.get(`${vendor} ${id}`)).not.toBe(key);
      endedByHand.add(key);
      if (vendor === "zavu") {
        const backend = emulator.zavu.accounts().find((each) => each.id === id)?.keys.find(({ name }) => name === "backend");
        emulator.zavu.revokeKey(id, backend?.id ?? "");
      } else {
        const worker = emulator.bctrl.keys().find(({ subaccountId, name }) => subaccountId === id && name === "worker");
        emulator.bctrl.revokeKey(worker?.id ?? "");
      }
    }
    expect(await customers.call()).toEqual([]);
  });

  it("raises the tier of many, stops who does not pay, and announces the end of who leaves", async () => {
    const { project } = repository;
    const raised = files().filter(({ tier }) => tier === "trial").map(({ externalId }) => externalId);
    for (const tenant of raised) edit(tenant, (text) => text.replace("tier: trial", "tier: silver"));
    for (const tenant of estate.tenants("does not pay")) append(tenant, "suspended: [zavu, bctrl]");
    for (const tenant of estate.tenants("leaves")) {
      append(tenant, `suspended: [zavu, bctrl]\nended: { keysAt: ${day(20)}, deleteAfter: ${day(80)} }`);
      takeOut(tenant, /^ {4}deletionPolicy: retain\n/gm);
      edit(tenant, (text) =>
        text.replace("  bctrl:\n", "  bctrl:\n    deletionPolicy: archive\n").replace("  bolna:\n", "  bolna:\n    deletionPolicy: delete\n"),
      );
    }
    const config = JSON.parse(readFileSync(join(project.dir, "policy/policy-config.json"), "utf8"));
    config["no-hard-delete"] = { enforcementLevel: "mandatory", approved: estate.tenants("leaves") };
    project.write("policy/policy-config.json", JSON.stringify(config));
    approve(raised, "raised", "suspended");
    expect(await review()).toContain("**Limits raised:");
    await deploy();
  });

  it("sees at night what a person changed by hand, and undoes it", async () => {
    const { emulator, forge } = repository;
    rmSync(join(repository.project.dir, "approvals"), { recursive: true });
    const [tenant = ""] = estate.tenants("without an id at Zavu");
    const accountOf = (vendor: string) => estate.accounts.find((each) => each.tenant === tenant && each.vendor === vendor)?.id ?? "";
    emulator.zavu.change(accountOf("zavu"), { creditLimit: 99_999 });
    emulator.bctrl.change(accountOf("bctrl"), { limits: { maxSpaces: 50 } });
    expect(await repository.script("nightly.sh")).toMatchObject({ exitCode: 0 });
    expect(forge.issues).toMatchObject([{ isOpen: true, title: "Drift in dev: 2 to update" }]);
    await deploy(" --refresh", {}, 2);
    expect(await repository.script("nightly.sh")).toMatchObject({ exitCode: 0 });
    expect(forge.issues).toMatchObject([{ isOpen: false }]);
  });

  it("corrects an externalId, and revokes the keys of who leaves, on their day", async () => {
    for (const tenant of estate.tenants("mistyped")) {
      const corrected = tenant.replace("tennant", "tenant");
      edit(tenant, (text) => text.replace(`externalId: ${tenant}\n`, `externalId: ${corrected}\nformerly: ${tenant}\n`));
      renameSync(file(tenant), file(corrected));
    }
    for (const tenant of estate.tenants("leaves")) edit(tenant, (text) => text.replace(day(20), day(-1)));
    approve(estate.tenants("leaves"), "keys revoked");
    await review();
    await deploy("", {}, count / 6);
    for (const tenant of estate.tenants("mistyped")) takeOut(tenant.replace("tennant", "tenant"), /^formerly: .*\n/m);
  });

  it("loses its state, and one deployment rebuilds it", async () => {
    const { project } = repository;
    rmSync(join(project.dir, "approvals"), { recursive: true });
    for (const name of readdirSync(join(project.stateFile, "..")))
      rmSync(join(project.stateFile, "..", name), { recursive: true });
    await project.run(["stack", "init", "dev"]);
    const { stdout } = await subaccounts("list", "--owners", "--json");
    console.log(stdout);
    const owner = JSON.parse(stdout).owners?.[0]?.owner ?? "";
    const generated = await subaccounts("tenants", "generate", "--from-owner", owner, "--vendor", "bolna");
    console.log(generated);
    await deploy("", { SUBACCOUNTS_RECOVER: FLEET });
    await deliver();
  });
}
