import { it } from "vitest";
import { expectToWork, templateTsconfig } from "../package/installed-program";
import { versions } from "../package/installed-project";

// Nearly the same as those of test/package/programs.test.ts, which says what they hold together.
it("the packed package works with TypeScript 5, CommonJS by Pulumi's template, pnpm, Node 24", () =>
  expectToWork({
    as: "CommonJS",
    packageManager: "pnpm",
    node: "24",
    typescript: versions.typescript5,
    tsconfig: templateTsconfig,
  }));

it("the packed package works with the oldest SDK of Pulumi that it allows, JavaScript as an ES module, npm, Node 22", () =>
  expectToWork({ as: "ESM", packageManager: "npm", node: "22", pulumi: versions.oldestPulumi }));
