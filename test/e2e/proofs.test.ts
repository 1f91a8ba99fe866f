import { afterEach, describe, expect, it } from "vitest";
import { type Bench, openBench } from "./programs";

/** One account of each vendor, and a key where a resource stands for one. */
const customer = (name: string, limit = 5) => `
{
  const z = new zavu.SubAccount("${name}", { name: "${name}", externalId: "${name}", creditLimit: ${limit} });
  new zavu.ApiKey("${name}", { subAccountId: z.id, name: "backend" });
  const b = new bctrl.SubAccount("${name}", { name: "${name}", externalId: "${name}", limits: { maxSpaces: ${limit} } });
  new bctrl.ApiKey("${name}", { subAccountId: b.id, name: "backend" });
  new bolna.SubAccount("${name}", { name: "${name}", allowConcurrentCalls: ${limit}, deletionPolicy: "delete" });
}
`;

/** The kinds of proof that the suite tries in process by the hundred, one of each through the real engine. */
describe("through the real engine", () => {
  let bench: Bench;
  afterEach(() => bench?.close());

  /** The accounts and keys at the vendors, as they are. */
  const atVendors = () => {
    const { zavu, bctrl, bolna } = bench.emulator;
    return { zavu: zavu.dump(), bctrl: bctrl.dump(), bolna: bolna.dump() };
  };
  const namesOf = (accounts: readonly { name?: string; sub_account_name?: string; status?: string }[]) =>
    accounts
      .filter(({ status }) => status === undefined || status === "active")
      .map((account) => account.name ?? account.sub_account_name)
      .sort();
  const activeNames = () => {
    const { zavu, bctrl, bolna } = bench.emulator;
    return [zavu.accounts(), bctrl.accounts(), bolna.accounts()].map(namesOf);
  };

  it("three hundred creates with one lost reply at each vendor make three hundred accounts", async () => {
    const names = Array.from({ length: 100 }, (_, n) => `t${n}`);
    bench = await openBench(`
      for (let n = 0; n < 100; n++) {
        new zavu.SubAccount(\`t\${n}\`, { name: \`t\${n}\`, externalId: \`t\${n}\` });
        new bctrl.SubAccount(\`t\${n}\`, { name: \`t\${n}\`, externalId: \`t\${n}\` });
        new bolna.SubAccount(\`t\${n}\`, { name: \`t\${n}\`, allowConcurrentCalls: 1, deletionPolicy: "retain" });
      }
    `);
    for (const vendor of ["zavu", "bctrl", "bolna"] as const) {
      bench.emulator.fault({ vendor, method: "POST", skip: 60, fault: { kind: "drop", when: "after" } });
    }
    await bench.project.up();
    await bench.project.preview("--expect-no-changes");
    const sorted = [...names].sort();
    expect(activeNames()).toEqual([sorted, sorted, sorted]);
  });

  it("another organization's keys fail every command and touch nothing, and so does a base URL with a path too much", async () => {
    bench = await openBench(customer("acme"));
    const { project, emulator } = bench;
    await project.up();
    emulator.other.zavu.seed({ name: "acme", externalId: "acme" });
    emulator.other.bctrl.seed({ name: "acme", externalId: "acme" });
    emulator.other.bolna.seed({ name: "acme" });
    const others = () =>
      [emulator.other.zavu, emulator.other.bctrl, emulator.other.bolna].map((v) => v.dump());
    const held = () => project.state().resources?.map(({ urn, id, outputs }) => [urn, id, outputs?.["name"]]);
    const before = [atVendors(), others(), held()];
    bench.emulator.clearRequests();
    const overview = emulator.overview();
    const keys = overview.map(({ name, environment }) => [environment.apiKey, emulator.other[name].apiKey]);
    const paths = overview.map(({ url, environment }) => [environment.baseUrl, `${url}/api`]);
    for (const [wrong, words] of [
      [
        keys,
        /this parent key is of the organization \S+, and the (sub-account|API key) \S+ of this stack is of \S+/,
      ],
      [paths, /no proof that it is gone: check the id, and the base URL, http:\S+\/api from/],
    ] as const) {
      const env = Object.fromEntries(wrong);
      bench.program(customer("acme"));
      expect((await project.refresh({ expectFailure: true, env })).output).toMatch(words);
      expect(
        (await project.run(["up", "--yes", "--skip-preview", "--refresh"], { expectFailure: true, env }))
          .output,
      ).toMatch(words);
      bench.program(customer("acme", 7));
      expect((await project.up({ expectFailure: true, env })).output).toMatch(words);
      expect((await project.destroy({ expectFailure: true, env })).output).toMatch(words);
    }
    expect(bench.writes()).toEqual([]);
    expect([atVendors(), others(), held()]).toEqual(before);
  });

  it("a vendor that shows its writes eight seconds late, and loses a reply, has each customer once", async () => {
    bench = await openBench(customer("acme") + customer("beta"));
    const { emulator, project } = bench;
    for (const vendor of ["zavu", "bctrl", "bolna"] as const) {
      emulator[vendor].switches.lagMs = 8_000;
      emulator.fault({ vendor, method: "POST", skip: 1, fault: { kind: "drop", when: "after" } });
    }
    const env = { SUBACCOUNTS_READ_LAG_SECONDS: "12" };
    await project.up({ env });
    expect(activeNames()).toEqual([
      ["acme", "beta"],
      ["acme", "beta"],
      ["acme", "beta"],
    ]);
    await project.refresh({ env });
    await project.preview("--expect-no-changes");
  });

  it("an older state that is restored ends nobody and makes nobody twice", async () => {
    bench = await openBench(customer("acme") + customer("beta"));
    const { project } = bench;
    await project.up();
    const backup = (await project.run(["stack", "export"])).stdout;
    bench.program(customer("acme", 7) + customer("corp"));
    await project.up();
    const before = activeNames();
    expect(before).toEqual([
      ["acme", "corp"],
      ["acme", "corp"],
      ["acme", "corp"],
    ]);
    project.write("backup.json", backup);
    await project.run(["stack", "import", "--file", "backup.json"]);
    const refreshed = ["up", "--yes", "--skip-preview", "--refresh"];
    // Bolna keeps no marker: whose the account is, a person says.
    const { output } = await project.run(refreshed, { expectFailure: true });
    expect(output).toMatch(/Nothing was created. To manage that account here, add {2}adopt: "\S+"/);
    const adopted = /adopt: "\S+"/.exec(output)?.[0];
    const corp = customer("corp", 5).replace('name: "corp", allowConcurrentCalls', `${adopted}, $&`);
    bench.program(customer("acme", 7) + corp);
    await project.run(refreshed);
    expect(activeNames()).toEqual(before);
    await project.preview("--expect-no-changes");
  });
});
