import { afterAll, beforeAll, beforeEach } from "vitest";
import type { FakeFleet } from "./fake-fleet";
import { NO_POSTGRES, type Postgres, postgresPrograms, startPostgres } from "./postgres.mts";

/** A PostgreSQL for the tests of a file, which has no fleet before each of them; they are skipped where it is not installed. */
export function sharedDatabase(): {
  readonly postgres: Postgres;
  /** Has a fleet work on it, as on many machines. */
  readonly share: (fleet: FakeFleet) => void;
} {
  const programs = postgresPrograms();
  const own = {} as { postgres: Postgres };
  beforeAll(async () => {
    if (programs) own.postgres = await startPostgres(programs);
  });
  afterAll(() => own.postgres?.stop());
  beforeEach(({ skip }) => {
    skip(programs === undefined, NO_POSTGRES);
    own.postgres.run("drop schema if exists fleet_fleet_prod cascade");
  });
  return {
    get postgres() {
      return own.postgres;
    },
    share: (fleet) => {
      fleet.edit("fleet.yaml", "failures:", "engine: { url: env:FLEET_DATABASE_URL }\nfailures:");
      fleet.env["FLEET_DATABASE_URL"] = own.postgres.url;
    },
  };
}
