import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { ScaledObject, TriggerAuthentication } from "@kubernetes-models/keda/keda.sh/v1alpha1";
import { Deployment } from "kubernetes-models/apps/v1";
import { CronJob } from "kubernetes-models/batch/v1";
import { describe, expect, it, onTestFinished } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { repository } from "../../../engine/program-folder.mts";
import { schemaOf } from "../../../fleet/engine/postgres";
import { readFleet } from "../../../fleet/shards/file";
import { deployments } from "../../support/deployments";

const models = { Deployment, CronJob, ScaledObject, TriggerAuthentication } as Record<
  string,
  new (
    manifest: never,
  ) => { validate(): void }
>;
const files = [...deployments].map(([file, text]) => ({ file, text }));
const of = (folder: string) => files.filter(({ file }) => file.includes(folder));

describe("the Kubernetes manifests of examples/fleet", () => {
  const manifests = of("kubernetes").flatMap(({ file, text }) =>
    parseAllDocuments(text).map((document) => ({ file, manifest: document.toJS() })),
  );
  const ofKind = (kind: string) => manifests.find(({ manifest }) => manifest.kind === kind)?.manifest;

  it.each(manifests)("keep to the schemas of their kinds: $file $manifest.kind", ({ manifest }) => {
    const Model = models[manifest.kind];
    const problems = (text: string) => {
      const made = Model && new Model(JSON.parse(text) as never);
      return () => made?.validate();
    };
    expect(Model).toBeDefined();
    const text = JSON.stringify(manifest);
    expect(problems(text)).not.toThrow();
    expect(problems(text.replace(/"name":"[^"]*"/, '"name":7'))).toThrow(/name/);
  });

  it("scale the workers that there are, by the jobs of the fleet's own schema", () => {
    const { scaleTargetRef, triggers } = ofKind("ScaledObject").spec;
    expect(scaleTargetRef.name).toBe(ofKind("Deployment").metadata.name);
    expect(triggers[0].authenticationRef.name).toBe(ofKind("TriggerAuthentication").metadata.name);
    const schema = schemaOf(readFleet(join(repository, "examples/fleet/fleet.yaml")));
    expect(triggers[0].metadata.query).toContain(` from ${schema}.job `);
  });
});

describe("the units of systemd of examples/fleet", () => {
  it("please systemd-analyze", async ({ skip }) => {
    const version = () => execFileSync("systemd-analyze", ["--version"], { stdio: "ignore" });
    skip(!works(version), "there is no systemd-analyze");
    const folder = mkdtempSync(join(tmpdir(), "subaccounts-units-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const units = of("systemd").map(({ file, text }) => {
      const unit = join(folder, basename(file));
      writeFileSync(unit, text.replaceAll("/srv/fleet/node_modules/.bin/subaccounts", process.execPath));
      return unit;
    });
    expect(units).toHaveLength(3);
    const { stderr } = await promisify(execFile)("systemd-analyze", ["verify", "--man=no", ...units]);
    expect(stderr).toBe("");
  });
});

it("no pipeline of examples/fleet gives the vendors' keys to a plan, and the machines of a run are several", () => {
  const keys = ["ZAVUDEV_API_KEY", "BCTRL_API_KEY", "BOLNA_API_KEY"];
  const github = parse(deployments.get(".github/workflows/fleet.yml") ?? "", { merge: true });
  const gitlab = parse(deployments.get(".gitlab-ci.yml") ?? "");
  for (const key of keys) {
    expect([github.jobs.plan.env[key], gitlab.plan.variables[key]]).toEqual(
      Array(2).fill("not-needed-by-a-preview"),
    );
  }
  expect(github.permissions).toEqual({ contents: "read" });
  expect([github.jobs.work.strategy.matrix.machine.length, gitlab.work.parallel]).toEqual([3, 3]);
});

function works(call: () => void): boolean {
  try {
    call();
    return true;
  } catch {
    return false;
  }
}
