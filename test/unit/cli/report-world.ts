import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command, CommanderError } from "commander";
import { onTestFinished } from "vitest";
import { reportCommand } from "../../../cli/report/command";
import { type UsageReport, type UsageRow, usageReport } from "../../../cli/report/usage-report";
import { noon } from "../emulator/support";

const DYNAMIC = "pulumi-nodejs:dynamic/subaccounts";

/** An account in a state, by what the code declares. */
interface StateEntry {
  readonly vendor: string;
  readonly id: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** A tenant in a state, with its accounts. */
export interface TenantEntry {
  readonly externalId: string;
  readonly name?: string;
  readonly tier?: string;
  readonly suspended?: object;
  readonly accounts: readonly StateEntry[];
}

/** What `pulumi stack export` prints for a stack with these tenants. */
export function stateOf(tenants: readonly TenantEntry[], stack = "prod", owner = `owner-of-${stack}`) {
  const urn = (type: string, name: string) => `urn:pulumi:${stack}::tenants::${type}::${name}`;
  const resources: object[] = [
    { type: "pulumi:pulumi:Stack", urn: urn("pulumi:pulumi:Stack", `tenants-${stack}`) },
    { type: `${DYNAMIC}/index:Owner`, urn: urn(`${DYNAMIC}/index:Owner`, "pulumi-subaccounts"), id: owner },
  ];
  for (const { accounts, ...tenant } of tenants) {
    const parent = urn("subaccounts:index:Tenant", tenant.externalId);
    const outputs = { name: tenant.externalId, ...tenant };
    resources.push({ type: "subaccounts:index:Tenant", urn: parent, outputs });
    for (const { vendor, id, inputs = {}, outputs: more = {} } of accounts) {
      const type = `${DYNAMIC}/${vendor}:SubAccount`;
      const declared = { name: outputs.name, externalId: tenant.externalId, ...inputs };
      resources.push({
        type,
        urn: urn(`subaccounts:index:Tenant$${type}`, tenant.externalId),
        id,
        parent,
        inputs: declared,
        outputs: { ...declared, ...more },
      });
    }
  }
  return { version: 3, deployment: { resources } };
}

/** The ownership marker of a stack's owner. */
export function markerOf(stack = "prod", owner = `owner-of-${stack}`) {
  const urn = `urn:pulumi:${stack}::tenants::${DYNAMIC}/zavu:SubAccount::x`;
  return { metadata: { "pulumi-subaccounts": { v: 1, owner, urn, nonce: "n.tag.owner" } } };
}

/** A folder for reports of some states, without a project and without Pulumi. */
export function reports(env: Record<string, string>, states: readonly object[], now = noon) {
  const folder = mkdtempSync(join(tmpdir(), "subaccounts-report-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const put = (file: string, content: string | object) =>
    writeFileSync(join(folder, file), typeof content === "string" ? content : JSON.stringify(content));
  const files = states.map((state, index) => {
    put(`state-${index}.json`, state);
    return `state-${index}.json`;
  });
  const run = async (args: string[], at = now) => {
    let output = "";
    let code = 0;
    const write = (text: string) => {
      output += text;
    };
    const command = reportCommand({
      folder,
      env: { PATH: "/nowhere", ...env },
      surroundings: { now: () => at.getTime(), sleep: async () => {} },
      write,
      paint: (_colour, text) => text,
      progress: () => {},
      limitMemory: () => {},
      exit: (ended) => {
        code = ended;
      },
    })
      .exitOverride()
      .configureOutput({ writeErr: write });
    const given = args.includes("--state") ? [] : ["--state", ...files];
    await new Command("subaccounts")
      .addCommand(command)
      .parseAsync(["report", ...args, ...given], { from: "user" })
      .catch((error: unknown) => {
        if (!(error instanceof CommanderError)) throw error;
        code = error.exitCode;
      });
    return { code, output };
  };
  return {
    folder,
    run,
    put,
    read: (file: string) => readFileSync(join(folder, file), "utf8"),
    /** The report as data. */
    json: async (args: string[] = [], at = now) => {
      const { code, output } = await run(["--json", ...args], at);
      const report: UsageReport = usageReport.parse(JSON.parse(output));
      const row = (account: string): UsageRow => {
        const found = report.rows.find((each) => each.account === account);
        if (found === undefined) throw new Error(`no row of ${account}`);
        return found;
      };
      const metric = (account: string, name: string) =>
        row(account).metrics.find((each) => each.metric === name);
      return { code, output, report, row, metric };
    },
  };
}
