import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, inject } from "vitest";
import { repository } from "../../engine/program-folder.mts";
import { type Installation, install, PNPM_WORKSPACE, versions } from "./installed-project";

/** What a reader of a page copies: the first code block of a language that contains `text`. */
function copiedFrom(page: string, language: string, text: string): string {
  const content = readFileSync(join(repository, page), "utf8");
  for (const [, block = ""] of content.matchAll(new RegExp(`^ *\`\`\`${language}\n(.*?)^ *\`\`\``, "gms"))) {
    if (block.includes(text)) return block.replace(/^ {3}/gm, "");
  }
  throw new Error(`${page} has no ${language} block with ${text}`);
}

/** The README's program is JavaScript too, and so is a tenant. It also looks up what it made, and tells on what, and as what, it ran. */
const program = `${copiedFrom("README.md", "ts", "new zavu.SubAccount")}
import { Tenant } from "pulumi-subaccounts";
const beta = new Tenant("beta", { externalId: "tenant-beta", name: "Beta Ltd", vendors: { zavu: {} } });
export const tenantKey = beta.apiKeys.zavu;
export const lookedUp = zavu.getSubAccountOutput({ id: messaging.id }).name;
export const ranOn = process.versions.node;
export const ranAs = typeof require === "undefined" ? "ESM" : "CommonJS";
`;
/** What only an ES module may do: a lookup before everything else. */
const AWAITED = "export const isListed = Array.isArray(await zavu.listSubAccounts());\n";
/** What Node cannot run by stripping types. */
const COMPILED = 'enum Compiler {\n  TsNode = "ts-node",\n}\nexport const compiledBy = Compiler.TsNode;\n';
const pulumiYaml = copiedFrom("docs/program.md", "yaml", "runtime");
export const ourTsconfig = copiedFrom("docs/program.md", "json", "compilerOptions");
/** As in Pulumi's own template for TypeScript. */
export const templateTsconfig = JSON.stringify({
  compilerOptions: {
    strict: true,
    outDir: "bin",
    target: "es2020",
    module: "commonjs",
    moduleResolution: "node",
    pretty: true,
    sourceMap: true,
    experimentalDecorators: true,
    noFallthroughCasesInSwitch: true,
    noImplicitReturns: true,
    forceConsistentCasingInFileNames: true,
  },
  files: ["index.ts"],
});
/** As in Pulumi's documentation of native ES modules. */
export const nodenextTsconfig = JSON.stringify({
  compilerOptions: {
    strict: true,
    target: "es2022",
    module: "nodenext",
    moduleResolution: "nodenext",
    types: ["node"],
  },
});

/** A project, and the module system and language of its program. */
export interface Case extends Omit<Installation, "files"> {
  readonly as: "CommonJS" | "ESM";
  /** Pulumi's SDK, where it is not the one of this repository. */
  readonly pulumi?: string;
  readonly typescript?: string;
  readonly tsNode?: string;
  /** Left out: JavaScript. */
  readonly tsconfig?: string;
  /** Settings of `module` beside that of the tsconfig under which our declarations must hold. */
  readonly modules?: readonly string[];
}

/** Unit tests of a program by Pulumi's mocks: no engine, no provider process. */
const mocks = `
pulumi.runtime.setMocks({
  newResource: ({ name, inputs }) => ({ id: name + "-id", state: { ...inputs, apiKey: "mocked" } }),
  call: ({ inputs }) => inputs,
});
`;
const unitTests = {
  "unit/esm.test.mjs": `import assert from "node:assert";
import test from "node:test";
import * as pulumi from "@pulumi/pulumi";
${mocks}
test("the program hands keys on", async () => {
  const { messagingKey } = await import("../index.js");
  assert.equal(await new Promise((resolve) => messagingKey.apply(resolve)), "mocked");
});
`,
  "unit/commonjs.test.cjs": `const assert = require("node:assert");
const test = require("node:test");
const pulumi = require("@pulumi/pulumi");
const { bolna } = require("pulumi-subaccounts");
${mocks}
test("an account has its arguments", async () => {
  const account = new bolna.SubAccount("acme", { name: "Acme", allowConcurrentCalls: 2, deletionPolicy: "retain" });
  assert.equal(await new Promise((resolve) => account.allowConcurrentCalls.apply(resolve)), 2);
});
`,
};

function filesOf({ as, pulumi, typescript, tsNode, tsconfig, packageManager }: Case): Record<string, string> {
  const file = tsconfig ? "index.ts" : "index.js";
  const manifest = {
    name: "tenants",
    private: true,
    ...(as === "ESM" ? { type: "module" } : {}),
    dependencies: {
      "pulumi-subaccounts": `file:${inject("tarball")}`,
      "@pulumi/pulumi": pulumi ?? versions.pulumi,
    },
    devDependencies: {
      ...(typescript ? { typescript, "@types/node": versions.nodeTypes } : {}),
      ...(tsNode ? { "ts-node": tsNode } : {}),
    },
  };
  return {
    "Pulumi.yaml": pulumiYaml,
    "package.json": JSON.stringify(manifest),
    [file]: program + (as === "ESM" ? AWAITED : "") + (tsNode ? COMPILED : ""),
    ...(packageManager === "pnpm" ? { "pnpm-workspace.yaml": PNPM_WORKSPACE } : {}),
    ...(tsconfig
      ? {
          "tsconfig.json": tsconfig,
          // The other entry points, which resolution by folders alone (`moduleResolution: node`) does not know.
          "entries.ts":
            'import type { startEmulator } from "pulumi-subaccounts/emulator";\n' +
            'import type * as provider from "pulumi-subaccounts/provider";\n' +
            "export type Entries = [typeof startEmulator, typeof provider];\n",
        }
      : unitTests),
  };
}

/** Installs the packed package into this project, compiles and runs its program, and destroys what it made. */
export async function expectToWork(each: Case): Promise<void> {
  const installed = await install({ ...each, files: filesOf(each) });
  try {
    const { project, emulator } = installed;

    if (each.tsconfig) {
      const tsc = (...args: string[]) =>
        installed.run("node", ["node_modules/typescript/bin/tsc", "--noEmit", ...args]);
      // What holds with our declarations checked holds without.
      await tsc("--skipLibCheck", "false");
      for (const module of each.modules ?? []) await tsc("--skipLibCheck", "false", "--module", module);
    }

    if (!each.tsconfig) await installed.run("node", ["--test", "unit/*.test.*"]);

    await installed.run(join("node_modules", ".bin", "subaccounts"), ["--help"]);

    const { stdout } = await project.up();
    expect(stdout).toMatch(/messagingKey: \[secret\]/);
    const outputs = await project.outputs({ showSecrets: true });
    expect(outputs["ranOn"]).toMatch(new RegExp(`^${each.node}\\.`));
    expect(outputs["ranAs"]).toBe(each.as);
    expect(outputs["lookedUp"]).toBe("Acme Corp");
    if (each.as === "ESM") expect(outputs["isListed"]).toBe(true);
    expect(emulator.zavu.keyWorks(String(outputs["messagingKey"]))).toBe(true);
    expect(emulator.zavu.keyWorks(String(outputs["tenantKey"]))).toBe(true);
    expect(emulator.bctrl.keyWorks(String(outputs["browserKey"]))).toBe(true);
    expect(emulator.bolna.keyWorks(String(outputs["voiceKey"]))).toBe(true);
    await project.up("--expect-no-changes");
    await project.refresh("--expect-no-changes");
    await project.destroy();
    expect(emulator.zavu.accounts()).toMatchObject([{ status: "inactive" }, { status: "inactive" }]);
    expect(project.state().resources ?? []).toEqual([]);
  } finally {
    await installed.close();
  }
}
