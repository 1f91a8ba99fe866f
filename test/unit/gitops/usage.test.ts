import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { type Clone, type Forge, openForge } from "./clones";

// The job with the command itself is in test/e2e/gitops.test.ts.
describe("the report job of examples/gitops", () => {
  let forge: Forge;
  let one: Clone;
  beforeEach(() => {
    forge = openForge();
    one = forge.clone("one");
    mkdirSync(join(one.folder, "bin"));
    one.write("bin/pulumi", '#!/bin/sh\necho "{}" >"$4"\n', 0o755);
  });
  /** Runs the job with a command in the place of `npx --no-install subaccounts report`. */
  const job = (command: string, ...args: string[]) => {
    one.write("bin/npx", `#!/bin/sh\necho "$*" >>calls\n${command}\n`, 0o755);
    return one.script("usage.sh", args, join(one.folder, "bin"));
  };
  const kept = (name: string) => {
    one.script("records.sh", ["get", name, "kept"]);
    return one.read("kept");
  };
  const writes = `case "$*" in
    *--json) echo '{"version":1}' ;;
    *--csv) echo month,tenant; echo '{"at":2}' >>out/report.ndjson ;;
    *) echo page >out/report.html; echo '{"at":1}' >>out/report.ndjson ;;
  esac`;

  it("leaves the page, and keeps the usage file and the history, also where it warns", () => {
    expect(job(`${writes}\nexit 7`)).toEqual({ status: 0, stderr: "" });
    expect(one.read("calls")).toBe(
      [
        "--no-install subaccounts report --state out/state.json --history out/report.ndjson --out out/report.html\n",
        "--no-install subaccounts report --state out/state.json --json\n",
      ].join(""),
    );
    expect(one.read("out/report.html")).toBe("page\n");
    expect([kept("usage.json"), kept("report.ndjson")]).toEqual(['{"version":1}\n', '{"at":1}\n']);
  });

  it("goes on with the history of the runner before, for finance too", () => {
    job(writes);
    one = forge.clone("two");
    mkdirSync(join(one.folder, "bin"));
    one.write("bin/pulumi", '#!/bin/sh\necho "{}" >"$4"\n', 0o755);
    expect(job(writes, "--csv")).toEqual({ status: 0, stderr: "" });
    expect(one.read("out/usage.csv")).toBe("month,tenant\n");
    expect([kept("csv/"), kept("report.ndjson")]).toEqual(["month,tenant\n", '{"at":1}\n{"at":2}\n']);
  });

  it("fails, and keeps nothing, where the report could not be made", () => {
    expect(job("echo 'error: no state' >&2\nexit 1")).toEqual({ status: 1, stderr: "error: no state\n" });
    expect(kept("usage.json")).toBeUndefined();
    expect(job(writes, "--weekly")).toEqual({
      status: 2,
      stderr: "usage.sh: it takes --csv and nothing else, not --weekly\n",
    });
  });
});
