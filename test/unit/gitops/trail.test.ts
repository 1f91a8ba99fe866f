import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { repository } from "../../../engine/program-folder.mts";

const script = join(repository, "examples/gitops/scripts/trail.mjs");
const TENANT = "urn:pulumi:prod::tenants::subaccounts:index:Tenant::acme";
const secret = (text: string) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  ciphertext: text,
});

/** A resource of a tenant in an event or a state; what it declares is what it is. */
const resource = (kind: string, inputs: object, { outputs = {}, parent = TENANT, ...more }: Fields = {}) => ({
  type: `pulumi-nodejs:dynamic/subaccounts/${kind}`,
  urn: `urn:pulumi:prod::tenants::subaccounts:index:Tenant$pulumi-nodejs:dynamic/subaccounts/${kind}::acme`,
  id: "zavu-1",
  parent,
  inputs: { __owner: "an-owner", ...inputs },
  outputs: { __nonce: "a-nonce", createdAt: "2026-01-01", ...inputs, ...outputs },
  ...more,
});
const zavu = (inputs: object, more?: Fields) => resource("zavu:SubAccount", inputs, more);
const tenant = (externalId: string) => ({
  type: "subaccounts:index:Tenant",
  urn: TENANT,
  outputs: { externalId },
});
type Fields = { outputs?: object; parent?: string; [name: string]: unknown };
type State = { type: string; urn: string } & object;

/** The events of a step that came to an end. */
const done = (op: string, old: State | undefined, now: State | undefined, more: object = {}) => ({
  timestamp: 1_795_786_944,
  resOutputsEvent: { metadata: metadata(op, old, now), ...more },
});
const failed = (op: string, old: State | undefined, now: State, status: number) => ({
  timestamp: 1_795_786_944,
  resOpFailedEvent: { metadata: metadata(op, old, now), status, steps: 1 },
});
const metadata = (op: string, old: State | undefined, now: State | undefined) => ({
  op,
  urn: (now ?? old)?.urn,
  type: (now ?? old)?.type,
  old: old ?? null,
  new: now ?? null,
});

interface Run {
  readonly env?: Record<string, string>;
  readonly state?: object[];
  readonly trail?: string;
}

/** What a run appends to a trail. */
function run(events: (object | string)[], { env = {}, state, trail = "" }: Run = {}) {
  const folder = mkdtempSync(join(tmpdir(), "subaccounts-trail-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "trail.ndjson");
  if (trail) writeFileSync(file, trail);
  const baseline = join(folder, "baseline.json");
  if (state) writeFileSync(baseline, JSON.stringify({ version: 3, deployment: { resources: state } }));
  const { status, stdout, stderr } = spawnSync("node", [script], {
    cwd: folder,
    encoding: "utf8",
    input: events.map((event) => (typeof event === "string" ? event : JSON.stringify(event))).join("\n"),
    env: {
      PATH: process.env["PATH"] ?? "",
      PULUMI_STACK: "prod",
      GITHUB_SHA: "c0ffee",
      GITHUB_ACTOR: "octocat",
      ...(state ? { SUBACCOUNTS_BASELINE: baseline } : {}),
      ...env,
    },
  });
  expect(stdout).toBe("");
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  const lines = text
    .slice(trail.length)
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  return { status, stderr, text, lines };
}

/** Of a line what it says of the change. */
const change = ({ op, field, from, to }: Record<string, unknown>) => ({ op, field, from, to });

it("a changed argument is a line with whose change it is, and what stays is none", () => {
  const old = zavu({ externalId: "acme", name: "Acme", creditLimit: 500 });
  const now = zavu({ externalId: "acme", name: "Acme", creditLimit: 2000 });
  const { status, text, lines } = run(
    [done("update", old, now), done("same", tenant("acme"), tenant("acme"))],
    {
      trail: "earlier\n",
    },
  );
  expect(status).toBe(0);
  expect(lines).toEqual([
    {
      time: "2026-11-27T13:42:24.000Z",
      commit: "c0ffee",
      actor: "octocat",
      stack: "prod",
      tenant: "acme",
      vendor: "zavu",
      account: "zavu-1",
      resource: "SubAccount",
      name: "acme",
      op: "update",
      field: "creditLimit",
      from: 500,
      to: 2000,
    },
  ]);
  expect(text).toMatch(/^earlier\n\{.*\}\n$/);
});

it("a run of a pipeline is known by its job, and one by a schedule as that", () => {
  const event = done("update", zavu({ creditLimit: 1 }), zavu({ creditLimit: 2 }));
  const github = {
    GITHUB_EVENT_NAME: "schedule",
    GITHUB_RUN_ID: "42",
    GITHUB_SERVER_URL: "https://github.example",
    GITHUB_REPOSITORY: "acme/tenants",
  };
  expect(run([event], { env: github }).lines).toMatchObject([
    { actor: "schedule", run: "https://github.example/acme/tenants/actions/runs/42" },
  ]);
  const gitlab = {
    CI_COMMIT_SHA: "beef",
    GITLAB_USER_LOGIN: "tanuki",
    CI_JOB_URL: "https://gitlab.example/1",
  };
  const none = { GITHUB_SHA: "", GITHUB_ACTOR: "" };
  expect(run([event], { env: { ...none, ...gitlab } }).lines).toMatchObject([
    { commit: "beef", actor: "tanuki", run: "https://gitlab.example/1" },
  ]);
});

it("an account that comes has a line for each argument and key of it, and one that goes has as many", () => {
  const made = zavu({ name: "Acme", limits: { maxSpaces: 2 } }, { outputs: { status: "active" } });
  const fields = [
    { field: "limits.maxSpaces", to: 2 },
    { field: "name", to: "Acme" },
    { field: "status", to: "active" },
  ];
  expect(run([done("create", undefined, made)]).lines.map(change)).toEqual(
    fields.map((each) => ({ op: "create", ...each })),
  );
  for (const [op, more] of [
    ["delete", {}],
    ["retain", { retainOnDelete: true }],
  ] as const) {
    expect(run([done("delete", { ...made, ...more }, undefined)]).lines.map(change)).toEqual(
      fields.map(({ field, to }) => ({ op, field, from: to })),
    );
  }
});

it("what somebody else changed at the vendor is told apart from what the run makes of it", () => {
  const [old, drifted] = [zavu({ creditLimit: 500 }), zavu({ creditLimit: 9 })];
  const { lines } = run([
    done("refresh", old, drifted),
    done("refresh", tenant("acme"), tenant("acme")),
    done("update", drifted, old),
  ]);
  expect(lines.map(change)).toEqual([
    { op: "refresh", field: "creditLimit", from: 500, to: 9 },
    { op: "update", field: "creditLimit", from: 9, to: 500 },
  ]);
});

it("a key is known by its id: a rotation has one line for each, and a forced replacement is told once", () => {
  const key = (keyId: string, more = {}) =>
    resource(
      "zavu:ApiKey",
      { name: "default", subAccountId: "zavu-1" },
      { outputs: { keyId, ...more }, id: keyId },
    );
  const { lines } = run(
    [
      done("update", key("k1"), key("k2", { previousKeyId: "k1" })),
      done("create-replacement", key("k2"), key("k3")),
      done("replace", key("k2"), key("k3")),
      done("delete-replaced", key("k2"), undefined),
    ],
    { state: [tenant("tenant-acme"), zavu({ externalId: "tenant-acme" })] },
  );
  expect(lines.map(change)).toEqual([
    { op: "update", field: "keyId", from: "k1", to: "k2" },
    { op: "update", field: "previousKeyId", to: "k1" },
    { op: "replace", field: "keyId", from: "k2", to: "k3" },
  ]);
  expect(lines).toMatchObject(
    Array(3).fill({ tenant: "tenant-acme", account: "zavu-1", resource: "ApiKey" }),
  );
});

it("a preview changes nothing, nor does a step that failed but for what it brought into the state", () => {
  const [old, asked] = [zavu({ creditLimit: 1, name: "a" }), zavu({ creditLimit: 2, name: "b" })];
  const reached = { ...asked, outputs: { creditLimit: 2, name: "a" } };
  const planned = { planning: true };
  expect(run([done("update", old, asked, planned), failed("update", old, asked, 2)]).lines).toEqual([]);
  expect(run([failed("update", old, reached, 1)]).lines.map(change)).toEqual([
    { op: "update", field: "creditLimit", from: 1, to: 2 },
  ]);
});

it("a tenant is known by its own externalId, also where an account has another one or none", () => {
  const bolna = resource("bolna:SubAccount", { name: "a" });
  const own = zavu({ externalId: "crm-7" });
  const steps = [done("create", undefined, bolna), done("create", undefined, own)];
  const tenants = (events: object[], state?: object[]) =>
    run(events, { ...(state && { state }) }).lines.map((line) => line.tenant);
  expect(tenants([...steps, done("create", undefined, tenant("acme"))])).toEqual(["acme", "acme"]);
  // Where the run ended before it said so, as the state before it has it; else as the account has it.
  expect(tenants(steps, [tenant("acme")])).toEqual(["acme", "acme"]);
  expect(tenants(steps)).toEqual([null, "crm-7"]);
  expect(tenants([done("create", undefined, zavu({ externalId: "x" }, { parent: "" }))])).toEqual(["x"]);
  // An externalId that was corrected.
  expect(
    tenants(
      [
        done("update", zavu({ externalId: "amce" }), zavu({ externalId: "acme" })),
        done("update", tenant("amce"), tenant("acme")),
      ],
      [tenant("amce")],
    ),
  ).toEqual(["acme"]);
});

it("no secret is in it, and none of the debug lines that have secrets in clear", () => {
  const old = zavu({ name: "a", metadata: secret("canary-1") }, { outputs: { apiKey: secret("canary-2") } });
  const now = zavu({ name: "b", metadata: secret("canary-3") }, { outputs: { apiKey: secret("canary-4") } });
  const { text, lines } = run([
    { diagnosticEvent: { severity: "debug", message: "props: canary-5" } },
    '{"diagnosticEvent": {"canary-6',
    done("update", old, now),
    done("update", now, zavu({ name: "b" })),
  ]);
  expect(lines.map(change)).toEqual([
    { op: "update", field: "name", from: "a", to: "b" },
    { op: "update", field: "metadata", from: "[secret]" },
  ]);
  expect(text).not.toMatch(/canary|an-owner|a-nonce/);
});

it("a trail that cannot be written is said after the whole log is read, since Pulumi goes on", () => {
  const events = Array.from({ length: 3000 }, (_, index) =>
    done("update", zavu({ creditLimit: index }), zavu({ creditLimit: index + 1 })),
  );
  const { status, stderr } = run(events, { env: { SUBACCOUNTS_TRAIL: "no/such/folder/trail" } });
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr:
      "error: the trail no/such/folder/trail lacks changes of this run (ENOENT): compare out/baseline.json with pulumi stack export\n",
  });
});
