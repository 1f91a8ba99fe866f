import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bench, openBench } from "./programs";

/** The mistakes a newcomer makes: each fails in the preview, before any call, and says what to do. */
describe("a preview", () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench("");
  });
  afterAll(() => bench.close());

  const failed = async (body: string, env: Record<string, string> = {}) => {
    bench.program(body);
    bench.emulator.clearRequests();
    const { output } = await bench.project.preview({ expectFailure: true, env });
    expect(bench.emulator.requests).toEqual([]);
    expect(output).not.toMatch(/\n\s+at .*\.js:\d+/);
    return output;
  };

  it("reports everything that is wrong with a resource at once", async () => {
    const zavu = await failed(
      `new zavu.SubAccount("acme", { creditLimit: "50", exteralId: "x", metadata: [], deletionPolicy: "delete" });`,
    );
    const bolna = await failed(`new bolna.SubAccount("acme", { name: "", allowConcurrentCalls: -1 });`);
    for (const text of [
      "name is required: a string of 1 to 200 characters",
      "creditLimit must be a whole number of cents greater than 0, or null for no cap",
      "exteralId is no argument: did you mean externalId? The arguments are name, externalId",
      "metadata must be an object of JSON values",
      'deletionPolicy must be "deactivate" or "retain"; got "delete"',
      "name must be a string that is not blank; got an empty string",
      "allowConcurrentCalls must be a whole number of calls, 0 or more; got a negative number",
      'deletionPolicy is required: "delete" (the account, its agents',
    ]) {
      expect(zavu + bolna).toContain(text);
    }
  });

  it("names the variable and the command when there is no key, and the connection that is unknown", async () => {
    const program = 'new zavu.SubAccount("acme", { name: "Acme", connection: "eu" });';
    expect(await failed(program)).toMatch(/Zavu: there is no connection "eu" .*pulumi config set --path/);
    const output = await failed(program.replace(', connection: "eu"', ""), { ZAVUDEV_API_KEY: "" });
    expect(output).toMatch(
      /Zavu: there is no API key.*ZAVUDEV_API_KEY.*pulumi config set --secret subaccounts:zavuApiKey/,
    );
  });

  it("finds what is declared twice", async () => {
    const output = await failed(`
      const one = new zavu.SubAccount("one", { name: "One", externalId: "t" });
      new zavu.SubAccount("two", { name: "Two", externalId: "t" });
    `);
    // Pulumi registers them side by side: either may be the second.
    expect(output).toMatch(/externalId is the same as that of the resource "(one|two)"/);
  });

  it("finds equal key names on one account although the account is still to be made", async () => {
    const output = await failed(`
      const acme = new zavu.SubAccount("acme", { name: "Acme" });
      new zavu.ApiKey("one", { subAccountId: acme.id, name: "backend" });
      new zavu.ApiKey("two", { subAccountId: acme.id, name: "backend" });
    `);
    expect(output).toContain(
      'ApiKey "two": name is the same as that of the ApiKey "one" on the same account',
    );
  });

  it("says in a line what is wrong with a lookup or a directory, although nothing awaits them", async () => {
    const output = await failed(`
      const acme = new Tenant("acme", { externalId: "acme", name: "Acme", vendors: { zavu: {} } });
      zavu.getSubAccount({});
      writeDirectory("directory.json", { acme: acme.apiKeys });
    `);
    expect(output).toMatch(/error: zavu\.getSubAccount: pass exactly one of id, externalId, name; got none/);
    expect(output).toMatch(/error: writeDirectory: directory\.json would hold secrets in clear/);
    expect(output).not.toMatch(/\n +at /);
  });

  it("says what to do instead of import", async () => {
    const output = await failed(`new zavu.SubAccount("acme", { name: "Acme" }, { import: "jx7abc" });`);
    expect(output).toContain('pass `adopt: "<id>"` as an argument instead');
  });

  it("passes with unknown values everywhere, and calls nobody", async () => {
    bench.program(`
      const first = new zavu.SubAccount("first", { name: "First" });
      const later = first.createdAt;
      new zavu.SubAccount("acme", {
        name: later, externalId: later, creditLimit: later.apply((text) => text.length), metadata: { a: { b: [later] } },
        status: later.apply(() => "active"),
      });
      new bolna.SubAccount("acme", {
        name: later, allowConcurrentCalls: later.apply((text) => text.length), deletionPolicy: "retain", multiTenant: true,
        database: { host: later, port: 1, name: "n", user: "u", password: later },
      });
      new zavu.ApiKey("acme", { subAccountId: first.id, name: later, permissions: [later] });
      const second = new zavu.SubAccount("second", { name: "Second" });
      for (const account of [first, second]) new zavu.ApiKey("of-" + (account === first ? 1 : 2), { subAccountId: account.id, name: "backend" });
    `);
    bench.emulator.clearRequests();
    await bench.project.preview();
    expect(bench.emulator.requests).toEqual([]);
  });

  it("warns once of a key that the config has in clear, and not of an encrypted one", async () => {
    const { project, emulator } = bench;
    bench.program(`for (const name of ["Acme", "Beta"]) new zavu.SubAccount(name, { name });`);
    await project.config("subaccounts:zavuApiKey", emulator.zavu.apiKey);
    const { output } = await project.preview();
    expect(
      output.match(/^ +warning: A KEY IS IN CLEAR in the config key subaccounts:zavuApiKey/gm),
    ).toHaveLength(1);
    expect(output).not.toContain(emulator.zavu.apiKey);
    await project.config("subaccounts:zavuApiKey", emulator.zavu.apiKey, { secret: true });
    expect((await project.preview()).output).not.toContain("IN CLEAR");
    await project.run(["config", "rm", "subaccounts:zavuApiKey"]);
  });

  it("of a stack's first up with --target explains what is missing", async () => {
    bench.program(`new zavu.SubAccount("acme", { name: "Acme" });`);
    const { output } = await bench.project.up("--target=**acme**", { expectFailure: true });
    expect(output).toMatch(/owner is not made yet.*run `pulumi up` once without it/);
    expect(bench.emulator.zavu.accounts()).toEqual([]);
  });
});
