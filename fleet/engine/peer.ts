import { FleetError } from "../fleet-error";

const PEERS = "pg-boss@12 @electric-sql/pglite@0.5";

/** Loads a package that only the fleet needs. @throws FleetError where it is not installed */
export async function peer<Module>(loading: Promise<Module>): Promise<Module> {
  try {
    return await loading;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new FleetError(`the fleet needs packages that are not installed: npm install ${PEERS}`);
  }
}
