// Runs in a process of its own, so that a download that hangs can be killed together with the script it started.
import { createRequire } from "node:module";
import automation from "@pulumi/pulumi/automation/index.js";

const [root, version] = process.argv.slice(2);
if (root === undefined || version === undefined)
  throw new Error("usage: download-worker.mts <root> <version>");
const pulumi = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi"));
const semver: typeof import("semver") = pulumi("semver");
try {
  await automation.PulumiCommand.install({ root, version: new semver.SemVer(version) });
} catch (error) {
  // The stack is of no use to whoever reads why the download failed.
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
