import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { repository } from "../../../engine/program-folder.mts";

const script = join(repository, "examples/policy-pack/gate.sh");

describe("gate.sh of examples/policy-pack", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "subaccounts-gate-"));
    // Stands in for the CLI: each argument in brackets, a line for each call.
    writeFileSync(join(folder, "pulumi"), '#!/bin/sh\n{ printf \'[%s]\' "$@"; echo; } >>"$0.calls"\n');
    chmodSync(join(folder, "pulumi"), 0o755);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const log = () => join(folder, "pulumi.calls");
  const gate = (...args: string[]) => {
    const env = { PATH: `${folder}${delimiter}${process.env["PATH"]}` };
    const { status, stdout, stderr } = spawnSync(script, args, { env, encoding: "utf8" });
    const calls = existsSync(log()) ? readFileSync(log(), "utf8") : "";
    rmSync(log(), { force: true });
    return { status, said: stdout + stderr, calls };
  };

  it.each([
    // Whatever of the help of `pulumi preview` and `pulumi up` 3.274.1 it does not know, and the hidden flags.
    ..."--ignore-protect --replace --target-replace --skip-preview -f --stack -s --policy-pack --cwd -C".split(
      " ",
    ),
    ..."--continue-on-error --save-plan --plan --strict --remote --client --config-file --config -c".split(
      " ",
    ),
    ..."--config-path --override-env --attach-debugger --import-file --run-program --debug -d".split(" "),
    ..."--show-secrets --show-config --secrets-provider --disable-integrity-checking --event-log".split(" "),
    // In other forms, within others, behind a value, and what is no flag: a template that is run instead of the program.
    ..."--ignore-protect=true --replace=urn --stack=prod --policy-pack=other --skip-preview=true".split(" "),
    ..."-yf -sprod -fy -ys -C.. -yC.. --skip-prev --ignore --replac --Replace -- aws-typescript".split(" "),
    "",
    "--yes --replace",
  ])("takes no flag that may pass by the policies, the protection or the state before: %s", (flag) => {
    for (const args of [
      ["up", flag, "urn:pulumi:dev"],
      ["preview", "--message", "text", flag],
      ["up", "--yes", "-m", "--diff", flag],
    ]) {
      expect(gate(...args)).toEqual({
        status: 2,
        calls: "",
        said: `gate.sh: ${flag} is none of the flags that it takes: it may pass by the policies, the protection or the state before\n`,
      });
    }
  });

  it.each([["destroy", "--yes"], ["refresh"], ["--yes", "up"], []])(
    "runs only what asks policies: %s %s",
    (...args) => {
      const { status, said, calls } = gate(...args.filter((each) => each !== undefined));
      expect({ status, calls }).toEqual({ status: 2, calls: "" });
      expect(said).toMatch(/^gate\.sh: only preview and up ask policies, not [^\n]+\n$/);
    },
  );

  it("does not let a flag without its value swallow the pack", () => {
    for (const flag of ["--message", "-p", "--target", "--policy-pack-config"]) {
      expect(gate("up", "--yes", flag)).toMatchObject({
        status: 2,
        said: `gate.sh: ${flag} needs a value\n`,
      });
    }
  });

  it("hands on what it knows as it is, and exports the state first", () => {
    const { status, said, calls } = gate(
      ...["up", "--yes", "--refresh", "--target", "urn:a b", "-m", "--replace", "--message=--stack prod"],
      ...["--policy-pack-config", "own file.json", "--color=never", "-j"],
    );
    expect({ status, said }).toEqual({ status: 0, said: "" });
    const [first, second] = calls.split("\n");
    expect(first).toMatch(/^\[stack\]\[export\]\[--file\]\[[^\]]+\]$/);
    expect(second).toMatch(
      /^\[up\]\[--policy-pack\]\[\S+\/run\]\[--yes\]\[--refresh\]\[--target\]\[urn:a b\]\[-m\]\[--replace\]\[--message=--stack prod\]\[--policy-pack-config\]\[own file\.json\]\[--color=never\]\[-j\]$/,
    );
  });
});
