import { dirname } from "node:path";
import { startEmulator } from "pulumi-subaccounts/emulator";
import { repository } from "../../engine/program-folder.mts";
import { type Deployment, type Holdings, hold, openProgram, programFiles } from "./state-fixtures.mts";

/** What a program leaves behind. */
interface Recording {
  deployment: Deployment;
  vendors: Holdings;
}

// Recorded times say nothing, and a date that moves would make every recording another one.
const clock = new Date("2026-01-01T00:00:00Z");
// When the overlap of a rotated key ends: a recording must not change with the years.
const someday = "2199-01-01T00:00:00.000Z";

/** Runs a program with the built package from nothing, and takes down the state and what the vendors hold. */
export async function record(binDir: string, folder: string): Promise<Recording> {
  const emulator = await startEmulator({ now: () => clock });
  try {
    const { existing, config } = programFiles(folder);
    hold(emulator, existing);
    const project = await openProgram(binDir, folder, emulator);
    try {
      const rounds = Number(config["tenants:round"] ?? 1);
      for (let round = 1; round <= rounds; round += 1) {
        await project.config("tenants:round", String(round));
        await project.up();
      }
      const { stdout } = await project.run(["stack", "export", "--show-secrets"]);
      const deployment = ofNoMachine(JSON.parse(stdout));
      const text = JSON.stringify(deployment);
      const left = [dirname(project.dir), repository, emulator.url].find((place) => text.includes(place));
      if (left !== undefined) throw new Error(`the state still says ${left}, which is of this machine`);
      const held = emulator.overview().map(({ name }) => [name, emulator[name].dump()]);
      return { deployment, vendors: Object.fromEntries(held) };
    } finally {
      await project.dispose();
    }
  } finally {
    await emulator.close();
  }
}

/** The resources without places of the source and times; what is to come after some time stays to come. */
function ofNoMachine({ version, deployment }: Deployment): Deployment {
  const text = JSON.stringify(deployment).replaceAll(/("(?:previousR|r)evokeAt":)"[^"]*"/g, `$1"${someday}"`);
  const { resources }: Deployment["deployment"] = JSON.parse(text);
  const left = { created: undefined, modified: undefined, sourcePosition: undefined, stackTrace: undefined };
  return { version, deployment: { resources: resources.map((resource) => ({ ...resource, ...left })) } };
}
