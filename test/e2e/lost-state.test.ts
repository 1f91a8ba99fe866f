import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { startProxy } from "../support/proxy";
import { type Bench, openBench, subaccounts } from "./programs";

const FLEET = "1f0c9a1e-8f53-4d0a-9d0b-8e4d8c6f7a21";

/** Two customers with an account and a key each at Zavu and bctrl. */
const PROGRAM = `
const all = ["acme", "beta"].flatMap((name) =>
  [zavu, bctrl].flatMap((vendor) => {
    const account = new vendor.SubAccount(name, { name, externalId: \`tenant-\${name}\` });
    const key = new vendor.ApiKey(name, { subAccountId: account.id, name: "backend" });
    return [key.apiKey, ...(vendor === zavu ? [account.apiKey] : [])];
  }),
);
export const keys = pulumi.all(all);
`;

describe("a state that is lost, or moves", () => {
  let bench: Bench;
  let proxy: Awaited<ReturnType<typeof startProxy>> | undefined;
  afterEach(async () => {
    await bench?.close();
    await proxy?.close();
    proxy = undefined;
  });

  const ids = () =>
    [bench.emulator.zavu, bench.emulator.bctrl].map((vendor) => vendor.accounts().map(({ id }) => id));
  const keys = async () => (await bench.project.outputs({ showSecrets: true }))["keys"] as string[];
  const working = (all: readonly string[]) =>
    all.filter((key) => bench.emulator.zavu.keyWorks(key) || bench.emulator.bctrl.keyWorks(key));
  const expectNoWrite = () => expect(bench.writes()).toEqual([]);

  it("one up that recovers the fleet rebuilds it, and a second stack without that changes nothing", async () => {
    bench = await openBench(PROGRAM);
    const { project, emulator } = bench;
    await project.config("subaccounts:fleet", FLEET);
    await project.up();
    const [before, had] = [ids(), await keys()];

    // A copy of the repository on a laptop.
    emulator.clearRequests();
    await project.run(["stack", "init", "laptop"]);
    await project.config("subaccounts:fleet", FLEET);
    const { output } = await project.up("--continue-on-error", { expectFailure: true });
    expectNoWrite();
    expect(output).toMatch(
      new RegExp(`already has an active sub-account .*\\(owner \\S+, fleet ${FLEET}\\)`),
    );
    // Pulumi shows each warning as it comes, and once more at the end.
    const [, diagnostics] = output.split("Diagnostics:");
    expect(diagnostics?.match(/SUBACCOUNTS_RECOVER=\S+ pulumi up/g)).toHaveLength(1);

    await project.run(["stack", "select", "dev"]);
    rmSync(project.stateFile);
    await project.run(["stack", "init", "dev"]);
    const recovered = await project.up({ env: { SUBACCOUNTS_RECOVER: FLEET } });
    expect(recovered.output).toMatch(/took the sub-account \S+ over from the owner/);
    expect(ids()).toEqual(before);
    expect(working([...had, ...(await keys())])).toHaveLength(2 * had.length);
    emulator.clearRequests();
    await project.preview("--expect-no-changes");
    await project.refresh("--expect-no-changes");
    expectNoWrite();
  });

  it("a lost passphrase is a lost state: one up makes every key anew, and the former ones are ended by name", async () => {
    bench = await openBench(PROGRAM);
    const { project } = bench;
    await project.config("subaccounts:fleet", FLEET);
    await project.up();
    const [before, had] = [ids(), await keys()];

    project.env["PULUMI_CONFIG_PASSPHRASE"] = "a new one";
    expect((await project.up({ expectFailure: true })).output).toMatch(/incorrect passphrase/);
    await project.run(["stack", "rm", "dev", "--force", "--yes"]);
    await project.run(["stack", "init", "dev"]);
    await project.config("subaccounts:fleet", FLEET);
    await project.up({ env: { SUBACCOUNTS_RECOVER: FLEET } });
    expect(ids()).toEqual(before);
    expect(working(had)).toEqual(had);

    const { unknown } = JSON.parse(await subaccounts(bench, "keys", "--unknown", "--json"));
    const listed: string[] = unknown.map(({ keyId }: { keyId: string }) => keyId);
    // Those of the ApiKeys: the keys that the accounts were born with are named in the up.
    expect(listed).toHaveLength(4);
    await subaccounts(bench, "keys", ...listed.flatMap((id) => ["--revoke", id]));
    const now = await keys();
    expect(working(now)).toEqual(now);
    expect(working(had)).toHaveLength(2);
  });

  it("a state moves to another backend without a write, and the old one is let go of without a call", async () => {
    bench = await openBench(PROGRAM);
    const { project, emulator } = bench;
    await project.up();
    const file = join(project.dir, "state.json");
    await project.run(["stack", "export", "--show-secrets", "--file", file]);
    emulator.clearRequests();
    const old = { PULUMI_BACKEND_URL: project.env["PULUMI_BACKEND_URL"] ?? "" };
    project.write("backend/.keep", "");
    project.env["PULUMI_BACKEND_URL"] = `file://${join(project.dir, "backend")}?metadata=skip`;
    await project.run(["stack", "init", "dev"]);
    await project.run(["stack", "import", "--file", file]);
    await project.preview("--expect-no-changes");
    await project.run(["stack", "rm", "dev", "--force", "--yes", "--preserve-config"], { env: old });
    expect(emulator.requests).toEqual([]);
    await project.up("--expect-no-changes");
    await project.destroy();
    expect(bench.emulator.zavu.accounts().map(({ status }) => status)).toEqual(["inactive", "inactive"]);
  });

  it("an account moves to another stack by its state, is marked anew there, and cannot be ended by the first", async () => {
    const customer = (name: string) => `
      const ${name} = new zavu.SubAccount("${name}", { name: "${name}", externalId: "${name}" });
      new zavu.ApiKey("${name}", { subAccountId: ${name}.id, name: "backend" });`;
    bench = await openBench(customer("acme") + customer("beta"));
    const { project, emulator } = bench;
    await project.up();
    const urns = (project.state().resources ?? []).map(({ urn }) => urn);
    const moved = urns.filter((urn) => urn.endsWith("::acme"));
    expect(moved).toHaveLength(2);
    await project.run(["stack", "init", "two"]);
    const stacks = ["--source", "organization/test/dev", "--dest", "organization/test/two"];
    await project.run(["state", "move", "--yes", ...stacks, ...moved]);

    emulator.clearRequests();
    bench.program(customer("acme"));
    const { output } = await project.up();
    expect(output).toMatch(/its ownership marker names another stack's owner and is written again/);
    expect(bench.writes().map(({ body }) => Object.keys(body as object))).toEqual([["metadata"]]);
    await project.run(["stack", "select", "dev"]);
    bench.program(customer("beta"));
    await project.up();
    await project.destroy();
    expect(emulator.zavu.accounts().map(({ name, status }) => [name, status])).toEqual(
      expect.arrayContaining([
        ["acme", "active"],
        ["beta", "inactive"],
      ]),
    );
  });

  it("a parent key is rotated while both work, and refresh and destroy take the new one by --run-program", async () => {
    bench = await openBench('new zavu.SubAccount("acme", { name: "Acme", externalId: "tenant-acme" });');
    const { project, emulator } = bench;
    // The vendor knows one parent key; these two are the same one to it.
    const works = new Set(["zv_live_first_parent_key", "zv_live_second_parent_key"]);
    proxy = await startProxy(emulator.zavu.url);
    proxy.onRequest((request) => {
      const key = request.headers["authorization"]?.replace("Bearer ", "") ?? "";
      const authorization = works.has(key) ? `Bearer ${emulator.zavu.apiKey}` : "Bearer revoked";
      return { ...request, headers: { ...request.headers, authorization } };
    });
    project.env["ZAVU_BASE_URL"] = proxy.url;
    delete project.env["ZAVUDEV_API_KEY"];
    await project.config("subaccounts:zavuApiKey", "zv_live_first_parent_key", { secret: true });
    await project.up();
    emulator.clearRequests();

    await project.config("subaccounts:zavuApiKey", "zv_live_second_parent_key", { secret: true });
    await project.preview("--expect-no-changes");
    works.delete("zv_live_first_parent_key");
    const { output } = await project.refresh({ expectFailure: true });
    expect(output).toMatch(/config key subaccounts:zavuApiKey .*--run-program/);
    await project.refresh("--run-program", "--expect-no-changes");
    expectNoWrite();
    await project.destroy("--run-program");
    expect(emulator.zavu.accounts().map(({ status }) => status)).toEqual(["inactive"]);
  });

  it("a customer who has left is deleted after deleteAfter, although the state was lost before", async () => {
    const program = (now: string) => `
      Date.now = () => Date.parse("${now}");
      const ended = { deleteAfter: "2027-12-31" };
      new Tenant("acme", { externalId: "tenant-acme", name: "Acme", vendors: { zavu: {} }, ended });`;
    bench = await openBench(program("2027-12-01"));
    const { project, emulator } = bench;
    await project.config("subaccounts:fleet", FLEET);
    await project.up();
    emulator.zavu.change(ids()[0]?.[0] ?? "", { status: "active" });
    rmSync(project.stateFile);
    await project.run(["stack", "init", "dev"]);
    await project.config("subaccounts:fleet", FLEET);
    bench.program(program("2028-01-01"));
    const { output } = await project.up({ env: { SUBACCOUNTS_RECOVER: FLEET } });
    expect(output).toMatch(/is declared once more, and the next `pulumi up`, without SUBACCOUNTS_RECOVER/);
    await project.up();
    expect(emulator.zavu.accounts()).toMatchObject([{ status: "inactive" }]);
    expect(project.state().resources ?? []).not.toContainEqual(
      expect.objectContaining({ custom: true, id: ids()[0]?.[0] }),
    );
  });
});
