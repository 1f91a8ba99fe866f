import { embedded } from "./engine/embedded";
import type { Engine } from "./engine/engine";
import { postgres, schemaOf } from "./engine/postgres";
import { FleetError } from "./fleet-error";
import { workFolder } from "./run/context";
import type { Fleet } from "./shards/file";
import { ENV } from "./shards/machines";

/** Opens the engine that a fleet declares. @param isWorker whether this process works on jobs @throws FleetError */
export async function openEngine(fleet: Fleet, env: NodeJS.ProcessEnv, isWorker: boolean): Promise<Engine> {
  if (fleet.engine === undefined) return await embedded(workFolder(fleet));
  const { url: declared } = fleet.engine;
  const url = declared.startsWith(ENV) ? env[declared.slice(ENV.length)] : declared;
  if (url) return await postgres({ url, schema: schemaOf(fleet), fleet: fleet.id, isWorker });
  throw new FleetError(
    `engine.url of fleet.yaml is ${declared}, and that environment variable is not set: set it to the URL of the fleet's PostgreSQL database`,
  );
}

/** @throws FleetError where a fleet has no engine that machines share */
export function refuseAlone({ engine }: Fleet, what: string): void {
  if (engine !== undefined) return;
  throw new FleetError(
    `${what} needs an engine that machines share: declare engine.url in fleet.yaml, or run subaccounts fleet up, which works by itself`,
  );
}
