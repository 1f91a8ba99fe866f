import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it, onTestFinished } from "vitest";
import type { Emulator } from "../../../emulator";
import { linkPackages, repository } from "../../../engine/program-folder.mts";
import { environmentOf } from "../../support/environment.mts";
import { emulate } from "../emulator/support";

const FILE = "externalId: acme\nname: Acme\nvendors: { zavu: {} }\n";

/** Runs scripts/accounts.sh, with a file of one tenant. */
async function accounts(emulator: Emulator, env: Record<string, string> = {}, map?: string, file = FILE) {
  const folder = mkdtempSync(join(tmpdir(), "subaccounts-accounts-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(join(repository, "examples/gitops/scripts"), join(folder, "scripts"), { recursive: true });
  linkPackages(folder);
  mkdirSync(join(folder, "tenants"));
  writeFileSync(join(folder, "tenants/acme.yaml"), file);
  if (map !== undefined) writeFileSync(join(folder, "map.csv"), map);
  const code = await promisify(execFile)(join(folder, "scripts/accounts.sh"), {
    env: { PATH: process.env["PATH"], PULUMI_STACK: "prod", ...environmentOf(emulator), ...env },
  }).then(
    () => 0,
    (error: { code: number }) => error.code,
  );
  return { code, report: () => readFileSync(join(folder, "out/accounts.md"), "utf8") };
}

const marker = (owner: string) => ({
  "pulumi-subaccounts": { v: 1, owner, urn: "urn:pulumi:prod::gitops::b::gone", nonce: "i.t.o" },
});

it("the job at night names accounts that live on at the vendors, and that no file has", async () => {
  const emulator = await emulate();
  emulator.zavu.seed({ name: "Acme", externalId: "acme", metadata: marker("prod") });
  expect((await accounts(emulator)).code).toBe(0);

  const { id } = emulator.zavu.seed({ name: "@gone", externalId: "gone", metadata: marker("prod") });
  const { id: voice } = emulator.bolna.seed({ name: "Gone" });
  emulator.bctrl.seed({ name: "By hand", externalId: "by-hand" });
  const { code, report } = await accounts(emulator);
  expect(code).toBe(7);
  const text = report();
  expect(text).toMatch(/^<!-- gitops accounts prod -->\n### Accounts that no file of `prod` has: 3\n/);
  expect(text).toContain(
    `- \`${id}\` at zavu, \`@gone\`: \`is of urn:pulumi:prod::gitops::b::gone of the owner prod`,
  );
  expect(text).toContain(`- \`${voice}\` at bolna, \`Gone\`: \`has no externalId, `);
  expect(text).toContain("- `tenants/by-hand.yaml`\n");

  const map = `vendor,id,externalId\nzavu,${id},-\nbolna,${voice},-\n`;
  expect((await accounts(emulator, {}, map)).report()).toContain(
    "### Accounts that no file of `prod` has: 1\n",
  );
});

it("the job at night has accounts that are still there after deleteAfter under a heading of their own", async () => {
  const emulator = await emulate();
  const { id } = emulator.zavu.seed({ name: "Acme", externalId: "acme", metadata: marker("prod") });
  emulator.bolna.seed({ name: "Gone" });
  const ended = `${FILE}ended: { deleteAfter: 2020-01-01 }\n`;
  const { report } = await accounts(emulator, {}, undefined, ended);
  const text = report();
  expect(text).toMatch(
    new RegExp(`\\*\\*Accounts still there after deleteAfter: 1\\*\\*\\n\\n- \`${id}\` at zavu`),
  );
  expect(text).toContain("**Accounts: 1**");
});

it("the job at night fails where it could not be found out", async () => {
  const emulator = await emulate();
  expect((await accounts(emulator, { ZAVUDEV_API_KEY: "zv_live_wrong" })).code).toBe(1);
});
