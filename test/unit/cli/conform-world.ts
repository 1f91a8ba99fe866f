import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ConformReport, VendorReport } from "../../../cli/conform/report";
import type { Emulator, EmulatorOptions, VendorName } from "../../../emulator";
import { environmentOf } from "../../support/environment.mts";
import { emulate } from "../emulator/support";
import { type Around, conform } from "./program";

/** An emulator and a command that share a clock, which sleeping alone moves. */
export async function conformWorld(options: EmulatorOptions = {}) {
  let nowMs = Date.parse("2026-03-10T12:00:00Z");
  const pass = (ms: number) => {
    nowMs += ms;
  };
  const emulator = await emulate({ now: () => new Date(nowMs), ...options });
  const surroundings = {
    now: () => nowMs,
    sleep: async (ms: number) => pass(ms),
    random: () => 0,
  };
  /** Makes accounts, each a minute after the one before. */
  const seed = (name: VendorName, count: number): void => {
    for (let index = 0; index < count; index++) {
      pass(60_000);
      emulator[name].seed({ name: `Foreign ${index}` });
    }
  };
  /** Runs the command with `--json`, as data. */
  const run = async (args: string[], around: Around & { signal?: AbortSignal } = {}) => {
    // Without a project there is no stack to ask the CLI for.
    const environment = { env: environmentOf(emulator), yaml: undefined, surroundings, ...around };
    const { code, output, root } = await conform([...args, "--json", "--switches", "told.json"], environment);
    const report: ConformReport = JSON.parse(output);
    const file: unknown = JSON.parse(readFileSync(join(root, "project/told.json"), "utf8"));
    return { code, output, report, file, of: (name: VendorName) => vendorIn(report, name) };
  };
  return { emulator, surroundings, seed, run, pass };
}

function vendorIn({ vendors }: ConformReport, name: VendorName): VendorReport {
  const found = vendors.find(({ vendor }) => vendor === name);
  if (found === undefined) throw new Error(`the report has nothing of ${name}`);
  return found;
}

/** The ids that requests which change something name, and the names of accounts that they create. */
export function changes({ requests }: Emulator, vendor: VendorName) {
  return requests.filter((each) => each.vendor === vendor && each.method !== "GET");
}

/** The option that allows scratch accounts. */
export const YES = "--yes-create-scratch-accounts";
