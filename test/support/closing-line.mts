import type { Reporter, TestModule, Vitest } from "vitest/node";

/** What a machine may lack. A test that is skipped for any other reason fails the run. */
const MAY_LACK = [
  "the language host on hand runs no policy packs by folder",
  "there is no Postgres server in /usr/lib/postgresql: apt-get install postgresql",
  "there is no Chromium in /usr/bin: apt-get install chromium",
  "there is no shellcheck: apt-get install shellcheck",
  "there is no Go, which builds actionlint",
  "there is no Python 3.10 or newer with pip, which runs bctrl's own SDK: apt-get install python3-pip",
  "Python's package registry has no bctrl, or cannot be reached",
  "PULUMI_OPERATOR_CRDS names no folder with the CRDs, which no package registry has",
];

/** Ends a run with one plain line, `N passed, N failed`, and counts what kept tests from running as failed. */
export default class ClosingLine implements Reporter {
  #isFiltered = false;

  onInit({ config }: Vitest): void {
    this.#isFiltered = config.testNamePattern !== undefined;
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const count = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) {
      if (module.errors().length > 0) count.failed++;
      for (const test of module.children.allTests()) {
        const result = test.result();
        const { state } = result;
        count[state === "pending" ? "failed" : state]++;
        if (result.state !== "skipped") continue;
        const { note } = result;
        console.log(`skipped: ${test.fullName}: ${note ?? "no reason"}`);
        if (this.#isFiltered || (note !== undefined && MAY_LACK.includes(note))) continue;
        console.log("  which is no reason that test/support/closing-line.mts lists, and fails the run");
        process.exitCode = 1;
      }
    }
    const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : "";
    process.once("exit", () => console.log(`${count.passed} passed, ${count.failed} failed${skipped}`));
  }
}
