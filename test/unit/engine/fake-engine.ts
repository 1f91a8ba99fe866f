import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A new temporary folder, removed when the test has finished. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "subaccounts-engine-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Makes an engine of shell scripts in `folder`: a CLI that says its version, and the two programs beside it. */
export function fakeEngine(
  folder: string,
  { version = "v3.259.0", parts = ["pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"] } = {},
): string {
  mkdirSync(folder, { recursive: true });
  script(join(folder, "pulumi"), `echo ${version}`);
  for (const part of parts) script(join(folder, part), "exit 0");
  return folder;
}

function script(file: string, text: string): void {
  writeFileSync(file, `#!/bin/sh\n${text}\n`);
  chmodSync(file, 0o755);
}
