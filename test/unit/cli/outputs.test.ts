import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import { Command } from "commander";
import { beforeAll, expect, it, onTestFinished } from "vitest";
import { checkCommand } from "../../../cli/check/command";
import { type FleetId, fleetCommand } from "../../../cli/fleet/command";
import { processHost } from "../../../cli/host";
import { repository } from "../../../engine/program-folder.mts";
import { writeReport } from "../../../fleet/run/report-file";
import { readFleet } from "../../../fleet/shards/file";
import { outputSchemas } from "../../../generate/output-schemas.mts";
import { type OUTPUTS, outputSchemaOf } from "../../../generate/outputs.mts";
import { environmentOf } from "../../support/environment.mts";
import { emulate } from "../emulator/support";
import { conform, doctor, keys, list, show, tenants } from "./program";
import { reports } from "./report-world";

const ACME = "externalId: acme\nname: Acme\nvendors: { zavu: { creditLimit: 5, adopt: zv1 } }\n";
const marker = {
  "pulumi-subaccounts": { v: 1, owner: "prod", urn: "urn:pulumi:a::b::c::d", nonce: "i.t.o" },
};

/** A state with the account of Acme. */
function state(): object {
  const type = "pulumi-nodejs:dynamic/subaccounts/zavu:SubAccount";
  const urn = `urn:pulumi:dev::tenants::${type}::acme`;
  return {
    version: 3,
    deployment: { resources: [{ type, urn, id: "zv1", inputs: {}, outputs: { name: "Acme" } }] },
  };
}

/** An emulator with an account of each kind that the reports tell of. */
async function estate() {
  const emulator = await emulate({
    seed: {
      zavu: {
        accounts: [
          { id: "zv1", name: "Acme", externalId: "acme", creditLimit: 7, metadata: marker },
          { id: "zv2", name: "Nobody" },
          { id: "zv3", name: "Gone", status: "inactive" },
        ],
      },
    },
  });
  emulator.zavu.addKey("zv1", { name: "pulumi-subaccounts" });
  return { emulator, env: environmentOf(emulator) };
}

/** Runs each command with `--json`, where it has something to say in as many members as may be. */
const runs: Record<Exclude<keyof typeof OUTPUTS, "fleet plan">, () => Promise<string>> = {
  check: async () => {
    const folder = mkdtempSync(join(tmpdir(), "subaccounts-outputs-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    writeFileSync(join(folder, "a.yaml"), "externalId: a\ntier: gold\nvendors: { zavu: {} }\n");
    return printed((write) => checkCommand({ write, fail: () => {} }), ["check", folder, "--json"]);
  },
  "tenants generate": async () => {
    const { env } = await estate();
    const files = { "tenants/acme.yaml": ACME, "tenants/b.yaml": ACME.replaceAll(/acme|zv1/gi, "b") };
    return (await tenants({ env, files }).run(["generate", "--check", "--verify", "--json"])).output;
  },
  "tenants tidy": async () => {
    const files = { "tenants/acme.yaml": ACME, "state.json": JSON.stringify(state()) };
    return (await tenants({ files }).run(["tidy", "--state", "state.json", "--json"])).output;
  },
  doctor: async () => (await doctor(["--json", "--offline"], { cli: undefined })).output,
  keys: async () => {
    const { env } = await estate();
    return (await keys(["--unknown", "--json"], { env, state: state() })).output;
  },
  "fleet id": () => printed((write) => fleetCommand({ ...processHost(), write }), ["fleet", "id", "--json"]),
  "fleet status": () => {
    const folder = mkdtempSync(join(tmpdir(), "subaccounts-outputs-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    cpSync(join(repository, "examples/fleet"), folder, {
      recursive: true,
      filter: (source) => !/node_modules|\.fleet/.test(source),
    });
    const fleet = readFleet(join(folder, "fleet.yaml"));
    const run = "20261127-120000-a1";
    const shard = {
      run,
      stack: "prod-b-f",
      wave: 0,
      tenants: 3,
      counts: { created: 9 },
      seconds: 4,
      attempt: 2,
    };
    writeReport(fleet, {
      run: {
        id: run,
        kind: "up",
        startedAt: "2026-11-27T12:00:00.000Z",
        endedAt: "2026-11-27T12:00:05.000Z",
        inputs: "0f",
        state: "stopped",
        why: "too many tenants of a wave failed",
        waves: [{ name: "all", stacks: ["prod-b-f"], waitSeconds: 0, tolerated: 0 }],
        wave: 0,
        when: "stop",
        readAt: "2026-11-27T12:00:00.000Z",
        inputsOf: { "prod-b-f": "0f" },
        tenants: { "prod-b-f": 3 },
      },
      results: [{ ...shard, result: "failed", failed: [{ externalId: "acme", message: "refused" }] }],
    });
    return printed(
      (write) => fleetCommand({ ...processHost(), write }),
      ["fleet", "status", "--json", "--fleet", join(folder, "fleet.yaml")],
    );
  },
  list: async () => {
    const { env } = await estate();
    return (await list(["--json"], { env })).output;
  },
  "list --owners": async () => {
    const { env } = await estate();
    return (await list(["--owners", "--json"], { env })).output;
  },
  show: async () => {
    const { emulator, env } = await estate();
    emulator.zavu.addKey("zv1", { name: "backend" });
    const files = {
      "trail.ndjson": `${JSON.stringify({ time: "2026-03-01T10:00:00Z", tenant: "acme", vendor: "zavu", account: "zv1", resource: "SubAccount", name: "acme", op: "update", field: "creditLimit", from: 5, to: 7 })}\n`,
    };
    return (await show(["acme", "--trail", "trail.ndjson", "--json"], { env, plainState: state(), files }))
      .output;
  },
  report: async () => {
    const { env } = await estate();
    const { put, run } = reports(env, [state()]);
    put(
      "rates.yaml",
      "currency: USD\nusage: { zavu.creditLimit: 0.01 }\nlimit: { zavu.creditLimit: 0.01 }\n",
    );
    await run(["--history", "history.ndjson"]);
    return (await run(["--rates", "rates.yaml", "--history", "history.ndjson", "--json"])).output;
  },
  conform: async () => {
    const { env } = await estate();
    return (await conform(["--json"], { env, yaml: undefined })).output;
  },
};

async function printed(make: (write: (text: string) => void) => Command, args: string[]): Promise<string> {
  let output = "";
  const write = (text: string) => {
    output += text;
  };
  await new Command("subaccounts").addCommand(make(write)).parseAsync(args, { from: "user" });
  return output;
}

let schemas: Map<string, object>;
beforeAll(async () => {
  schemas = await outputSchemas(repository, (file) => import(join(repository, file)));
});

it.each(Object.entries(runs))("subaccounts %s --json prints what its schema says", async (command, run) => {
  const schema = schemas.get(outputSchemaOf(command)) ?? false;
  const isValid: ValidateFunction = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(schema);
  const report: object = JSON.parse(await run());
  isValid(report);
  expect(isValid.errors ?? []).toEqual([]);
  const [first = ""] = Object.keys(report);
  for (const other of [
    { ...report, more: 1 },
    { ...report, [first]: undefined },
  ])
    expect(isValid(JSON.parse(JSON.stringify(other)))).toBe(false);
});

it("a fleet id is a new one in JSON, too", async () => {
  const run = async (): Promise<FleetId> => JSON.parse((await runs["fleet id"]?.()) ?? "");
  const [one, other] = [await run(), await run()];
  expect(one.id).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
  expect(one.id).not.toBe(other.id);
});
