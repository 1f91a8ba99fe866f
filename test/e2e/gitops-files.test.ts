import { execFile, execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  globSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, expect, it, onTestFinished } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { startCommand } from "../../engine/command.mts";
import { hermeticEnv } from "../../engine/environment.mts";
import { repository } from "../../engine/program-folder.mts";
import { type Forge, startForge, TOKEN_OF_A_PERSON } from "../support/forge.mts";
import { problemsOfManifest } from "../support/manifests.mts";

const example = join(repository, "examples/gitops");
const textOf = (file: string) => readFileSync(join(example, file), "utf8");
const files = (pattern: string) => globSync(pattern, { cwd: example }).sort();
const run = promisify(execFile);
const require = createRequire(__filename);

/** Whether there is such a program on this machine. */
const has = (program: string) => {
  try {
    execFileSync(program, ["version"], { stdio: "ignore" });
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ENOENT";
  }
  return true;
};

const shells = [...files("scripts/*.sh"), "policy/run"];

describe("the scripts of examples/gitops", () => {
  it.each(shells)("are executable, stop at the first failure, and print nothing secret: %s", (file) => {
    expect(statSync(join(example, file)).mode & 0o111).toBe(0o111);
    const text = textOf(file);
    expect(text).toMatch(/^#!\/usr\/bin\/env bash\n(#.*\n)+set -euo pipefail\n/);
    expect(text).not.toMatch(/--debug|pulumi .*--json|--show-secrets|-v=|set -x/);
  });

  it("please shellcheck", async ({ skip }) => {
    skip(!has("shellcheck"), "there is no shellcheck: apt-get install shellcheck");
    await run("shellcheck", ["-x", ...shells], { cwd: example });
  });
});

describe("the pipelines of examples/gitops", () => {
  it("please actionlint: the workflows of GitHub", async ({ skip }) => {
    skip(!has("go"), "there is no Go, which builds actionlint");
    const go = join(repository, "test/go/actionlint");
    const env = { ...process.env, GOWORK: "off", GOFLAGS: "-mod=readonly", CGO_ENABLED: "0" };
    const fleet = join(repository, "examples/fleet/.github/workflows/fleet.yml");
    const workflows = [...files(".github/workflows/*").map((file) => join(example, file)), fleet];
    expect(workflows).toHaveLength(5);
    await run("go", ["tool", "actionlint", ...workflows], { cwd: go, env });
  });

  it.each(files(".github/workflows/*"))(
    "pin their actions and take no more leave than they need: %s",
    (file) => {
      const text = textOf(file);
      for (const [, action = ""] of text.matchAll(/uses: (\S+)/g)) expect(action).toMatch(/^[\w/-]+@v\d+$/);
      const { permissions, jobs } = parse(text);
      const written = Object.entries(permissions).filter(([, level]) => level !== "read");
      const writes: Record<string, string[]> = {
        "preview.yml": ["pull-requests"],
        "drift.yml": ["issues"],
        // The branch `records`.
        "deploy.yml": ["contents"],
        "report.yml": ["contents"],
      };
      expect(permissions.contents).toBeDefined();
      expect(written.map(([name]) => name)).toEqual(writes[file.split("/").at(-1) ?? ""] ?? []);
      for (const job of Object.values<{ permissions?: unknown }>(jobs))
        expect(job.permissions).toBeUndefined();
    },
  );

  it.each([
    ["gitops", /^preview;.*^deploy;.*^drift;.*^report;/ms],
    ["fleet", /^plan;.*^start;.*^work: \[3\/3\];.*^report;/ms],
  ])("keep to GitLab's schema: %s", async (name, jobs) => {
    const folder = mkdtempSync(join(tmpdir(), "subaccounts-gitlab-"));
    try {
      cpSync(join(repository, "examples", name, ".gitlab-ci.yml"), join(folder, ".gitlab-ci.yml"));
      const git = (...args: string[]) => run("git", args, { cwd: folder });
      await git("init", "--quiet", "--initial-branch=main");
      await git("remote", "add", "origin", "git@gitlab.com:acme/tenants.git");
      const linter = require.resolve("gitlab-ci-local");
      const list = ["--list-csv-all", "--unset-variable", "CI"];
      const { stdout, stderr } = await run(process.execPath, [linter, ...list], { cwd: folder });
      expect(stderr).toContain("json schema validated");
      expect(stdout).toMatch(jobs);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("call scripts that are there, with the same keys and never with the vendors' in a preview", () => {
    const workflows = [".gitlab-ci.yml", ...files(".github/workflows/*")].map(textOf);
    for (const text of workflows) {
      for (const [script] of text.matchAll(/scripts\/[\w.-]+/g))
        expect(existsSync(join(example, script))).toBe(true);
    }
    const keys = ["ZAVUDEV_API_KEY", "BCTRL_API_KEY", "BOLNA_API_KEY"];
    const env = parse(textOf(".github/workflows/preview.yml")).jobs.preview.env;
    const { variables } = parse(textOf(".gitlab-ci.yml")).preview;
    for (const key of keys)
      expect([env[key], variables[key]]).toEqual(Array(2).fill("not-needed-by-a-preview"));
  });
});

describe("the tenant files of examples/gitops", () => {
  it.each([...files("tenants/*"), "tiers.yaml"])(
    "name the schema by which editors check them: %s",
    (file) => {
      const [, path = ""] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(textOf(file)) ?? [];
      const link = join("/", file, "..", path).replace("/node_modules/pulumi-subaccounts/", "");
      expect(existsSync(join(repository, link)), path).toBe(true);
    },
  );
});

describe("the manifests of examples/gitops", () => {
  const documents = files("kubernetes/*").flatMap((file) =>
    parseAllDocuments(textOf(file)).map((document) => ({ file, manifest: document.toJS() })),
  );
  it.each(documents)("have the fields of their kind: $file $manifest.kind", ({ manifest }) => {
    expect(problemsOfManifest(manifest)).toEqual([]);
  });

  it("keep to the schemas of the operator's CRDs", ({ skip }) => {
    const crds = process.env["PULUMI_OPERATOR_CRDS"] ?? "";
    skip(crds === "", "PULUMI_OPERATOR_CRDS names no folder with the CRDs, which no package registry has");
    const stacks = documents.filter(({ manifest }) => manifest.kind === "Stack");
    expect(stacks).not.toEqual([]);
    for (const { manifest } of stacks) expect(problemsOfManifest(manifest, crds)).toEqual([]);
  });
});

describe.each(["github", "gitlab"] as const)("a report on %s", (name) => {
  let forge: Forge;
  afterEach(() => forge?.close());
  const publish = (what: string, file: string, env: Record<string, string> = {}) =>
    startCommand("node", [join(example, "scripts/publish.mjs"), what, file], {
      cwd: example,
      env: { ...withoutCi(), ...forge.env, ...env },
    }).done;

  it("is one comment and one issue, however many others begin with its mark", async () => {
    // Any text will do, if its first line is a mark.
    const [one, other] = [join("tenants", "acme.yaml"), "tiers.yaml"];
    forge = await startForge(name, { others: 100, text: textOf(one) });
    for (const round of [1, 2]) {
      expect(await publish("comment", one), `${round}`).toMatchObject({ exitCode: 0, output: "" });
      expect(await publish("comment", other), `${round}`).toMatchObject({ exitCode: 0, output: "" });
      expect(await publish("issue", one), `${round}`).toMatchObject({ exitCode: 0, output: "" });
    }
    expect(forge.comments.slice(100).map(({ body }) => body)).toEqual([textOf(one), textOf(other)]);
    expect(forge.issues.slice(100)).toMatchObject([
      { body: textOf(one), title: "externalId: tenant-acme", isOpen: true },
    ]);
    expect(await publish("close", one)).toMatchObject({ exitCode: 0, output: "" });
    expect(await publish("close", one)).toMatchObject({ exitCode: 0, output: "" });
    expect(forge.issues.flatMap(({ isOpen }, id) => (isOpen ? [] : [id]))).toEqual([100]);
  });

  it("replaces that of its own user, whoever that is", async () => {
    const one = join("tenants", "acme.yaml");
    forge = await startForge(name, { others: 1, text: `${textOf(one)}as it was` });
    const token = { [name === "github" ? "GITHUB_TOKEN" : "GITLAB_TOKEN"]: TOKEN_OF_A_PERSON };
    expect(await publish("comment", one, token)).toMatchObject({ exitCode: 0, output: "" });
    expect(forge.comments.map(({ body }) => body)).toEqual([textOf(one)]);
    expect(await publish("comment", one)).toMatchObject({ exitCode: 0, output: "" });
    expect(forge.comments).toHaveLength(2);
  });

  it("that was not made is told of in one line, and nothing is posted", async () => {
    forge = await startForge(name);
    const folder = mkdtempSync(join(tmpdir(), "subaccounts-publish-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const empty = join(folder, "empty.md");
    writeFileSync(empty, "\n");
    for (const file of [empty, join(folder, "missing.md")]) {
      for (const what of ["comment", "issue", "close"]) {
        expect(await publish(what, file)).toMatchObject({
          exitCode: 1,
          output: `error: ${file} is empty or missing: the report was not made, and nothing is posted\n`,
        });
      }
    }
    expect([...forge.comments, ...forge.issues]).toEqual([]);
  });

  it("that is refused says what to look at, and not the token", async () => {
    forge = await startForge(name);
    const token = name === "github" ? "GITHUB_TOKEN" : "GITLAB_TOKEN";
    const refused = await publish("comment", "tiers.yaml", { [token]: "a-wrong-token" });
    expect(refused.exitCode).toBe(1);
    expect(refused.output).toMatch(
      /^error: GET \/.* answered 401 "Bad credentials": may the token write comments\?\n$/,
    );
    expect(refused.output).not.toContain("a-wrong-token");
    expect((await publish("comment", "tiers.yaml", { [token]: "" })).output).toContain(`${token} is not set`);
  });
});

/** The environment without that of a pipeline in which this test itself may run. */
function withoutCi(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(hermeticEnv([])).filter(([key]) => !/^(CI|GITHUB|GITLAB)_/.test(key)),
  );
}
