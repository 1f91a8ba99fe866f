import { defineConfig } from "vitest/config";

/** Each tier is a project, in this order. `npm test` leaves out those that only `npm run test:all` runs. */
const tier = (name: string, order: number, options: object = {}) => ({
  test: { name, include: [`test/${name}/**/*.test.ts`], sequence: { groupOrder: order }, ...options },
});

/**
 * No test measures time by it: it is what a busy machine may take for one that compiles or asks for 100 accounts. Three files
 * at a time keep two cores busy while tests of processes wait.
 */
const patient = { testTimeout: 60_000, hookTimeout: 60_000, maxWorkers: 3 };

/** What all tiers with the real engine have: a file's calls of the CLI are counted. */
const engine = {
  testTimeout: 300_000,
  hookTimeout: 1_800_000,
  maxWorkers: 2,
  setupFiles: ["test/support/cli-calls.mts"],
};

const packages = {
  ...engine,
  testTimeout: 600_000,
  // Two projects at a time, whose installs and compilers keep a small machine busy.
  maxWorkers: 1,
  maxConcurrency: 2,
  globalSetup: ["test/support/engine-setup.mts", "test/support/package-setup.mts"],
};

export default defineConfig({
  test: {
    reporters: ["default", "./test/support/costs.mts", "./test/support/closing-line.mts"],
    projects: [
      tier("unit", 1, patient),
      tier("resources", 2, patient),
      tier("recipe", 2, { ...patient, setupFiles: ["test/recipe/setup.ts"] }),
      tier("protocol", 3, patient),
      tier("site", 3, { ...patient, hookTimeout: 300_000 }),
      tier("package", 4, packages),
      // Three files keep two cores busy while one of them waits.
      tier("e2e", 5, { ...engine, maxWorkers: 3, globalSetup: ["test/support/engine-setup.mts"] }),
      tier("release", 6, { ...packages, maxWorkers: 2 }),
      tier("release-oldest-engine", 7, {
        ...engine,
        include: ["test/e2e/**/*.test.ts"],
        globalSetup: ["test/support/oldest-engine-setup.mts"],
      }),
    ],
  },
});
