import { execFileSync } from "node:child_process";
import { afterEach, expect, it } from "vitest";
import { killAll } from "../support/process-family.mts";
import { type Bench, openBench } from "./programs";

const PROGRAM = `
for (let n = 0; n < 20; n++) new zavu.SubAccount(\`t\${n}\`, { name: \`Tenant \${n}\`, externalId: \`tenant-\${n}\` });
`;

let bench: Bench;
afterEach(() => bench?.close());

it("a provider whose CLI alone was killed ends and sends nothing more", async () => {
  bench = await openBench(PROGRAM);
  const { emulator, project } = bench;
  // The first creates are under way when the CLI is killed, and the rest would follow.
  emulator.fault({ vendor: "zavu", method: "POST", times: 4, fault: { kind: "hang", when: "before" } });
  const up = project.start(["up", "--yes", "--skip-preview"]);
  const posts = () => emulator.requests.filter(({ method }) => method === "POST").length;
  await expect.poll(posts, { timeout: 60_000 }).toBeGreaterThanOrEqual(4);
  const providers = descendants(up.pid).filter(({ command }) => command.includes("dynamic-provider"));
  expect(providers.length).toBeGreaterThan(0);
  up.kill("SIGKILL");
  const alive = () => descendants(1).filter(({ pid }) => providers.some((each) => each.pid === pid));
  await expect.poll(alive, { timeout: 10_000 }).toEqual([]);
  // What it had sent may still be on its way.
  let sent = -1;
  const isQuiet = () => {
    const had = sent;
    sent = emulator.requests.length;
    return had === sent;
  };
  await expect.poll(isQuiet, { interval: 200 }).toBe(true);

  await project.run(["cancel", "--yes"]);
  expect(emulator.requests).toHaveLength(sent);
  emulator.clearFaults();
  await project.up();
  expect(emulator.zavu.accounts()).toHaveLength(20);
});

it("a program whose CLI alone was killed ends, however many errors it has to tell", async () => {
  bench = await openBench(`
const there = zavu.listSubAccounts();
for (let n = 0; n < 1_000; n++) zavu.getSubAccountOutput({ externalId: \`nobody-\${n}\` });
new zavu.SubAccount("acme", { name: there.then(() => "Acme"), externalId: "tenant-acme" });
`);
  const { emulator, project } = bench;
  emulator.fault({ method: "GET", times: 99, fault: { kind: "delay", when: "before", ms: 3_000 } });
  const up = project.start(["up", "--yes", "--skip-preview"]);
  await expect.poll(() => emulator.requests.length, { timeout: 60_000 }).toBeGreaterThan(0);
  const programs = descendants(up.pid).filter(({ command }) => /cmd.run.index/.test(command));
  expect(programs).toHaveLength(1);
  up.kill("SIGKILL");
  const alive = () => descendants(1).filter(({ pid }) => programs.some((each) => each.pid === pid));
  try {
    await expect.poll(alive, { timeout: 20_000 }).toEqual([]);
  } finally {
    killAll(programs.map(({ pid }) => pid));
  }
});

/** The processes below `pid`, whatever process group they are in. */
function descendants(pid: number): { pid: number; command: string }[] {
  const rows = execFileSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" }).trim().split("\n");
  const all = rows.map((row) => {
    const [own, parent, ...command] = row.trim().split(/\s+/);
    return { pid: Number(own), parent: Number(parent), command: command.join(" ") };
  });
  const family = [pid];
  for (const member of family) {
    for (const each of all) if (each.parent === member) family.push(each.pid);
  }
  return all.filter((each) => family.includes(each.pid));
}
