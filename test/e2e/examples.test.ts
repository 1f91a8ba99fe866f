import { existsSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { armor, Decrypter, generateIdentity, identityToRecipient } from "age-encryption";
import { afterEach, describe, expect, inject, it } from "vitest";
import { type Emulator, type EmulatorOptions, startEmulator, type VendorName } from "../../emulator";
import { repository } from "../../engine/program-folder.mts";
import { createProject, type Project } from "../../engine/project.mts";
import { filesIn } from "../support/files.mts";
import { realTimeEnvironmentOf } from "../support/stack";
import { handleOf, subjectOf } from "../vendors/index.mts";

// examples/quickstart is run by the demo, whose test is demo.test.ts.
describe("the example", () => {
  let emulator: Emulator;
  let project: Project;
  afterEach(async () => {
    await project?.dispose();
    await emulator?.close();
  });

  const open = async (example: string, options: EmulatorOptions = {}) => {
    emulator = await startEmulator(options);
    project = await createProject({
      engine: { binDir: inject("engineBinDir") },
      program: { folder: join(repository, "examples", example) },
      env: realTimeEnvironmentOf(emulator),
    });
  };
  /** The flags of `up` that set a connection `eu` to the emulator's vendor, and other config. */
  const config = (vendor: VendorName, others: Record<string, string>) => {
    const { url: baseUrl, apiKey } = emulator[vendor];
    const eu = Object.entries({ vendor, baseUrl, apiKey });
    const all = [
      ...eu.map(([key, value]) => [`subaccounts:connections.eu.${key}`, value]),
      ...Object.entries(others),
    ];
    return ["--config-path", ...all.flatMap(([key, value]) => ["--config", `${key}=${value}`])];
  };
  const writes = () =>
    emulator.requests
      .filter(({ method }) => method !== "GET")
      .map(({ vendor, method, path }) => `${vendor} ${method} ${path}`);
  const expectSettled = async () => {
    emulator.clearRequests();
    await project.up("--expect-no-changes");
    expect(writes()).toEqual([]);
  };
  /** The files that hold one of these texts in clear: of the program, its state, Pulumi's home, temporary ones. */
  const filesWith = (texts: string[]) =>
    filesIn(dirname(project.dir)).filter((file) => texts.some((text) => readFileSync(file).includes(text)));

  /** An account of the vendor as it is after `up`, and the outputs. */
  interface Running {
    readonly acme: Record<string, unknown>;
    readonly outputs: { acmeKey: string; backendKeys: { acme: string; globex: string } };
  }

  /**
   * Runs the example of a vendor where there is an account `globex` at its second connection: both accounts are as the program
   * says, each key is one of its account, and a second `up` sends nothing.
   */
  const run = async (
    vendor: VendorName,
    {
      seeded,
      globex,
      acme,
      more = {},
    }: Record<"seeded" | "globex" | "acme", object> & { more?: Record<string, string> },
  ): Promise<Running> => {
    await open(vendor);
    const { id } = handleOf(emulator, vendor).seed({ name: "globex", ...seeded });
    await project.up(...config(vendor, { [`${vendor}:globexId`]: id, ...more }));
    const [first, second] = emulator[vendor].accounts();
    expect(first).toMatchObject({ id, name: "Globex", ...globex });
    expect(second).toMatchObject({ name: "Acme Corp", ...acme });
    const outputs = (await project.outputs({ showSecrets: true })) as Running["outputs"];
    const { backendKeys } = outputs;
    expect(emulator[vendor].accountOfKey(backendKeys.acme)).toBe(second?.id);
    expect(emulator[vendor].accountOfKey(backendKeys.globex)).toBe(id);
    return { acme: { ...second }, outputs };
  };
  /** Destroys it, once it is not protected any more: `globex`, which was adopted, is ended, `acme` is retained, and its key is revoked. */
  const end = async (vendor: VendorName, { outputs: { backendKeys } }: Running) => {
    await expectSettled();
    const { output } = await project.destroy({ expectFailure: true });
    expect(output).toContain("protect");
    await project.run(["state", "unprotect", "--all", "--yes"]);
    await project.destroy();
    const { endedStatus = "" } = subjectOf(vendor);
    const accounts = handleOf(emulator, vendor).accounts();
    expect(accounts.map(({ status }) => status)).toEqual([endedStatus, "active"]);
    expect(emulator[vendor].keyWorks(backendKeys.acme)).toBe(false);
  };

  it("zavu", async () => {
    const running = await run("zavu", {
      seeded: { creditLimit: 700 },
      globex: { creditLimit: null },
      acme: {
        externalId: "tenant-acme",
        creditLimit: 50_00,
        metadata: { tier: "gold", seats: 3 },
        status: "active",
      },
    });
    const { acme, outputs } = running;
    expect(acme["keys"]).toContainEqual(
      expect.objectContaining({ name: "backend", environment: "live", permissions: ["messages:send"] }),
    );
    expect(emulator.zavu.accountOfKey(outputs.acmeKey)).toBe(acme["id"]);
    await end("zavu", running);
    expect(emulator.zavu.keyWorks(outputs.acmeKey)).toBe(true);
  });

  it("bctrl", async () => {
    const running = await run("bctrl", {
      seeded: { limits: { maxSpaces: 3, monthlyCreditLimit: 1 } },
      globex: { limits: { maxActiveRuns: 50, maxSpaces: 3, monthlyCreditLimit: null } },
      acme: {
        externalId: "tenant-acme",
        metadata: { tier: "gold", seats: 3 },
        limits: { maxActiveRuns: 5, maxSpaces: 1, monthlyCreditLimit: 20_000 },
        spendingCap: 5000,
      },
      more: { "subaccounts:connections.eu.apiVersion": "v1" },
    });
    const versions = emulator.requests.map(({ headers }) => headers["bctrl-version"]);
    expect(new Set(versions)).toEqual(new Set(["2026-10-03", undefined]));
    expect(running.acme["keys"]).toEqual([
      expect.objectContaining({ name: "backend", expiresAt: expect.stringMatching(/^2199-01-31/) }),
    ]);
    await end("bctrl", running);
  });

  it("bolna", async () => {
    await open("bolna");
    const { id: globexId } = emulator.bolna.seed({ name: "globex", allow_concurrent_calls: 1 });
    const password = "password-of-the-database";
    await project.config("acmeDatabasePassword", password, { secret: true });
    await project.up(...config("bolna", { "bolna:globexId": globexId }));
    const [globex, ...made] = emulator.bolna.accounts();
    const acme = made.find(({ name }) => name === "Acme Corp");
    const initech = made.find(({ name }) => name === "Initech");
    expect(globex).toMatchObject({ id: globexId, name: "Globex", allow_concurrent_calls: 2 });
    expect(acme).toMatchObject({ name: "Acme Corp", allow_concurrent_calls: 4, multi_tenant: true });
    expect(initech).toMatchObject({ allow_concurrent_calls: 6 });
    const sent = emulator.requests
      .filter(({ path }) => path === "/sub-accounts/create")
      .map(({ body }) => body);
    expect(sent.find((body) => JSON.stringify(body).includes("db_host"))).toMatchObject({
      db_host: "db.acme.example",
      db_port: "5432",
      db_password: password,
    });
    const { keys } = (await project.outputs({ showSecrets: true })) as {
      keys: { acme: string; globex: string };
    };
    expect(emulator.bolna.accountOfKey(keys.acme)).toBe(acme?.id);
    expect(emulator.bolna.accountOfKey(keys.globex)).toBe(globexId);
    expect(filesWith([password, keys.acme, keys.globex])).toEqual([]);
    await expectSettled();

    // An organization of the newer generation says so, and the same account goes on with the other arguments.
    emulator.bolna.switches.generation = "both";
    await project.config("newerConcurrency", "true");
    await project.up(...config("bolna", { "bolna:globexId": globexId }));
    expect(emulator.bolna.accounts().find(({ id }) => id === initech?.id)).toMatchObject({
      min_concurrency: 1,
      max_concurrency: 6,
    });
    await project.run(["state", "unprotect", "--all", "--yes"]);
    await project.destroy();
    expect(emulator.bolna.accounts()).toHaveLength(3);
  });

  it("secret-store", async () => {
    await open("secret-store");
    const identity = await generateIdentity();
    const file = join(project.dir, "keys/acme.env.age");
    const decrypted = async () => {
      const decrypter = new Decrypter();
      decrypter.addIdentity(identity);
      const text = await decrypter.decrypt(armor.decode(readFileSync(file, "utf8")), "text");
      const [zavu = "", bctrl = "", bolna = ""] = text
        .trim()
        .split("\n")
        .map((line) => line.slice(line.indexOf("=") + 1));
      return { zavu, bctrl, bolna };
    };

    const recipient = await identityToRecipient(identity);
    await project.preview("--config", `secret-store:recipient=${recipient}`);
    expect(existsSync(file)).toBe(false);
    const { output } = await project.up();
    const keys = await decrypted();
    expect(emulator.zavu.accountOfKey(keys.zavu)).toBe(emulator.zavu.accounts()[0]?.id);
    expect(emulator.bctrl.accountOfKey(keys.bctrl)).toBe(emulator.bctrl.accounts()[0]?.id);
    expect(emulator.bolna.accountOfKey(keys.bolna)).toBe(emulator.bolna.accounts()[0]?.id);
    const all = Object.values(keys);
    expect(filesWith(all)).toEqual([]);
    expect(all.some((key) => output.includes(key))).toBe(false);
    await expectSettled();

    // A new key: in the file at once, while the old one works for the overlap.
    const program = readFileSync(join(project.dir, "index.ts"), "utf8");
    project.write(
      "index.ts",
      program.replace('messaging.id, name: "backend"', 'messaging.id, name: "backend-2"'),
    );
    const replaced = await project.up();
    const next = await decrypted();
    expect([emulator.zavu.keyWorks(next.zavu), emulator.zavu.keyWorks(keys.zavu)]).toEqual([true, true]);
    expect(next).toMatchObject({ bctrl: keys.bctrl, bolna: keys.bolna });
    expect(replaced.output).toMatch(/zavu:ApiKey acme updated.*age:File acme updated/s);
    expect(filesWith([...all, ...Object.values(next)])).toEqual([]);

    // A file that was lost is written again.
    rmSync(file);
    await project.up("--refresh");
    expect(await decrypted()).toEqual(next);

    await project.destroy();
    expect(existsSync(file)).toBe(false);
  });

  it("adoption", async () => {
    await open("adoption");
    // The accounts of the list, as they were made before there was a program: with a key in use, and two that differ.
    const list = join(project.dir, "accounts.json");
    const accounts: Record<"zavu" | "bctrl" | "bolna", Record<string, Record<string, unknown>>> = JSON.parse(
      readFileSync(list, "utf8"),
    );
    const { zavu, bctrl, bolna } = accounts;
    const keyInUse = emulator.zavu.seed({ name: "Acme Corp", creditLimit: 99_00 });
    const globex = emulator.zavu.seed({ name: "Globex", creditLimit: null, metadata: { since: 2024 } });
    const browser = emulator.bctrl.seed({ name: "Acme Corp", limits: { maxActiveRuns: 1, maxSpaces: 7 } });
    const voice = emulator.bolna.seed({ name: "Acme Corp", allow_concurrent_calls: 4 });
    const ids = [keyInUse.id, globex.id, browser.id, voice.id];
    const entries = [zavu["acme"], zavu["globex"], bctrl["acme"], bolna["acme"]];
    entries.forEach((entry, index) => {
      Object.assign(entry ?? {}, { adopt: ids[index] });
    });
    const everyAccount = () => [
      ...emulator.zavu.accounts(),
      ...emulator.bctrl.accounts(),
      ...emulator.bolna.accounts(),
    ];
    project.write("accounts.json", JSON.stringify(accounts));

    await project.up();
    expect(everyAccount().map(({ id }) => id)).toEqual(ids);
    expect(writes().filter((call) => call.includes("POST"))).toEqual(
      [keyInUse, globex].map(() => expect.stringMatching(/^zavu POST .*\/api-keys$/)),
    );
    expect(emulator.zavu.accounts()[0]?.creditLimit).toBe(50_00);
    expect(emulator.zavu.accounts()[1]?.metadata).toMatchObject({ since: 2024 });
    expect(emulator.bctrl.accounts()[0]?.limits).toEqual({
      maxActiveRuns: 5,
      maxSpaces: 7,
      monthlyCreditLimit: 20_000,
    });
    const { zavuKeys, bolnaKeys } = (await project.outputs({ showSecrets: true })) as {
      zavuKeys: { acme: string; globex: string };
      bolnaKeys: { acme: string };
    };
    expect(emulator.zavu.accountOfKey(zavuKeys.acme)).toBe(keyInUse.id);
    expect(emulator.zavu.accountOfKey(zavuKeys.globex)).toBe(globex.id);
    expect(emulator.bolna.accountOfKey(bolnaKeys.acme)).toBe(voice.id);
    expect(emulator.zavu.keyWorks(keyInUse.apiKey)).toBe(true);
    await project.preview("--expect-no-changes");

    // The last steps of its README.
    emulator.clearRequests();
    for (const entry of entries) delete entry?.["adopt"];
    project.write("accounts.json", JSON.stringify(accounts));
    const program = readFileSync(join(project.dir, "index.ts"), "utf8");
    project.write(
      "index.ts",
      program.replace(/(?<=new (zavu|bctrl)\.SubAccount\(tenant, \{ \.\.\.account), deletionPolicy/g, ""),
    );
    await project.up();
    expect(writes()).toEqual([]);

    await project.destroy();
    expect(emulator.zavu.accounts().map(({ status }) => status)).toEqual(["inactive", "inactive"]);
    expect(emulator.bctrl.accounts()[0]?.status).toBe("archived");
    expect(emulator.bolna.accounts()).toHaveLength(1);
  });
});
