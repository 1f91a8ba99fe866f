import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bench, openBench } from "./programs";

const CANARIES = [
  "canary-metadata",
  "canary-nested",
  "canary-password",
  "canary-host",
  "canary-name",
  "canary-browser",
];
const PROGRAM = `
const secret = pulumi.secret;
const messaging = new zavu.SubAccount("acme", {
  name: secret("canary-name"), externalId: "tenant-acme", creditLimit: 5000,
  metadata: { open: 1, closed: secret("canary-metadata"), deep: secret({ deeper: "canary-nested" }) },
});
const voice = new bolna.SubAccount("acme", {
  name: "Acme", allowConcurrentCalls: 4, deletionPolicy: "delete", multiTenant: true,
  // Not wrapped: the class keeps a database secret on its own.
  database: { host: "canary-host", port: 5432, name: "calls", user: "bolna", password: "canary-password" },
});
const backend = new zavu.ApiKey("backend", { subAccountId: messaging.id, name: "backend" });
const voiceKeyAlone = new bolna.ApiKey("acme", { subAccountId: voice.id });
const browser = new bctrl.SubAccount("acme", {
  name: "Acme", externalId: "tenant-acme", limits: { maxSpaces: 3 }, metadata: { deep: { er: secret("canary-browser") } },
});
const worker = new bctrl.ApiKey("worker", { subAccountId: browser.id, name: "worker" });
export const keys = [messaging.apiKey, backend.apiKey, voice.apiKey, voiceKeyAlone.apiKey, worker.apiKey];
`;

describe("a canary in every secret", () => {
  let bench: Bench;
  let keys: string[] = [];
  const outputs: [string, string][] = [];
  const see = async (what: string, running: Promise<{ output: string }>) => {
    outputs.push([what, (await running).output]);
    outputs.push([`the state after ${what}`, bench.project.stateText()]);
  };

  beforeAll(async () => {
    bench = await openBench(PROGRAM);
    const { project, emulator } = bench;
    const debug = { env: { SUBACCOUNTS_DEBUG: "1" } };
    await see("preview", project.preview("--diff", debug));
    await see("up", project.up("--diff", debug));
    keys = (await project.outputs({ showSecrets: true }))["keys"] as string[];
    await see("preview --json", project.preview("--json"));
    emulator.zavu.change(emulator.zavu.accounts()[0]?.id ?? "", { creditLimit: 1, metadata: {} });
    emulator.bolna.change(emulator.bolna.accounts()[0]?.id ?? "", { allow_concurrent_calls: 7 });
    emulator.bctrl.change(emulator.bctrl.accounts()[0]?.id ?? "", { limits: { maxSpaces: 9 }, metadata: {} });
    await see("refresh with drift", project.refresh("--diff", debug));
    await see("preview of drift", project.preview("--diff"));
    bench.program(PROGRAM.replace("creditLimit: 5000", "creditLimit: 5001").replace("open: 1", "open: 2"));
    await see("preview of a change", project.preview("--diff"));
    // Vendors that repeat in their errors what they were sent, and what they have made for the account.
    const echoes = {
      zavu: keys[0],
      bolna: `${keys[2]} canary-password canary-host`,
    } as const;
    for (const [vendor, echo] of Object.entries(echoes)) {
      emulator.fault({
        vendor: vendor as keyof typeof echoes,
        method: "PATCH",
        times: Number.POSITIVE_INFINITY,
        fault: { kind: "status", when: "before", status: 400, body: { message: `refused ${echo}` } },
      });
    }
    await see("a refused up", project.up("--diff", { ...debug, expectFailure: true }));
    emulator.clearFaults();
    emulator.zavu.switches.clampCreditLimit = 3;
    await see("an up that fails half-way", project.up("--diff", { ...debug, expectFailure: true }));
    delete emulator.zavu.switches.clampCreditLimit;
    await see("the repair", project.up("--diff", debug));
    await see("refresh --json", project.refresh("--json"));
    bench.program(PROGRAM.replace('port: 5432, name: "calls"', 'port: "canary-port", name: 7'));
    await see("a failed check", project.preview("--diff", { expectFailure: true }));
    const page = await (await fetch(emulator.url)).text();
    const live = await (await fetch(`${emulator.url}/_/state`)).text();
    outputs.push(["the emulator's page", page + live]);
    await see("destroy", project.destroy("--diff", debug));
  });
  afterAll(() => bench.close());

  it("is known to the vendors and to the program, so that the test can fail", () => {
    expect(keys).toHaveLength(5);
    expect(JSON.stringify(bench.emulator.requests)).toContain("canary-password");
    expect(outputs.length).toBeGreaterThan(20);
    expect(outputs.some(([, text]) => text.includes('"method":"PATCH"'))).toBe(true);
    expect(
      outputs.some(([what, text]) => what === "a failed check" && text.includes("database.port must be")),
    ).toBe(true);
    expect(outputs.some(([what, text]) => what === "a refused up" && text.includes("[secret]"))).toBe(true);
  });

  it("is never shown and never stored in clear", () => {
    const page = ["the emulator's page"];
    for (const [what, text] of outputs) {
      // The page stands for the vendor, who knows the account's name.
      const hidden = [...keys, "canary-port", ...CANARIES].filter(
        (canary) => !page.includes(what) || canary !== "canary-name",
      );
      for (const canary of hidden) expect(text, `${what} shows ${canary}`).not.toContain(canary);
    }
  });
});
