import { describe, it } from "vitest";
import { type Case, expectToWork, nodenextTsconfig, ourTsconfig } from "./installed-program";
import { versions } from "./installed-project";

// With the one of test/release/programs.test.ts, those in TypeScript hold every pair of TypeScript, package manager and
// Node, and both module systems with each TypeScript and package manager; the JavaScript one, which is also what a
// compiled program is, adds an ES module on Node 24, and the workspace of missing-provider.test.ts CommonJS on Node 22.
// An ES module in TypeScript runs in the two ways there are: by ts-node 10, which Pulumi takes where it is installed, and
// without it by Node itself.
const cases: Record<string, Case> = {
  "TypeScript 6, CommonJS by our page, npm, Node 24": {
    as: "CommonJS",
    packageManager: "npm",
    node: "24",
    typescript: versions.typescript6,
    tsconfig: ourTsconfig,
    modules: ["node16"],
  },
  "TypeScript 5, ES module by our page, types stripped by Node, npm, Node 22": {
    as: "ESM",
    packageManager: "npm",
    node: "22",
    typescript: versions.typescript5,
    tsconfig: ourTsconfig,
  },
  "TypeScript 6, ES module by Pulumi's documentation with ts-node, pnpm, Node 22": {
    as: "ESM",
    packageManager: "pnpm",
    node: "22",
    typescript: versions.typescript6,
    tsNode: versions.tsNode,
    tsconfig: nodenextTsconfig,
  },
  "JavaScript, ES module, npm, Node 24": { as: "ESM", packageManager: "npm", node: "24" },
};

describe.concurrent("a project with the packed package installed", () => {
  it.each(Object.entries(cases))("%s", (_, each) => expectToWork(each));
});
