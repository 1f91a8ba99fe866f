import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { type Clone, type Forge, openForge } from "./clones";

describe("the branch `records` of examples/gitops", () => {
  let forge: Forge;
  let one: Clone;
  beforeEach(() => {
    forge = openForge();
    one = forge.clone("one");
  });

  it("is made by the first file, is a history of its own, and leaves the work tree as it is", () => {
    expect(one.script("records.sh", ["get", "usage.json", "usage.json"])).toEqual({ status: 0, stderr: "" });
    expect(one.read("usage.json")).toBeUndefined();
    one.write("new.json", "1\n");
    expect(
      one.script("records.sh", ["put", "usage.json", "new.json", "report.ndjson", "new.json"]).status,
    ).toBe(0);
    const other = forge.clone("other");
    expect(other.script("records.sh", ["get", "usage.json", "got.json"]).status).toBe(0);
    expect(other.read("got.json")).toBe("1\n");
    expect(one.git("status", "--short")).toBe("?? new.json\n?? scripts/\n");
    expect(other.git("ls-tree", "-r", "--name-only", "origin/records")).toBe("report.ndjson\nusage.json\n");
    expect(other.git("log", "--format=%s", "origin/records")).toBe("records [skip ci]\n");
  });

  it("gets the lines of a trail once, and hands out the months in order", () => {
    const append = (month: string, text: string) => {
      one.write("trail.ndjson", text);
      expect(one.script("records.sh", ["append", `trail/${month}.ndjson`, "trail.ndjson"])).toMatchObject({
        status: 0,
      });
      expect(one.read("trail.ndjson")).toBe("");
    };
    append("2026-12", "3\n");
    append("2026-11", "1\n");
    append("2026-11", "2\n");
    append("2026-11", "");
    expect(one.script("records.sh", ["append", "trail/2026-11.ndjson", "no-such-file"]).status).toBe(0);
    one.script("records.sh", ["get", "trail/", "all"]);
    expect(one.read("all")).toBe("1\n2\n3\n");
  });

  it("keeps what another job pushed in between", () => {
    const other = forge.clone("other");
    one.write("a", "1\n");
    one.script("records.sh", ["put", "a", "a"]);
    other.write("b", "2\n");
    // A push of the other job, right before the first of this one.
    const hook = `#!/bin/sh\nrm "$0"\ncd '${other.folder}' && unset GIT_DIR && scripts/records.sh put b b\n`;
    writeFileSync(join(one.folder, ".git/hooks/pre-push"), hook, { mode: 0o755 });
    one.write("a", "3\n");
    expect(one.script("records.sh", ["put", "a", "a"]).status).toBe(0);
    for (const name of ["a", "b"]) one.script("records.sh", ["get", name, `got-${name}`]);
    expect([one.read("got-a"), one.read("got-b")]).toEqual(["3\n", "2\n"]);
  });

  it("fails where it cannot be read or written, and leaves the trail where it is", () => {
    one.write("trail.ndjson", "1\n");
    writeFileSync(join(forge.folder, "hooks/pre-receive"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
    const refused = one.script("records.sh", ["append", "trail/2026-11.ndjson", "trail.ndjson"]);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toMatch(
      /error: the branch records cannot be written: may this job push to it\? .* trail\.ndjson\n$/,
    );
    one.git("remote", "set-url", "origin", "/no/such/forge");
    const lost = one.script("records.sh", ["get", "usage.json", "usage.json"]);
    expect(lost.status).toBe(1);
    expect(lost.stderr).toMatch(
      /error: the branch records cannot be read: git ls-remote ended with 128\..*\n$/,
    );
    expect(one.read("trail.ndjson")).toBe("1\n");
  });
});
