#!/usr/bin/env node
/**
 * Stands for the Pulumi CLI where a test is about what runs it. In the folder FAKE_PULUMI: `tags/<stack>` is what a stack's
 * tag says, `calls` has a line for each operation, and a test writes `fail/<stack>` (the name of a resource) or
 * `hang/<stack>`, upon which an operation fails, or goes on until it is interrupted, with a lock; `edit/<stack>` names a file
 * that changes meanwhile.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";

const folder = process.env["FAKE_PULUMI"];
const [command, ...args] = process.argv.slice(2);
const stack = args[args.indexOf("--stack") + 1];
const file = (kind, name = stack) => join(folder, kind, name);
for (const kind of ["tags", "locks", "fail", "hang", "drift", "edit"])
  mkdirSync(join(folder, kind), { recursive: true });

const end = (code, ...lines) => {
  for (const line of lines) (code === 0 ? console.log : console.error)(line);
  process.exit(code);
};

if (command === "version") end(0, "v3.274.1");
if (command === "stack" && args[0] === "init") {
  writeFileSync(file("tags", args[1]), "");
  writeFileSync(`Pulumi.${args[1]}.yaml`, "encryptionsalt: v1:salt\n");
  end(0);
}
if (!existsSync(file("tags"))) end(6, `error: no stack named '${stack}' found`);
if (command === "stack" && args[0] === "export") end(0, JSON.stringify({ deployment: { resources: [] } }));
if (command === "stack" && args[0] === "output") {
  end(
    0,
    JSON.stringify({ accounts: { [`tenant-of-${stack}`]: { zavu: `id-${stack}` } }, apiKeys: "[secret]" }),
  );
}
if (command === "stack" && args[1] === "get") {
  const text = readFileSync(file("tags"), "utf8");
  if (text === "") end(1, `error: stack tag '${args[2]}' not found for stack '${stack}'`);
  end(0, text);
}
if (command === "stack") {
  writeFileSync(file("tags"), args[3]);
  end(0);
}
if (command === "cancel") {
  rmSync(file("locks"));
  end(0);
}

const flags = ["SUBACCOUNTS_AFTER_INTERRUPTION", "SUBACCOUNTS_RECOVER"].filter((name) => process.env[name]);
appendFileSync(join(folder, "calls"), `${[command, stack, ...flags].join(" ")}\n`);
if (existsSync(file("locks"))) {
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
  const name = readFileSync(file("fail"), "utf8");
  const type = "pulumi-nodejs:dynamic/subaccounts/zavu:SubAccount";
  end(
    255,
    "Diagnostics:",
    `  ${type} (${name}):`,
    "    error: Zavu refused it",
    "Resources:",
    "    + 1 created",
  );
} else if (existsSync(file("drift"))) {
  const type = "pulumi-nodejs:dynamic/subaccounts/zavu:SubAccount";
  end(
    7,
    ` ~  ${type} tenant-hooli update [diff: ~creditLimit]`,
    "Resources:",
    "    ~ 1 to update",
    "error: no changes were expected but changes were proposed",
  );
} else end(0, "Resources:", "    + 2 created");
