import { afterEach, describe, expect, it } from "vitest";
import { type Bench, openBench } from "./programs";

const urn = (vendor: string, name: string) =>
  `urn:pulumi:dev::test::pulumi-nodejs:dynamic/subaccounts/${vendor}:SubAccount::${name}`;

/** The engine deletes in these what it has just been told never to replace. */
describe("an account in a forced replacement, through the real engine", () => {
  let bench: Bench;
  afterEach(() => bench?.close());

  it("survives taint and another identity after a rename with an alias, at every vendor", async () => {
    const program = (name: string, identity: string, alias = "") => `
      const options = { aliases: [${alias && `{ name: "${alias}" }`}] };
      new bctrl.SubAccount("${name}", { name: "Acme", externalId: "${identity}" }, options);
      new zavu.SubAccount("${name}", { name: "Acme", externalId: "${identity}" }, options);
      new bolna.SubAccount("${name}", { name: "${identity}", allowConcurrentCalls: 1, deletionPolicy: "delete" }, options);`;
    bench = await openBench(program("a", "one"));
    await bench.project.up();
    const [first] = bench.emulator.bolna.accounts();
    bench.program(program("b", "one", "a"));
    await bench.project.up();
    for (const vendor of ["bctrl", "zavu", "bolna"]) {
      await bench.project.run(["state", "taint", urn(vendor, "b"), "--yes"]);
    }
    bench.program(program("b", "two", "a"));
    await bench.project.up({ expectFailure: "any" });
    expect(bench.emulator.bolna.accounts().map(({ id }) => id)).toContain(first?.id);
    expect(bench.emulator.zavu.accounts()[0]).toMatchObject({ status: "active" });
    expect(bench.emulator.bctrl.accounts()[0]).toMatchObject({ status: "active" });
  });

  it("survives, with its keys, where Pulumi's provider resource is replaced with it and it gets another identity", async () => {
    const program = (identity: string) => `
      const b = new bctrl.SubAccount("a", { name: "${identity}", externalId: "${identity}" });
      new bctrl.ApiKey("a", { subAccountId: b.id, name: "backend" });
      const z = new zavu.SubAccount("a", { name: "${identity}", externalId: "${identity}" });
      new zavu.ApiKey("a", { subAccountId: z.id, name: "backend" });
      new bolna.SubAccount("a", { name: "${identity}", allowConcurrentCalls: 1, deletionPolicy: "delete" });`;
    bench = await openBench(program("one"));
    await bench.project.up();
    const [bolna] = bench.emulator.bolna.accounts();
    bench.program(program("two"));
    await bench.project.run(["up", "--yes", "--skip-preview", "--replace", "**"], { expectFailure: "any" });
    expect(bench.emulator.bolna.accounts().map(({ id }) => id)).toContain(bolna?.id);
    expect(bench.emulator.zavu.accounts()[0]).toMatchObject({ name: "one", status: "active" });
    expect(bench.emulator.bctrl.accounts()[0]).toMatchObject({ name: "one", status: "active" });
    const deletes = bench.emulator.requests.filter(({ method }) => method === "DELETE");
    expect(deletes).toEqual([]);
  });

  it("survives taint where a stack transformation deletes before it replaces", async () => {
    const program = `
      pulumi.runtime.registerStackTransformation(({ props, opts }) => ({ props, opts: { ...opts, deleteBeforeReplace: true } }));
      new bctrl.SubAccount("a", { name: "Acme", externalId: "one" });`;
    bench = await openBench(program);
    await bench.project.up();
    await bench.project.run(["state", "taint", urn("bctrl", "a"), "--yes"]);
    await bench.project.up({ expectFailure: "any" });
    expect(bench.emulator.bctrl.accounts().map(({ status }) => status)).toEqual(["active"]);
  });
});
