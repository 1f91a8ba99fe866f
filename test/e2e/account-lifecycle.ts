import { afterEach, beforeEach, expect, it } from "vitest";
import { type Emulator, startEmulator, type VendorName } from "../../emulator";
import { activeAt } from "../support/customers";
import { realTimeEnvironmentOf } from "../support/stack";
import { handleOf, inWords, subjectOf, type Values } from "../vendors/index.mts";
import { type Bench, openBench } from "./programs";

/**
 * Each row at the vendor that runs it in `npm test`, through the real engine. The contract suite runs them all, for every
 * vendor, in process; `npm run test:all` runs them all here.
 */
const vendorOf = {
  replacement: "bctrl",
  rename: "zavu",
  swap: "bolna",
  protection: "bctrl",
  deletion: "bolna",
  "changed policy": "bctrl",
  adoption: "zavu",
  "another stack": "bolna",
  connection: "zavu",
} as const satisfies Record<string, VendorName>;
type Row = keyof typeof vendorOf;

/** Whether `npm test` runs this row at this vendor. */
export const isEveryDay = (vendor: VendorName, row: Row): boolean => vendorOf[row] === vendor;

/**
 * What may happen to a resource around its account: replacement, renames, protection, removal, adoption, another
 * connection. Every test counts the live accounts, since a customer must survive all of it. A vendor runs the rows that
 * `isChosen` says.
 */
export function accountLifecycle(vendor: VendorName, isChosen: (row: Row) => boolean): void {
  const { isMarked: isStamped, required = {}, limit, adoptable } = subjectOf(vendor);
  const live = (emulator: Emulator) => activeAt(emulator, vendor);
  const view = (emulator: Emulator, id: string) =>
    handleOf(emulator, vendor)
      .accounts()
      .find((account) => account.id === id);
  /** Arguments as a program has them after others. */
  const text = (args: Values) =>
    Object.entries(args)
      .map(([name, value]) => `, ${name}: ${JSON.stringify(value)}`)
      .join("");
  const changed = inWords(vendor, limit(7));
  const type = `pulumi-nodejs:dynamic/subaccounts/${vendor}:SubAccount`;
  const urn = (name = "acme") => `urn:pulumi:dev::test::${type}::${name}`;
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench("");
  });
  afterEach(() => bench?.close());

  const row = (name: Row, title: string, body: () => Promise<void>) => {
    if (isChosen(name)) it(title, body);
  };
  const change = (program: string) => {
    const [name = ""] = Object.keys(limit(7));
    const had = name in required ? text({ [name]: required[name] }) : "";
    return program.replace(`"tenant-acme"${had}`, `"tenant-acme"${text(limit(7))}`);
  };
  const account = (name: string, more: { args?: string; options?: string; customer?: string } = {}) => {
    const { args = "", options = "", customer = "acme" } = more;
    const declared = `name: "${customer}", externalId: "tenant-${customer}"${text(required)}`;
    return `new ${vendor}.SubAccount("${name}", { ${declared}${args} }${options && `, { ${options} }`});`;
  };
  /** Runs `up` with this program and expects it to leave just these accounts alive. */
  const up = async (program: string, ...flags: string[]) => {
    bench.program(program);
    return bench.project.up(...flags);
  };
  const refused = async (program: string, ...flags: string[]) => {
    bench.program(program);
    return (await bench.project.up(...flags, { expectFailure: true })).output;
  };
  const only = () => {
    const ids = live(bench.emulator);
    expect(ids).toHaveLength(1);
    return ids[0] ?? "";
  };
  const expectNoWrite = async (program: string) => {
    bench.emulator.clearRequests();
    await up(program, "--expect-no-changes");
    expect(bench.writes()).toEqual([]);
  };
  const idInState = async () => {
    const { stdout } = await bench.project.run(["stack", "export"]);
    const { resources = [] } = JSON.parse(stdout).deployment as {
      resources?: { type: string; id: string }[];
    };
    return resources.filter((resource) => resource.type.endsWith(`${vendor}:SubAccount`)).map(({ id }) => id);
  };

  row(
    "replacement",
    "an account survives --replace, taint, replaceOnChanges and deleteBeforeReplace",
    async () => {
      const program = account("acme");
      await up(program);
      const id = only();

      if (isStamped) await up(program, `--replace=${urn()}`);
      else expect(await refused(program, `--replace=${urn()}`)).toMatch(/run `pulumi up` without it/);
      expect(only()).toBe(id);

      await bench.project.run(["state", "taint", urn(), "--yes"]);
      if (isStamped) {
        await up(program);
      } else {
        expect(await refused(program)).toMatch(/`pulumi state untaint`/);
        await bench.project.run(["state", "untaint", urn(), "--yes"]);
      }
      expect(only()).toBe(id);
      await expectNoWrite(program);

      const eager = change(
        account("acme", { options: 'replaceOnChanges: ["*"], deleteBeforeReplace: true' }),
      );
      await up(eager);
      expect(only()).toBe(id);
      expect(view(bench.emulator, id)).toMatchObject(changed);
      if (isStamped) await up(eager, `--replace=${urn()}`);
      else await refused(eager, `--replace=${urn()}`);
      expect(only()).toBe(id);
      expect(await idInState()).toEqual([id]);
      await expectNoWrite(eager);
    },
  );

  row(
    "rename",
    "an account survives a rename with and without alias, a move into a component and a renamed stack",
    async () => {
      await up(account("acme"));
      const id = only();

      expect(await refused(account("renamed"))).toMatch(
        isStamped ? /add {2}aliases: \["urn:/ : `adopt: "${id}"`,
      );
      expect(only()).toBe(id);
      expect(await idInState()).toEqual([id]);

      await expectNoWriteButState(account("renamed", { options: 'aliases: [{ name: "acme" }]' }));
      expect(only()).toBe(id);
      const inComponent = `const parent = new pulumi.ComponentResource("acme:index:Tenant", "acme");
      ${account("renamed", { options: "parent, aliases: [{ parent: pulumi.rootStackResource }]" })}`;
      await expectNoWriteButState(inComponent);
      expect(only()).toBe(id);

      await bench.project.run(["stack", "rename", "live"]);
      await expectNoWriteButState(inComponent);
      await bench.project.refresh("--expect-no-changes");
      expect(only()).toBe(id);
      expect(await idInState()).toEqual([id]);

      // It is still ours: it is updated, and deleted when it is taken out of the code.
      await up(change(inComponent));
      expect(view(bench.emulator, id)).toMatchObject(changed);
      await up("");
      expect(live(bench.emulator)).toEqual([]);
    },
  );

  row("swap", "an account that another resource was renamed over is not overwritten", async () => {
    await up(`${account("a", { customer: "alpha" })} ${account("b", { customer: "beta" })}`);
    const before = live(bench.emulator);
    const swapped = `${account("a", { customer: "beta" })} ${account("b", { customer: "alpha" })}`;
    expect(await refused(swapped)).toMatch(
      /already has an active sub-account|is the same as that of the resource/,
    );
    expect([...live(bench.emulator)].sort()).toEqual([...before].sort());
    await expectNoWrite(`${account("a", { customer: "alpha" })} ${account("b", { customer: "beta" })}`);
  });

  row(
    "protection",
    "protect keeps an account from being deleted, and retainOnDelete leaves it at the vendor",
    async () => {
      await up(account("acme", { options: "protect: true" }));
      const id = only();
      const { output } = await bench.project.destroy({ expectFailure: true });
      expect(output).toContain("protect");
      expect(await refused("")).toContain("protect");
      expect(only()).toBe(id);

      await up(account("acme", { options: "retainOnDelete: true" }));
      bench.emulator.clearRequests();
      await up("");
      expect(only()).toBe(id);
      expect(bench.writes()).toEqual([]);
      expect(await idInState()).toEqual([]);
    },
  );

  row(
    "deletion",
    "every deletion policy does what it says, gone already is done, and a second destroy does nothing",
    async () => {
      // At Bolna the policy has no default, and a declaration must not hold it twice.
      const retained = account("kept", { customer: "kept" }).replace(/, deletionPolicy: "\w+"/, "");
      const program = `${account("one", { customer: "one" })}
      ${account("gone", { customer: "gone" })}
      ${retained.replace(" }", ', deletionPolicy: "retain" }')}`;
      await up(program);
      const ids = await idInState();
      expect(ids).toHaveLength(3);
      const { resources = [] } = bench.project.state();
      const idOf = (name: string) => resources.find((each) => each.urn === urn(name))?.id ?? "";
      bench.emulator[vendor].remove(idOf("gone"));
      const { output } = await bench.project.destroy();
      expect(output).toMatch(/was left at the vendor/);
      expect(live(bench.emulator)).toEqual([idOf("kept")]);

      bench.emulator.clearRequests();
      await bench.project.destroy();
      expect(bench.emulator.requests).toEqual([]);
    },
  );

  row(
    "changed policy",
    "a changed deletion policy touches the state alone, and counts from the next up on",
    async () => {
      const retain = account("acme")
        .replace(/, deletionPolicy: "\w+"/, "")
        .replace(" }", ', deletionPolicy: "retain" }');
      await up(account("acme"));
      const id = only();
      bench.emulator.clearRequests();
      await up(retain);
      expect(bench.emulator.requests).toEqual([]);
      await up("");
      expect(only()).toBe(id);
    },
  );

  row(
    "adoption",
    "adoption creates nothing, brings the account to what is declared, and is quiet from then on",
    async () => {
      const existing = { name: "ACME", ...inWords(vendor, limit(1)), ...adoptable };
      const { id } = handleOf(bench.emulator, vendor).seed(existing);
      const adopting = change(account("acme", { args: `, adopt: "${id}"` }));
      await up(adopting);
      expect(only()).toBe(id);
      expect(await idInState()).toEqual([id]);
      expect(view(bench.emulator, id)).toMatchObject({ name: "acme", ...changed });
      await expectNoWrite(adopting);

      await expectNoWrite(change(account("acme")));
      const other = await refused(change(account("acme", { args: ', adopt: "another"' })));
      expect(other).toMatch(/adopt names another account than the one that this resource manages/);
      expect(only()).toBe(id);
    },
  );

  row(
    "another stack",
    "an account moves to another stack alive, and the stack that it left does not delete it",
    async () => {
      // Bolna has no place for a stamp: there the first stack lets go of it by its policy.
      const program = isStamped
        ? account("acme")
        : account("acme").replace(/, deletionPolicy: "\w+"/, ', deletionPolicy: "retain"');
      await up(program);
      const id = only();
      await bench.project.run(["stack", "init", "other"]);
      expect(await refused(program)).toMatch(new RegExp(`adopt: "${id}"`));
      await up(program.replace(" }", `, adopt: "${id}" }`));
      expect(only()).toBe(id);

      await bench.project.run(["stack", "select", "dev"]);
      const { output } = await bench.project.destroy();
      expect(output).toMatch(/was left (alone|at the vendor)/);
      expect(only()).toBe(id);

      await bench.project.run(["stack", "select", "other"]);
      await expectNoWrite(program);
      expect(only()).toBe(id);
    },
  );

  row("connection", "a changed connection must reach the same account", async () => {
    await up(account("acme"));
    const id = only();
    const elsewhere = await startEmulator();
    try {
      const variables = realTimeEnvironmentOf(bench.emulator);
      const connection = async (name: string, emulator: Emulator) => {
        const at = (key: string) => `subaccounts:connections.${name}.${key}`;
        await bench.project.config(at("vendor"), vendor, { path: true });
        await bench.project.config(at("apiKey"), emulator[vendor].apiKey, { path: true, secret: true });
        await bench.project.config(at("baseUrl"), emulator[vendor].url, { path: true });
      };
      expect(Object.values(variables)).toContain(bench.emulator[vendor].url);
      await connection("same", bench.emulator);
      await connection("elsewhere", elsewhere);

      bench.emulator.clearRequests();
      await up(account("acme", { args: ', connection: "same"' }));
      expect(bench.writes()).toEqual([]);
      expect(only()).toBe(id);

      expect(await refused(account("acme", { args: ', connection: "elsewhere"' }))).toMatch(
        new RegExp(`the new one cannot read the sub-account ${id}`),
      );
      expect(only()).toBe(id);
      expect(live(elsewhere)).toEqual([]);
      await expectNoWrite(account("acme", { args: ', connection: "same"' }));
    } finally {
      await elsewhere.close();
    }
  });

  /** An up that changes names in the state and sends nothing to the vendor. */
  async function expectNoWriteButState(program: string): Promise<void> {
    bench.emulator.clearRequests();
    await up(program);
    expect(bench.writes()).toEqual([]);
  }
}
