#!/usr/bin/env node
/**
 * Stands for the Pulumi CLI where a test is about what runs it. In the folder FAKE_PULUMI: `tags/<stack>` is what a stack's
 * tag says, `states/<stack>` its state, which an `up` makes as the files of the fleet are, `calls` has a line for each
 * operation, `accounts` one for each account that is made or ended. A test writes `fail/<stack>` (the name of a resource, and
 * in a second line its error), `drift/<stack>` or `hang/<stack>`, upon which an operation fails, differs, or goes on until it is interrupted, with a lock;
 * `edit/<stack>` names a file that changes meanwhile; `warn/<stack>` has a warning in each line.
 *
 * FAKE_KILL=<n> kills what called it after the n-th call that changes something; FAKE_KILL_HALF does so within a move, after
 * the first of its two saves.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";

const folder = process.env["FAKE_PULUMI"];
const [command, ...args] = process.argv.slice(2);
const option = (name) => args[args.indexOf(name) + 1];
const stack = option("--stack");
const file = (kind, name = stack) => join(folder, kind, name);
for (const kind of ["tags", "states", "locks", "fail", "hang", "drift", "edit", "warn"])
  mkdirSync(join(folder, kind), { recursive: true });

const end = (code, ...lines) => {
  for (const line of lines) (code === 0 ? console.log : console.error)(line);
  process.exit(code);
};
/** Counts a call that changed something, and kills the caller if it is the one. */
const changed = () => {
  appendFileSync(join(folder, "changes"), `${[command, ...args].join(" ")}\n`);
  const count = readFileSync(join(folder, "changes"), "utf8").trim().split("\n").length;
  if (count === Number(process.env["FAKE_KILL"])) process.kill(caller(), "SIGKILL");
};
/** The process that runs the command, which may have the leader of its session between. */
const caller = () => {
  const ps = ["-o", "ppid=,command=", "-p", String(process.ppid)];
  const [, parent, line = ""] = /^\s*(\d+) (.*)/.exec(execFileSync("ps", ps, { encoding: "utf8" })) ?? [];
  return line.includes("guard.js") ? Number(parent) : process.ppid;
};
const read = (name = stack) =>
  existsSync(file("states", name)) ? JSON.parse(readFileSync(file("states", name), "utf8")) : [];
const save = (resources, name = stack) => writeFileSync(file("states", name), JSON.stringify(resources));

if (command === "version") end(0, "v3.274.1");
if (command === "whoami") end(0, JSON.stringify({ url: process.env["PULUMI_BACKEND_URL"] }));
if (command === "stack" && args[0] === "init") {
  writeFileSync(file("tags", args[1]), "");
  writeFileSync(`Pulumi.${args[1]}.yaml`, "encryptionsalt: v1:salt\n");
  changed();
  end(0);
}
if (command === "stack" && args[0] === "ls")
  end(0, JSON.stringify(readdirSync(join(folder, "tags")).map((name) => ({ name }))));
if (command === "state" && args[0] === "move") move(option("--source"), option("--dest"));
if (!existsSync(file("tags"))) end(6, `error: no stack named '${stack}' found`);
if (command === "stack" && args[0] === "export")
  end(0, JSON.stringify({ deployment: { resources: read() } }));
if (command === "stack" && args[0] === "output") {
  end(
    0,
    JSON.stringify({ accounts: { [`tenant-of-${stack}`]: { zavu: `id-${stack}` } }, apiKeys: "[secret]" }),
  );
}
if (command === "stack" && args[0] === "rm") {
  if (read().some(({ type }) => type !== "pulumi:pulumi:Stack")) end(1, "error: it still has resources");
  rmSync(file("tags"));
  rmSync(file("states"), { force: true });
  changed();
  end(0);
}
if (command === "stack" && args[1] === "get") {
  const text = readFileSync(file("tags"), "utf8");
  if (text === "") end(1, `error: stack tag '${args[2]}' not found for stack '${stack}'`);
  end(0, text);
}
if (command === "stack") {
  writeFileSync(file("tags"), args[3]);
  changed();
  end(0);
}
if (command === "state") {
  const urns = args.filter((arg) => arg.startsWith("urn:"));
  save(read().filter((each) => !urns.includes(each.urn) && !urns.includes(each.parent)));
  changed();
  end(0);
}
if (command === "cancel") {
  rmSync(file("locks"), { force: true });
  end(0);
}

const type = "pulumi-nodejs:dynamic/subaccounts/zavu:SubAccount";
/** The lines of a drift: of a tenant for each line of its file, or else of one. */
const differing = () => {
  const names = readFileSync(file("drift"), "utf8") || "tenant-hooli";
  return names.split("\n").map((name) => ` ~  ${type} ${name} update [diff: ~creditLimit]`);
};
/** The lines of its warnings. */
const warnings = () =>
  existsSync(file("warn"))
    ? ["Diagnostics:", "  pulumi:pulumi:Stack (fleet):"].concat(
        readFileSync(file("warn"), "utf8")
          .split("\n")
          .map((text) => `    warning: ${text}`),
      )
    : [];
const flags = ["SUBACCOUNTS_AFTER_INTERRUPTION", "SUBACCOUNTS_RECOVER", "SUBACCOUNTS_CHECK_KEYS"].filter(
  (name) => process.env[name],
);
if (command !== "preview") appendFileSync(join(folder, "calls"), `${[command, stack, ...flags].join(" ")}\n`);
if (existsSync(file("locks")) && command !== "preview") {
  const lock =
    "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end";
  end(
    255,
    lock,
    `  file:///locks/${stack}: created by root@${hostname()} (pid ${readFileSync(file("locks"), "utf8")}) at ${new Date().toISOString()}`,
  );
}
if (args.includes("--target")) end(255, "error: no resource named 'none' found");
if (existsSync(file("edit"))) appendFileSync(readFileSync(file("edit"), "utf8"), "\n# changed\n");
if (existsSync(file("hang"))) {
  writeFileSync(file("locks"), String(process.pid));
  writeFileSync(file("hang", `${stack}.pid`), String(process.pid));
  process.on("SIGINT", () => {
    if (existsSync(file("hang", "deaf"))) return;
    rmSync(file("locks"));
    writeFileSync(file("locks", `${stack}.released`), "by SIGINT");
    end(255, "error: interrupted");
  });
  setInterval(() => {}, 1000);
} else if (existsSync(file("fail"))) {
  const [name, error = "Zavu refused it"] = readFileSync(file("fail"), "utf8").split("\n");
  end(
    255,
    ...(existsSync(file("drift")) ? differing() : []),
    "Diagnostics:",
    `  ${type} (${name}):`,
    `    error: ${error}`,
    "Resources:",
    "    + 1 created",
  );
} else if (existsSync(file("drift"))) {
  end(
    7,
    ...differing(),
    "Resources:",
    "    ~ 1 to update",
    "error: no changes were expected but changes were proposed",
  );
} else if (command === "preview") preview();
else {
  if (command === "up") up();
  end(0, ...warnings(), "Resources:", "    + 2 created");
}

/** The external ids of the tenants of this stack, read without the code that is tested. */
function tenantsOfShard() {
  const [own] = /^prod-(.*)$/.exec(stack)?.slice(1) ?? [];
  const shards = [...readFileSync("shards.yaml", "utf8").matchAll(/^(shards|pinned): \[(.*)\]/gm)]
    .flatMap(([, , list]) => list.split(","))
    .map((name) => name.trim().replaceAll('"', ""));
  if (!shards.includes(own)) end(255, `error: thisShard: stack ${stack} is no shard of the fleet`);
  const prefixes = shards.filter((name) => /^[0-9a-f-]+$/.test(name));
  const files = readdirSync("tenants").map((name) => readFileSync(join("tenants", name), "utf8"));
  const entries = files.flatMap((text) => text.split("\n")).filter((line) => line.includes("externalId:"));
  return entries.flatMap((line) => {
    const [id] = /(?<=externalId: )[\w-]+/.exec(line);
    const hash = createHash("sha256").update(id).digest("hex");
    const fitting = prefixes.filter((name) => {
      const [first, last = first] = name.split("-");
      const start = hash.slice(0, first.length);
      return first <= start && start <= last;
    });
    const home = fitting.sort((one, other) => other.split("-")[0].length - one.split("-")[0].length)[0];
    const pin = /(?<=shard: )[\w-]+/.exec(line)?.[0];
    return (pin ?? home) === own ? [id] : [];
  });
}

/** The resources that the program of this stack declares. */
function declared() {
  const urn = (type, name) => `urn:pulumi:${stack}::fleet::${type}::${name}`;
  const tenants = tenantsOfShard();
  const list = JSON.parse(readFileSync(process.env["SUBACCOUNTS_SHARD_LIST"], "utf8"));
  if (list.tenants.join() !== tenants.toSorted().join()) end(255, "error: the list has other tenants");
  return [
    { type: "pulumi:pulumi:Stack", urn: urn("pulumi:pulumi:Stack", stack) },
    { type: "pulumi-nodejs:dynamic/subaccounts/index:Owner", urn: urn("Owner", "owner"), id: `of-${stack}` },
    ...tenants.flatMap((externalId) => {
      const parent = urn("subaccounts:index:Tenant", externalId);
      const type = "pulumi-nodejs:dynamic/subaccounts/zavu:SubAccount";
      const inputs = { externalId, __owner: `owner ${stack}::fleet::${externalId}` };
      return [
        { type: "subaccounts:index:Tenant", urn: parent, outputs: { externalId } },
        { type, urn: urn(`subaccounts:index:Tenant$${type}`, externalId), parent, inputs },
      ];
    }),
  ];
}

function up() {
  const before = new Map(read().map((each) => [each.urn, each]));
  const now = declared().map((each) => {
    if (!each.inputs) return each;
    const id = before.get(each.urn)?.id ?? `${stack}-${process.pid}-${each.inputs.externalId}`;
    if (!before.has(each.urn)) appendFileSync(join(folder, "accounts"), `made ${each.inputs.externalId}\n`);
    return { ...each, id };
  });
  const left = new Set(now.map(({ urn }) => urn));
  for (const { urn, inputs } of before.values())
    if (inputs && !left.has(urn)) appendFileSync(join(folder, "accounts"), `ended ${inputs.externalId}\n`);
  save(now);
  changed();
}

function preview() {
  const before = new Map(read().map((each) => [each.urn, each]));
  const now = declared();
  const nameOf = ({ urn }) => urn.slice(urn.lastIndexOf("::") + 2);
  const rows = now.flatMap((each) => {
    const old = before.get(each.urn);
    if (old === undefined) return [` +  ${each.type} ${nameOf(each)} create`];
    if (old.inputs?.__owner === each.inputs?.__owner) return [];
    const why = "Zavu: its ownership marker names another stack's owner and is written again";
    return [` ~  ${each.type} ${nameOf(each)} update ${why}`];
  });
  const left = new Set(now.map(({ urn }) => urn));
  const gone = [...before.values()].filter(({ urn }) => !left.has(urn));
  rows.push(...gone.map((each) => ` -  ${each.type} ${nameOf(each)} delete`));
  const count = (sign) => rows.filter((row) => row.startsWith(` ${sign}`)).length;
  const kinds = [
    ["+", "create"],
    ["~", "update"],
    ["-", "delete"],
  ].filter(([sign]) => count(sign) > 0);
  end(0, ...rows, "Resources:", ...kinds.map(([sign, what]) => `    ${sign} ${count(sign)} to ${what}`));
}

function move(from, to) {
  const urns = args.filter((arg) => arg.startsWith("urn:"));
  const isMoved = ({ urn, parent }) => urns.includes(urn) || urns.includes(parent);
  const renamed = (text) => text?.replace(/^urn:pulumi:[^:]+/, `urn:pulumi:${to}`);
  const moved = read(from)
    .filter(isMoved)
    .map(({ urn, parent, ...rest }) => ({ ...rest, urn: renamed(urn), parent: renamed(parent) }));
  if (moved.length === 0) end(255, "error: no resources found to move");
  const there = read(to);
  const stackItself = {
    type: "pulumi:pulumi:Stack",
    urn: `urn:pulumi:${to}::fleet::pulumi:pulumi:Stack::${to}`,
  };
  save([...(there.length > 0 ? there : [stackItself]), ...moved], to);
  if (process.env["FAKE_KILL_HALF"]) {
    process.kill(caller(), "SIGKILL");
    process.exit(1);
  }
  save(
    read(from).filter((each) => !isMoved(each)),
    from,
  );
  changed();
  end(0);
}
