import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { tenantReport } from "../../../cli/show/report";
import { repository } from "../../../engine/program-folder.mts";
import { environmentOf } from "../../support/environment.mts";
import { show } from "./program";
import { acme, openEstate, uuid } from "./report-estate";
import { stateOf } from "./report-world";

/** Acme with a key at Zavu and one at bctrl, and the stack's state by Pulumi, which shows no secret. */
async function shown(
  args: string[] = ["tenant-acme"],
  files: Record<string, string> = {},
  state = stateOf([acme]),
) {
  const { emulator } = await openEstate({ zavu: [{ id: "zv2", name: "Beta", externalId: "tenant-beta" }] });
  const keys = [
    emulator.zavu.addKey("zv1", { name: "backend" }),
    emulator.bctrl.addKey("sub_1", { name: "worker" }),
  ];
  emulator.zavu.addKey("zv2", { name: "of another tenant" });
  const result = await show(args, { env: environmentOf(emulator), plainState: state, files });
  return { ...result, emulator, keys };
}

const change = (more: object) =>
  `${JSON.stringify({
    time: "2026-03-01T10:00:00Z",
    commit: "0123456789abcdef",
    actor: "ada",
    stack: "prod",
    tenant: "tenant-acme",
    vendor: "zavu",
    account: "zv1",
    resource: "acme",
    op: "update",
    field: "creditLimit",
    from: 4_000,
    to: 5_000,
    ...more,
  })}\n`;

describe("subaccounts show", () => {
  it.each([
    [29_000, 100_000, "29 %"],
    [9_999_999_999, 10_000_000_000, "99 %"],
  ])("says that %i of %i is %s, as the report does", async (totalSpent, creditLimit, share) => {
    const { emulator } = await openEstate({ changed: { zavu: { totalSpent, creditLimit } } });
    const around = { env: environmentOf(emulator), plainState: stateOf([acme]) };
    expect((await show(["tenant-acme"], around)).output).toContain(`${creditLimit} cents (${share})`);
  });

  it("shows a tenant's accounts with limits, use and the names of keys, and writes nothing", async () => {
    const { code, output, emulator, keys } = await shown();
    const [zavu = "", bctrl = ""] = keys.map(({ id }) => id);
    expect(output.split("\n\n")).toEqual([
      "tenant-acme, Acme Corp, tier gold",
      expect.stringMatching(
        new RegExp(
          "^bctrl sub_1: active, in the state of prod, made 2026-03-10\n" +
            "  limits.monthlyCreditLimit: 9000 of 20000 credits \\(45 %\\), billing cycle 2026-03-01 to 2026-04-01\n" +
            "  limits.maxActiveRuns: 2 of 5 runs at once \\(40 %\\), now\n" +
            "  limits.maxSpaces: 1 spaces, no limit, now\n" +
            `  key ${bctrl} "worker" \\S+, made 2026-03-10, never used$`,
        ),
      ),
      [
        `bolna ${uuid(1)}: active, in the state of prod`,
        "  totalCostCents: 87.5 cents, month 2026-03-01 to 2026-03-10",
        "  totalRecords: 12 calls, month 2026-03-01 to 2026-03-10",
        "  totalDurationSeconds: 340 seconds, month 2026-03-01 to 2026-03-10",
        "  allowConcurrentCalls: n/a of 4 calls at once, now",
      ].join("\n"),
      expect.stringMatching(
        new RegExp(
          "^zavu zv1: active, in the state of prod, made 2026-01-05\n" +
            "  creditLimit: 3100 of 5000 cents \\(62 %\\), since it was made\n" +
            `[^]*  key ${zavu} "backend" zv_live_sub_\\S+, made 2026-03-10, never used`,
        ),
      ),
    ]);
    expect(code).toBe(0);
    expect(output).not.toContain("Beta");
    expect(emulator.requests.filter(({ method }) => method !== "GET")).toEqual([]);
    for (const { key } of keys) expect(output).not.toContain(key);
    for (const { apiKey } of [emulator.zavu, emulator.bctrl, emulator.bolna])
      expect(output).not.toContain(apiKey);
  });

  it("shows the tenant's lines of a change trail, oldest first, and no other", async () => {
    const { code, output } = await shown(["tenant-acme", "--trail", "trail.ndjson"], {
      "trail.ndjson":
        change({
          time: "2026-03-05T10:00:00Z",
          field: "status",
          from: "active",
          to: "inactive",
          actor: null,
        }) +
        change({ tenant: "tenant-beta", to: 987_654 }) +
        change({}),
    });
    expect(output).toContain(
      [
        "Changes",
        "  2026-03-01T10:00:00Z  zavu creditLimit: 4000 → 5000  (ada 0123456789ab)",
        '  2026-03-05T10:00:00Z  zavu status: "active" → "inactive"  (0123456789ab)',
        "",
      ].join("\n"),
    );
    expect(output).not.toContain("987654");
    expect(code).toBe(0);
  });

  it("reads the lines that the trail of examples/gitops has of a deploy", async () => {
    const type = "pulumi-nodejs:dynamic/subaccounts/zavu:SubAccount";
    const state = (creditLimit: number) => {
      const declared = { name: "Acme Corp", externalId: "tenant-acme", creditLimit };
      return { id: "zv1", inputs: declared, outputs: { ...declared, status: "active" } };
    };
    const event = (op: string, from: number, to: number) => {
      const metadata = {
        op,
        type,
        urn: `urn:pulumi:prod::t::${type}::acme`,
        old: state(from),
        new: state(to),
      };
      return JSON.stringify({ timestamp: 1_772_366_400, resOutputsEvent: { metadata } });
    };
    const folder = mkdtempSync(join(tmpdir(), "subaccounts-trail-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    execFileSync("node", [join(repository, "examples/gitops/scripts/trail.mjs")], {
      cwd: folder,
      input: `${event("refresh", 4_000, 4_500)}\n${event("update", 4_500, 5_000)}\n`,
      env: { PATH: process.env["PATH"], PULUMI_STACK: "prod", GITHUB_SHA: "c0ffee", GITHUB_ACTOR: "ada" },
    });
    const { code, output } = await shown(["tenant-acme", "--trail", join(folder, "trail.ndjson")]);
    expect(output).toContain(
      [
        "Changes",
        "  2026-03-01T12:00:00.000Z  zavu creditLimit: 4000 → 4500  (found at the vendor, ada c0ffee)",
        "  2026-03-01T12:00:00.000Z  zavu creditLimit: 4500 → 5000  (ada c0ffee)",
        "",
      ].join("\n"),
    );
    expect(code).toBe(0);
  });

  it("says which line of a trail it cannot read, and shows no key that stands in one", async () => {
    const { code, output, keys } = await shown(["tenant-acme", "--trail", "trail.ndjson"], {
      "trail.ndjson": `{"time":\n${change({ from: "zv_live_sub_canary0123456789abcdef0123", to: { a: "Bearer canary" } })}`,
    });
    expect(output).toMatch(
      /FAIL {2}.*trail\.ndjson:1 is no line of a change trail, so a change may be missing/,
    );
    expect(output).not.toMatch(/canary/);
    expect({ code, keys: keys.length }).toEqual({ code: 1, keys: 2 });
  });

  it("names the connection that the state has, of two that reach one account", async () => {
    const { emulator } = await openEstate();
    const { apiKey, url } = emulator.zavu;
    const eu = { vendor: "zavu", id: "zv1", inputs: { connection: "eu" } };
    const { code, output } = await show(["tenant-acme", "--json"], {
      env: environmentOf(emulator),
      config: { "subaccounts:connections": { eu: { vendor: "zavu", apiKey, baseUrl: url } } },
      plainState: stateOf([{ externalId: "tenant-acme", accounts: [eu] }]),
    });
    const { rows } = JSON.parse(output);
    const ofZavu = rows.filter(({ vendor }: { vendor: string }) => vendor === "zavu");
    expect(ofZavu).toMatchObject([
      { account: "zv1", connection: "eu", standing: "managed", status: "active" },
    ]);
    expect(code).toBe(0);
    expect(output).not.toContain(apiKey);
  });

  it("tells a key of another connection's organization, whose accounts are not missing for that", async () => {
    const { emulator } = await openEstate();
    const { apiKey, url } = emulator.zavu;
    const ofEu = {
      vendor: "zavu",
      id: "zv7",
      inputs: { connection: "eu" },
      outputs: { __nonce: "n.tag.owner.team:jt7emulator0002" },
    };
    const { code, output } = await show(["tenant-eu", "--json"], {
      env: environmentOf(emulator),
      config: { "subaccounts:connections": { eu: { vendor: "zavu", apiKey, baseUrl: url } } },
      plainState: stateOf([acme, { externalId: "tenant-eu", accounts: [ofEu] }]),
    });
    const { rows, problems } = JSON.parse(output);
    expect(rows).toMatchObject([{ account: "zv7", status: "unknown" }]);
    expect(problems).toContain(
      'Zavu, connection "eu": the key is of the organization jt7emulator0001, and the accounts of the state are in jt7emulator0002. Use a key of that one',
    );
    expect(code).toBe(1);
  });

  it("says which connection of the state it cannot read", async () => {
    const lost = { vendor: "zavu", id: "zv1", inputs: { connection: "lost" } };
    const state = stateOf([{ externalId: "tenant-acme", accounts: [lost] }]);
    const { code, output } = await shown(["tenant-acme"], {}, state);
    expect(output).toMatch(
      /FAIL {2}Zavu: 1 accounts of the states were not read, since the config has no connection "lost" that can be used: run this where subaccounts:connections has it/,
    );
    expect(code).toBe(1);
  });

  it("prints the same as JSON", async () => {
    const { code, output, keys } = await shown(["Tenant-ACME", "--json"]);
    const report = tenantReport.parse(JSON.parse(output));
    expect(report.rows.map(({ vendor }) => vendor)).toEqual(["bctrl", "bolna", "zavu"]);
    expect(report.keys).toContainEqual({
      vendor: "zavu",
      account: "zv1",
      id: keys[0]?.id,
      name: "backend",
      prefix: keys[0]?.key.slice(0, 20),
      createdAt: "2026-03-10T12:00:00.000Z",
      lastUsedAt: null,
      use: "never",
      revoked: false,
    });
    expect(code).toBe(0);
  });

  it("exits with 1 where there is no such tenant, and says where to look", async () => {
    expect(await shown(["tenant-none"])).toMatchObject({
      code: 1,
      output: expect.stringMatching(
        /FAIL {2}no account of the tenant "tenant-none" was found.*subaccounts list/,
      ),
    });
  });

  it("asks for the id of the tenant, and names a state or a trail that is not there", async () => {
    expect((await shown([])).output).toMatch(/missing required argument 'externalId'/);
    expect((await shown(["a", "--trail", "none.ndjson"])).output).toMatch(
      /the trail .*none\.ndjson cannot be read \(ENOENT\)/,
    );
    expect((await shown(["a", "--state", "none.json"])).output).toMatch(
      /the state .*none\.json cannot be read \(ENOENT\)/,
    );
  });
});
