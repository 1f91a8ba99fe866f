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

/** Runs a program with the built package from nothing, and takes down the state and what the vendors hold. */
export async function record(binDir: string, folder: string): Promise<Recording> {
  const emulator = await startEmulator({ now: () => clock });
  try {
    hold(emulator, programFiles(folder).existing);
    const project = await openProgram(binDir, folder, emulator);
    try {
      await project.up();
      const { stdout } = await project.run(["stack", "export", "--show-secrets"]);
      const deployment = ofNoMachine(JSON.parse(stdout));
      const text = JSON.stringify(deployment);
      const left = [dirname(project.dir), repository, emulator.url].find((place) => text.includes(place));
      if (left !== undefined) throw new Error(`the state still says ${left}, which is of this machine`);
      const { zavu, bolna, bctrl } = emulator;
      return { deployment, vendors: { zavu: zavu.dump(), bolna: bolna.dump(), bctrl: bctrl.dump() } };
    } finally {
      await project.dispose();
    }
  } finally {
    await emulator.close();
  }
}

/** The resources without times and places of the source. */
function ofNoMachine({ version, deployment: { resources } }: Deployment): Deployment {
  const left = { created: undefined, modified: undefined, sourcePosition: undefined, stackTrace: undefined };
  return { version, deployment: { resources: resources.map((resource) => ({ ...resource, ...left })) } };
}
