/**
 * Reads Pulumi's event log of an `up` from standard input, and appends to the change trail (`SUBACCOUNTS_TRAIL`, or
 * trail.ndjson) a JSON line for each argument that a step has changed:
 *
 *     { time, commit, actor, run, stack, tenant, vendor, account, resource, name, op, field, from, to }
 *
 * `tenant` is the externalId; `account` the id at the vendor; `op` create, update, replace, delete, retain (the resource
 * goes, the account stays) or refresh (somebody else changed it at the vendor). `from` and `to` are left out where the
 * argument is absent; a secret is `[secret]`, so that a change from one to another has no line. A line is written when
 * its step is done, or when its tenant is: what a run that fails or is killed has done by then is there.
 */
import { execFileSync } from "node:child_process";
import { appendFileSync, readFileSync } from "node:fs";
import { differences, eventsOf, isObject, isRetained, kindOf, nameOf, visible } from "./events.mjs";

/** Outputs that tell of a change as arguments do: which key works, and whether the account does. */
const OUTPUTS = ["status", "keyId", "previousKeyId", "previousRevokeAt"];
/** Arguments that stand in each line already. */
const COMMON = ["subAccountId"];
const OPS = { create: "create", update: "update", "create-replacement": "replace", refresh: "refresh" };
const PARTIAL_FAILURE = 1;
const TENANT = "subaccounts:index:Tenant";

const env = process.env;
const file = env.SUBACCOUNTS_TRAIL || "trail.ndjson";
const origin = originOf();
/** The URN of each resource's parent, and the externalIds of tenants by URN, of accounts by vendor and id. */
const parents = new Map();
const tenants = new Map();
const accounts = new Map();
/** Lines by the URN of a tenant of which this run may give another externalId than the state had. */
const waiting = new Map();
let failure;

// Pulumi ends its calls after such a signal, and its log goes on: whoever reads it stays until it ends.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});
attempt(() => readBaseline(env.SUBACCOUNTS_BASELINE));
for await (const event of eventsOf(process.stdin)) attempt(() => take(event));
for (const urn of [...waiting.keys()]) attempt(() => flush(urn));
if (failure) {
  console.error(
    `error: the trail ${file} lacks changes of this run (${failure.code ?? failure.message}): compare out/baseline.json with pulumi stack export`,
  );
  process.exit(1);
}

function take({ timestamp, resOutputsEvent, resOpFailedEvent }) {
  // What a step that failed did not bring into the state, the next one does, and its line is written then.
  const isPartial = resOpFailedEvent?.status === PARTIAL_FAILURE;
  const { metadata, planning } = resOutputsEvent ?? (isPartial ? resOpFailedEvent : {});
  if (!metadata || planning) return;
  const { urn, type, op, old, new: now } = metadata;
  learn({ urn, type, ...(now ?? old) });
  if (type === TENANT && op !== "refresh") flush(urn);
  const of = kindOf(type);
  if (of) write(linesOf({ ...metadata, ...of, timestamp }), tenantUrnOf(urn));
}

function linesOf({ timestamp, op, urn, vendor, kind, old, new: now }) {
  const isDelete = op === "delete";
  const known = OPS[op] ?? (isDelete && (isRetained(old) ? "retain" : "delete"));
  if (!known) return [];
  const names = [...Object.keys({ ...old?.inputs, ...now?.inputs }), ...OUTPUTS];
  const [before, after] = [old, isDelete ? undefined : now].map((state) => fieldsOf(state, names));
  const { id, outputs = {} } = now ?? old;
  const account = kind === "SubAccount" ? id : outputs.subAccountId;
  const common = {
    time: new Date(timestamp * 1000).toISOString(),
    ...origin,
    tenant: textOf(outputs.externalId) ?? accounts.get(`${vendor} ${account}`) ?? null,
    vendor,
    account,
    resource: kind,
    name: nameOf(urn),
    op: known,
  };
  return differences(before, after).map(({ path: field, from, to }) => ({ ...common, field, from, to }));
}

/** The values of a resource by field: an argument, or a key of one, such as `limits.maxSpaces`. */
function fieldsOf(state, names) {
  const given = Object.entries(visible(state?.outputs)).filter(
    ([name]) => names.includes(name) && !COMMON.includes(name),
  );
  const flat = ([path, any]) =>
    isObject(any)
      ? Object.entries(any).flatMap(([key, each]) => flat([`${path}.${key}`, each]))
      : [[path, any]];
  return Object.fromEntries(given.flatMap(flat));
}

/** Appends lines, or keeps them until the run has said by which externalId their tenant is known. */
function write(lines, tenantUrn) {
  if (lines.length === 0) return;
  const known = tenants.get(tenantUrn);
  if (tenantUrn && known !== lines[0].tenant) {
    waiting.set(tenantUrn, [...(waiting.get(tenantUrn) ?? []), ...lines]);
  } else append(lines);
}

function flush(tenantUrn) {
  const lines = waiting.get(tenantUrn) ?? [];
  waiting.delete(tenantUrn);
  append(lines.map((line) => ({ ...line, tenant: tenants.get(tenantUrn) ?? line.tenant })));
}

function append(lines) {
  if (lines.length > 0) appendFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
}

/** Remembers whose resource it is. */
function learn({ urn, type, id, parent, outputs }) {
  parents.set(urn, parent);
  const externalId = textOf(outputs?.externalId);
  if (externalId === undefined) return;
  const of = kindOf(type);
  if (type === TENANT) tenants.set(urn, externalId);
  else if (of?.kind === "SubAccount") accounts.set(`${of.vendor} ${id}`, externalId);
}

function tenantUrnOf(urn) {
  for (let each = parents.get(urn); each; each = parents.get(each)) {
    if (each.split("::")[2]?.endsWith(TENANT)) return each;
  }
  return undefined;
}

function textOf(any) {
  return typeof any === "string" ? any : undefined;
}

function readBaseline(path) {
  if (!path) return;
  const { deployment } = JSON.parse(readFileSync(path, "utf8"));
  for (const resource of deployment?.resources ?? []) if (isObject(resource)) learn(resource);
}

/** Whose change the run makes. */
function originOf() {
  const isScheduled = env.GITHUB_EVENT_NAME === "schedule" || env.CI_PIPELINE_SOURCE === "schedule";
  const person = env.GITHUB_ACTOR || env.GITLAB_USER_LOGIN || git("config", "user.email") || env.USER;
  const ofGithub = `${env.GITHUB_SERVER_URL}/${env.GITHUB_REPOSITORY}/actions/runs/${env.GITHUB_RUN_ID}`;
  return {
    commit: env.GITHUB_SHA || env.CI_COMMIT_SHA || git("rev-parse", "HEAD") || null,
    actor: (isScheduled ? "schedule" : person) || null,
    run: env.CI_JOB_URL || (env.GITHUB_RUN_ID && ofGithub),
    stack: env.PULUMI_STACK || null,
  };
}

function git(...args) {
  try {
    return (
      execFileSync("git", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim() || undefined
    );
  } catch {
    return undefined;
  }
}

/** A failure ends neither the reading, since Pulumi writes as long as it runs, nor the other lines. */
function attempt(action) {
  try {
    action();
  } catch (error) {
    failure ??= error;
  }
}
