import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ENCODINGS } from "../support/encodings";
import { type Bench, openBench } from "./programs";

const CANARIES = [
  "canary-metadata",
  "canary-nested",
  "canary-password",
  "canary-host",
  "canary-name",
  "canary-browser",
  "canary-tenant",
  "canary-tier",
  "canary-item",
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
const open = new zavu.SubAccount("open", { name: "Open", metadata: { note: "no secret", list: ["none"] } });
const tiers = { gold: { zavu: { metadata: { tier: secret("canary-tier"), open: 1 } } } };
new Tenant("globex", {
  externalId: "tenant-globex", name: "Globex", tier: "gold", tiers,
  vendors: {
    zavu: { metadata: { note: secret("canary-tenant"), list: [1, secret("canary-item")] } },
    bctrl: { metadata: { note: secret("canary-tenant") } },
  },
});
export const keys = [messaging.apiKey, backend.apiKey, voice.apiKey, voiceKeyAlone.apiKey, worker.apiKey, open.apiKey];
`;

describe("a canary in every secret", () => {
  let bench: Bench;
  let keys: string[] = [];
  let encoded: string[] = [];
  let metadata: unknown[] = [];
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
    const accounts = project.state().resources?.filter(({ outputs }) => outputs?.["name"] !== "Open") ?? [];
    metadata = accounts.flatMap(({ outputs = {} }) => outputs["metadata"] ?? []);
    await see("preview --json", project.preview("--json"));
    const { zavu, bolna, bctrl } = emulator;
    // The account's own key: those of others a refresh knows only once it has come to them.
    const repeated = { note: `it is ${keys[5]}`, list: [keys[5]] };
    for (const { id, name } of zavu.accounts()) {
      zavu.change(id, { creditLimit: 1, metadata: name === "Open" ? repeated : {} });
    }
    for (const { id } of bolna.accounts()) bolna.change(id, { allow_concurrent_calls: 7 });
    for (const { id } of bctrl.accounts()) bctrl.change(id, { limits: { maxSpaces: 9 }, metadata: {} });
    await see("refresh with drift", project.refresh("--diff", debug));
    await see("preview of drift", project.preview("--diff"));
    bench.program(PROGRAM.replace("creditLimit: 5000", "creditLimit: 5001").replace("open: 1", "open: 2"));
    await see("preview of a change", project.preview("--diff"));
    // A vendor that repeats in its error what it was sent.
    const secrets = [...keys, "canary-password", "canary-host"];
    // A key's first third is its `keyPrefix`, which is no secret.
    const { "its first third": _, ...encodings } = ENCODINGS;
    encoded = Object.values(encodings).flatMap((encode) => secrets.map(encode));
    const echo = { code: "invalid", message: `This is refused: ${encoded[0]}`, hint: encoded.join(" ") };
    emulator.fault({
      method: "PATCH",
      times: Number.POSITIVE_INFINITY,
      fault: { kind: "status", when: "before", status: 400, body: echo },
    });
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
    expect(keys).toHaveLength(6);
    expect(JSON.stringify(bench.emulator.requests)).toContain("canary-password");
    expect(outputs.length).toBeGreaterThan(20);
    expect(outputs.some(([, text]) => text.includes('"method":"PATCH"'))).toBe(true);
    expect(
      outputs.some(([what, text]) => what === "a failed check" && text.includes("database.port must be")),
    ).toBe(true);
    expect(
      outputs.some(([what, text]) => what === "a refused up" && text.includes("This is refused: [secret]")),
    ).toBe(true);
  });

  it("makes its whole argument secret, where it is a part of one", () => {
    expect(metadata).toHaveLength(4);
    for (const each of metadata) expect(each).toHaveProperty("ciphertext");
  });

  it("is never shown and never stored in clear", () => {
    const page = ["the emulator's page"];
    for (const [what, text] of outputs) {
      // The page stands for the vendor, who knows the account's name.
      const hidden = [...keys, "canary-port", ...CANARIES].filter(
        (canary) => !page.includes(what) || canary !== "canary-name",
      );
      if (what === "a refused up") hidden.push(...encoded);
      for (const canary of hidden) expect(text, `${what} shows ${canary}`).not.toContain(canary);
    }
  });
});
