import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { repository } from "../../../engine/program-folder.mts";

const scripts = join(repository, "examples/gitops/scripts");
const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:x" };

/** A folder with these files. */
function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), "subaccounts-gitops-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [file, text] of Object.entries({ "out/.keep": "", ...files })) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  return folder;
}

describe("what is kept of Pulumi's event log", () => {
  const keep = (...events: (object | string)[]) => {
    const input = events
      .map((event) => (typeof event === "string" ? event : JSON.stringify(event)))
      .join("\n");
    const { stdout, status } = spawnSync("node", [join(scripts, "changes.mjs")], { input, encoding: "utf8" });
    expect(status).toBe(0);
    return { text: stdout, ...JSON.parse(stdout) };
  };
  const type = "pulumi-nodejs:dynamic/subaccounts/zavu:SubAccount";
  it("has what the provider says of keys, and nothing else that is only said", () => {
    const urn =
      "urn:pulumi:prod::tenants::subaccounts:index:Tenant$pulumi-nodejs:dynamic/subaccounts/zavu:ApiKey::t";
    const said = (message: string, of = urn, severity = "info") => ({
      diagnosticEvent: { urn: of, message, severity },
    });
    const note = "a new key is made, because keepers changed; the one before, k1, stays valid for 24 hours";
    const { keys, text } = keep(
      said(`Zavu: ${note}\n`),
      said(`Zavu: ${note}`, urn.replace("ApiKey", "SubAccount")),
      said(`Zavu: ${note}`, urn, "debug"),
      said("canary"),
    );
    expect(keys).toEqual([{ name: "t", note }]);
    expect(text).not.toContain("canary");
  });

  const metadata = (op: string, old?: object, now?: object) => ({
    op,
    urn: `urn:pulumi:dev::gitops::subaccounts:index:Tenant$${type}::acme::eu`,
    type,
    old,
    new: now,
  });

  it("is neither debug lines nor secrets, nor lines that are no events", () => {
    const inputs = { __owner: "an-owner", creditLimit: 1, metadata: { note: SECRET } };
    const { text, steps } = keep(
      { diagnosticEvent: { severity: "debug", message: "props: canary" } },
      '{"diagnosticEvent": {"canary',
      {
        resourcePreEvent: {
          metadata: metadata(
            "update",
            { inputs, outputs: { apiKey: SECRET } },
            { inputs: { creditLimit: 2 } },
          ),
        },
      },
    );
    expect(steps).toEqual([
      {
        op: "update",
        vendor: "zavu",
        kind: "SubAccount",
        name: "acme::eu",
        isRetained: false,
        changes: [
          { path: "creditLimit", from: 1, to: 2 },
          { path: "metadata", from: { note: "[secret]" } },
        ],
      },
    ]);
    expect(text).not.toMatch(/canary|an-owner|v1:x/);
  });

  it("is what a refresh found, in inputs as in outputs, and not what it was to look at", () => {
    const old = { inputs: { creditLimit: 1 }, outputs: { creditLimit: 1, status: "active", __nonce: "a" } };
    const now = { inputs: { creditLimit: 1 }, outputs: { status: "inactive", __nonce: "b" } };
    const { steps } = keep(
      { resourcePreEvent: { metadata: metadata("refresh", old, old) } },
      { resOutputsEvent: { metadata: metadata("update", old, now) } },
    );
    expect(steps).toMatchObject([
      {
        op: "update",
        changes: [
          { path: "creditLimit", from: 1 },
          { path: "status", from: "active", to: "inactive" },
        ],
      },
    ]);
  });

  it("is what policies and Pulumi itself have against a run, and the counts", () => {
    const policy = {
      policyName: "budget",
      enforcementLevel: "mandatory",
      message: "What it is.\nToo\n much.\n",
    };
    const { violations, errors, counts } = keep(
      { policyEvent: policy },
      { diagnosticEvent: { severity: "error", message: "wrong\n" } },
      { diagnosticEvent: { severity: "warning", message: "never mind" } },
      { summaryEvent: { resourceChanges: { same: 2, create: 1 } } },
    );
    expect(violations).toEqual([{ level: "mandatory", policy: "budget", message: "Too much." }]);
    expect(errors).toEqual(["wrong"]);
    expect(counts).toEqual({ same: 2, create: 1 });
  });

  it("says of a removed account whether it stays", () => {
    const steps = [{ inputs: { deletionPolicy: "retain" } }, { retainOnDelete: true }, { inputs: {} }].map(
      (old) => keep({ resourcePreEvent: { metadata: metadata("delete", old) } }).steps[0],
    );
    expect(steps.map(({ isRetained }) => isRetained)).toEqual([true, true, false]);
  });
});

describe("the configuration of the policies of a run", () => {
  const configured = { "blast-radius": { enforcementLevel: "mandatory", percent: 10 }, budget: "advisory" };
  const make = (approvals: Record<string, string>) => {
    const files = Object.entries(approvals).map(([name, text]) => [`approvals/${name}`, text]);
    const folder = folderWith({
      "policy/policy-config.json": JSON.stringify(configured),
      ...Object.fromEntries(files),
    });
    // The script finds its packages where it stands.
    const here = join(folder, "scripts");
    mkdirSync(here);
    symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"));
    for (const file of ["policy-config.mjs", "markdown.mjs"])
      copyFileSync(join(scripts, file), join(here, file));
    const { status, stderr } = spawnSync("node", ["scripts/policy-config.mjs"], {
      cwd: folder,
      encoding: "utf8",
    });
    const read = (file: string) =>
      existsSync(join(folder, file)) ? JSON.parse(readFileSync(join(folder, file), "utf8")) : undefined;
    return { status, stderr, config: read("out/policy-config.json"), approvals: read("out/approvals.json") };
  };
  const day = (fromNow: number) => new Date(Date.now() + fromNow * 86_400_000).toISOString().slice(0, 10);
  const approval = (more = "") => `policy: blast-radius
accounts: [tenant-1, tenant-2]
changes: [raised]
until: ${day(3)}
reason: the new price list
${more}`;

  it("is told of in lines that no name of a file can make a command to the pipeline", () => {
    const name = "a\n::error::b\u001B[2K.yaml";
    expect(make({ [name]: approval().replace(day(3), day(-3)) }).stderr).toBe(
      "approvals/a ::error::b [2K.yaml is expired and does not count: delete it\n",
    );
    expect(make({ [name]: "" }).stderr).toMatch(/^error: approvals\/a ::error::b \[2K\.yaml: its keys .*\n$/);
  });

  it("is the committed one where nothing is approved", () => {
    expect(make({})).toMatchObject({ status: 0, stderr: "", config: configured, approvals: [] });
  });

  it("has what the files approve, and says which of them are expired", () => {
    const late = approval().replace(day(3), day(-1));
    const { status, stderr, config, approvals } = make({ "b.yaml": approval(), "a.yml": late });
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: "approvals/a.yml is expired and does not count: delete it\n",
    });
    const one = { accounts: ["tenant-1", "tenant-2"], changes: ["raised"], reason: "the new price list" };
    expect(config["blast-radius"]).toEqual({
      enforcementLevel: "mandatory",
      percent: 10,
      approvals: [
        { ...one, until: day(-1) },
        { ...one, until: day(3) },
      ],
    });
    expect(approvals).toMatchObject([
      { file: "approvals/a.yml", isExpired: true },
      { file: "approvals/b.yaml", isExpired: false },
    ]);
  });

  it.each([
    [
      "no policy of the pack",
      approval().replace("blast-radius", "blast"),
      "is for blast, which policy/policy-config",
    ],
    [
      "a key too many",
      approval("polcy: a"),
      "its keys have to be policy, accounts, changes, until, reason (see polcy)",
    ],
    ["a key too few", approval().replace(/^reason.*\n/m, ""), "(see reason)"],
    ["no YAML", "a: [", "approvals/a.yaml: "],
    ["nothing", "", "(see policy, accounts, changes, until, reason)"],
  ])("is not made with %s", (_, text, why) => {
    const { status, stderr, config } = make({ "a.yaml": text });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error: approvals\/a\.yaml: [^\n]*\n$/);
    expect(stderr).toContain(why);
    expect(config).toBeUndefined();
  });

  it("is not made with a file that would be passed over", () => {
    expect(make({ "a.txt": approval() }).stderr).toBe("error: approvals/a.txt: is no .yaml file\n");
  });
});
