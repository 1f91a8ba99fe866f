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
    prepare();
  });
  const prepare = () => {
    mkdirSync(join(one.folder, "bin"));
    one.write("bin/pulumi", '#!/bin/sh\necho "{}" >"$4"\n', 0o755);
  };
  /** Lets GNU date have another day for today. */
  const today = (day: string) =>
    one.write(
      "bin/date",
      `#!/bin/bash\nset -- "\${@/#tomorrow/${day} +1 day}"\n[[ $# -gt 2 ]] || set -- "$1" -d ${day} "$2"\nexec /usr/bin/date "$@"\n`,
      0o755,
    );
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
    *--csv) echo month,tenant ;;
    *) echo page >out/report.html; echo '{"version":1}' >out/usage.json; echo '{"at":1}' >>out/report.ndjson ;;
  esac`;

  it("leaves the page, and keeps the usage file and the history, also where it warns", () => {
    expect(job(`${writes}\nexit 7`)).toEqual({ status: 0, stderr: "" });
    expect(one.read("calls")).toBe(
      "--no-install subaccounts report --state out/state.json --history out/report.ndjson --out out/report.html --json out/usage.json\n",
    );
    expect(one.read("out/report.html")).toBe("page\n");
    expect([kept("usage.json"), kept("report.ndjson")]).toEqual(['{"version":1}\n', '{"at":1}\n']);
  });

  it("goes on with the history of the runner before, and has on the first of a month the table of the month before", () => {
    job(writes);
    one = forge.clone("two");
    prepare();
    today("2027-01-01");
    one.write("rates.yaml", "currency: USD\n");
    expect(job(writes, "--csv")).toEqual({ status: 0, stderr: "" });
    expect(one.read("calls")).toMatch(/ --history \S+ --rates rates.yaml --month 2026-12 --csv\n$/);
    expect(kept("csv/2026-12.csv")).toBe("month,tenant\n");
    expect(kept("report.ndjson")).toBe('{"at":1}\n{"at":1}\n');
  });

  it.each([
    ["2028-02-29", '{"at":1}\n'],
    ["2028-02-28", undefined],
  ])("on %s, of the days that may be a month's last, leaves a history of %j", (day, history) => {
    today(day);
    expect(job(writes, "--last-day")).toEqual({ status: 0, stderr: "" });
    expect(kept("report.ndjson")).toBe(history);
  });

  it("fails, and keeps nothing, where the report could not be made", () => {
    expect(job("echo 'error: no state' >&2\nexit 1")).toEqual({ status: 1, stderr: "error: no state\n" });
    expect(kept("usage.json")).toBeUndefined();
    expect(job(writes, "--weekly")).toEqual({
      status: 2,
      stderr: "usage.sh: it takes --csv or --last-day and nothing else, not --weekly\n",
    });
  });
});
