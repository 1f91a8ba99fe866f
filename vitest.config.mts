import { defineConfig } from "vitest/config";

/** Each tier is a project; `npm test` runs them all, in this order. */
const tier = (name: string, order: number, options: object = {}) => ({
  test: { name, include: [`test/${name}/**/*.test.ts`], sequence: { groupOrder: order }, ...options },
});

export default defineConfig({
  test: {
    reporters: ["default", "./test/support/closing-line.mts"],
    projects: [
      tier("unit", 1),
      tier("resources", 2),
      tier("protocol", 3, { testTimeout: 60_000, hookTimeout: 60_000 }),
      tier("package", 4, {
        testTimeout: 600_000,
        hookTimeout: 600_000,
        // Two projects at a time, whose installs and compilers keep a small machine busy.
        maxWorkers: 1,
        maxConcurrency: 2,
        globalSetup: ["test/support/engine-setup.mts", "test/support/package-setup.mts"],
      }),
      tier("e2e", 5, {
        testTimeout: 300_000,
        hookTimeout: 1_800_000,
        maxWorkers: 2,
        globalSetup: ["test/support/engine-setup.mts"],
      }),
    ],
  },
});
