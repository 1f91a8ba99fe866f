import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { repository } from "../../../engine/program-folder.mts";

const script = join(repository, "examples/gitops/scripts/report.mjs");
/** What GitHub takes. */
const MOST = 65_536;

interface Run {
  readonly what?: "preview" | "drift";
  readonly exitCode?: number | "unfinished";
  readonly counts?: Record<string, number> | null;
  readonly steps?: object[];
  readonly violations?: object[];
  readonly errors?: string[];
  readonly keys?: object[];
  readonly ended?: string[];
  readonly text?: string;
  readonly approvals?: object[];
  readonly budgetChange?: object;
  readonly env?: Record<string, string>;
}

/** The report of a run, and its part above what Pulumi printed. */
function report(run: Run): { all: string; top: string } {
  const { what = "preview", exitCode = 0, text = "", approvals, budgetChange, env = {}, ...known } = run;
  const folder = mkdtempSync(join(tmpdir(), "subaccounts-report-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const write = (file: string, content: string) => writeFileSync(join(folder, "out", file), content);
  mkdirSync(join(folder, "out"));
  write("run.txt", text);
  write("run.json", JSON.stringify({ counts: {}, steps: [], violations: [], errors: [], ...known }));
  if (approvals) write("approvals.json", JSON.stringify(approvals));
  if (budgetChange) write("budget-change.json", JSON.stringify(budgetChange));
  const all = execFileSync("node", [script, what, `${exitCode}`, "run"], {
    cwd: folder,
    encoding: "utf8",
    stdio: "pipe",
    env: { PATH: process.env["PATH"], PULUMI_STACK: "prod", ...env },
  });
  expect(all.length).toBeLessThanOrEqual(MOST);
  expect(all.startsWith(`<!-- gitops ${what} prod -->\n### `)).toBe(true);
  expect(openFences(all)).toBe(0);
  expect(all.split("<details>").length).toBe(all.split("</details>\n").length);
  return { all, top: all.split("\n\n<details>")[0] ?? "" };
}

/** How many fences are not closed. */
function openFences(text: string): number {
  let open: string | undefined;
  for (const [, mark = ""] of text.matchAll(/^(`{3,})/gm)) {
    if (open === undefined) open = mark;
    else if (mark === open) open = undefined;
  }
  return open === undefined ? 0 : 1;
}

const step = (name: string, more: object = {}) => ({
  op: "delete",
  vendor: "zavu",
  kind: "SubAccount",
  name,
  isRetained: false,
  changes: [],
  ...more,
});
const many = <Each>(count: number, make: (index: number) => Each): Each[] =>
  Array.from({ length: count }, (_, index) => make(index));

describe("a report that is too long for a comment", () => {
  const job = {
    GITHUB_SERVER_URL: "https://github.example",
    GITHUB_REPOSITORY: "acme/tenants",
    GITHUB_RUN_ID: "42",
  };
  const log = "the rest is in [the log of the job](https://github.example/acme/tenants/actions/runs/42)";

  it("is cut at the end of a line, says where the rest is, and has first what stops the merge", () => {
    const problems = many(900, (index) => `tenants/${index}.yaml:4:1 ${"tier has to be one of ".repeat(6)}`);
    const errors = [`found 900 problems:\n${problems.join("\n")}`];
    const { all, top } = report({ exitCode: 1, errors, text: `error: ${errors[0]}\n`, env: job });
    expect(top).toMatch(/^<.*>\n### Preview of `prod`: stopped\n\n\*\*Failed\.\*\* It cannot be merged/);
    expect(top).toContain(`${problems[0]}\n${problems[1]}\n`);
    expect(top).toContain(`\n\`\`\`\n\nThis is cut: ${log}.`);
    expect(all.match(/This is cut/g)).toHaveLength(2);
    for (const line of top.match(/^tenants\/.*$/gm) ?? []) expect(problems).toContain(line);
  });

  it("has every section, though each has more than fits", () => {
    const limits = (from: number, to: number) => ({
      op: "update",
      changes: [{ path: "creditLimit", from, to }],
    });
    const { top } = report({
      exitCode: 1,
      counts: { same: 7, update: 6000, delete: 3000 },
      violations: many(500, () => ({ level: "mandatory", policy: "max-limit", message: "m".repeat(300) })),
      errors: ["e\n".repeat(50_000)],
      steps: [
        ...many(3000, (index) => step(`gone-${index}`)),
        ...many(3000, (index) => step(`up-${index}`, limits(1, 2))),
        ...many(3000, (index) => step(`down-${index}`, limits(2, 1))),
      ],
      approvals: many(500, (index) => approval({ file: `approvals/${index}.yaml` })),
      text: "x".repeat(200_000),
      env: { CI_JOB_URL: "https://gitlab.example/jobs/1" },
    });
    expect(top).toContain("6000 to update, 3000 to delete");
    const headings = top.match(/^\*\*.*\*\*$/gm);
    expect(headings).toEqual([
      "**Approvals: 500**",
      "**Accounts that no file declares any more: 3000**",
      "**Limits raised: 3000**",
      "**Limits lowered: 3000**",
    ]);
    const rests = top.match(
      /^- and \d+ more: the rest is in \[the log of the job\]\(https:\/\/gitlab.*\)$/gm,
    );
    expect(rests).toHaveLength(5);
  });

  it("of drift of hundreds of accounts still says what to do about it", () => {
    const { top } = report({
      what: "drift",
      exitCode: 7,
      counts: { update: 400, delete: 1 },
      steps: [
        ...many(400, (index) =>
          step(`tenant-${index}`, {
            op: "update",
            changes: [{ path: "metadata.note", from: "a".repeat(300), to: "b".repeat(300) }],
          }),
        ),
        step("tenant-gone"),
      ],
      text: "~ changed\n".repeat(10_000),
    });
    expect(top).toMatch(/\*\*Gone: 1\*\*\n\n- `tenant-gone`, zavu SubAccount\n/);
    expect(top).toMatch(/- and \d+ more: the rest is in the log of the job\n/);
    expect(top).toContain("To undo it, run the deploy with a refresh");
  });
});

describe("texts of others in a report", () => {
  const hostile =
    "a`b``c\n```\n</details>\u001B[31m <img src=x> @acme/team [x](http://evil) #1 \u202Eabc\n/close";
  const harmless =
    "````a`b``c ``` </details> [31m <img src=x> @acme/team [x](http://evil) #1  abc /close````";

  it("stay within code, in one line: no mention, no HTML, no link, no quick action, no end of a fence", () => {
    const { all, top } = report({
      exitCode: 1,
      violations: [{ level: "mandatory", policy: "budget", message: hostile }],
      errors: [hostile],
      steps: [step(hostile), step("t", { op: "update", changes: [{ path: hostile, from: 1, to: 2 }] })],
      text: hostile,
    });
    expect(top.split(harmless)).toHaveLength(4);
    for (const character of ["\u001B", "\u202E"]) expect(all).not.toContain(character);
    expect(top.replaceAll(/(`+)[\s\S]*?\1/g, "")).not.toMatch(/acme\/team|evil|<img|\/close/);
  });

  it("are shown as JSON has them where they are values", () => {
    const { top } = report({
      what: "drift",
      exitCode: 7,
      steps: [step("t", { op: "update", changes: [{ path: "name", from: "5", to: 5 }] })],
    });
    expect(top).toContain('- `t`, zavu SubAccount: `name` `"5"` → `5`\n');
  });
});

describe("a report of drift", () => {
  it("tells a limit that is removed from one that is added or changed", () => {
    const changes = [
      { path: "a", from: 2200 },
      { path: "b", from: 2200, to: null },
      { path: "c", from: 2200, to: 5000 },
      { path: "d", to: 5000 },
      { path: "e", from: null, to: 5000 },
    ];
    const { top } = report({
      what: "drift",
      exitCode: 7,
      counts: { update: 1, same: 3 },
      steps: [step("tenant-9", { op: "update", changes })],
    });
    expect(top).toContain("### Drift in `prod`: 1 to update\n");
    expect(top).toContain(
      "- `tenant-9`, zavu SubAccount: `a` removed (was `2200`), `b` removed (was `2200`), `c` `2200` → `5000`, `d` added: `5000`, `e` added: `5000`\n",
    );
    expect(top).not.toContain("does not bring an account back");
  });

  it("does not promise that an account that is gone comes back", () => {
    const { top } = report({ what: "drift", exitCode: 7, steps: [step("tenant-11")] });
    expect(top).toContain("**Gone: 1**\n\n- `tenant-11`, zavu SubAccount\n");
    expect(top).toContain("makes a new, empty account with new keys, and the old data is lost");
    expect(top).not.toContain("To undo it");
  });

  it("tells a check that failed from drift", () => {
    const text = "error: getting stack: no stack named 'prod'\n  found\nerror: refresh failed\n";
    const { top } = report({ what: "drift", exitCode: 1, text });
    expect(top).toContain("### The drift check of `prod` failed\n\nWhether there is drift is not known.");
    expect(top).toContain("```text\ngetting stack: no stack named 'prod'\n  found\n```");
  });
});

describe("a report of a preview", () => {
  it("says of removed accounts, in order, what ends, and what goes on and costs", () => {
    const { top } = report({
      counts: { delete: 5 },
      steps: [
        step("t10"),
        step("t9", { vendor: "bolna", deletionPolicy: "retain", isRetained: true }),
        step("t9", { vendor: "bctrl" }),
        step("t9", { vendor: "bolna", kind: "ApiKey" }),
        step("t2", { vendor: "bolna", deletionPolicy: "delete" }),
      ],
    });
    const rows = top.match(/^- .*: .*$/gm);
    expect(rows).toEqual([
      "- `t2` at bolna: ended: **erased for ever**, with its agents, batches and executions",
      "- `t9` at bctrl: ended: archived for good",
      "- `t9` at bolna: **retained**: active, its key goes on working, its concurrent calls stay taken from the pool",
      "- `t10` at zavu: ended: deactivated, its keys are revoked, its data stays",
    ]);
    expect(top).toContain("no policy counts it any more (budget, pool)");
  });

  it("says first, with their ids, which accounts stay at their vendors and are paid for", () => {
    const kept = { isRetained: true, deletionPolicy: "retain" };
    const { top } = report({
      counts: { delete: 3 },
      steps: [
        step("t9", { ...kept, vendor: "bolna", id: "acc-9" }),
        step("t9", { ...kept, vendor: "bctrl", id: "sub_9" }),
        step("t9", { id: "zv9" }),
      ],
    });
    expect(top).toMatch(
      /to delete\n\n\*\*2 accounts stay at the vendor and still have to be paid for\*\*, kept by `retain`:\n\n- `t9` at bctrl \(`sub_9`\)\n- `t9` at bolna \(`acc-9`\)\n\n\*\*Accounts that no file/,
    );
    const one = report({ counts: { delete: 1 }, steps: [step("t9", kept)] }).top;
    expect(one).toContain("**1 account stays at the vendor and still has to be paid for**");
  });

  it("has the limit before and after of each account, sorted, raised ones first", () => {
    const update = (name: string, ...changes: object[]) => step(name, { op: "update", changes });
    const { top } = report({
      counts: { update: 4 },
      steps: [
        update("t10", { path: "creditLimit", from: 500, to: 2000 }),
        update("t2", { path: "creditLimit", from: 500 }, { path: "name", from: "a", to: "b" }),
        update("t3", { path: "limits.maxSpaces", from: 5, to: 2 }, { path: "metadata.n", from: 1, to: 2 }),
        update("t4", { path: "creditLimit", to: 7 }),
      ],
    });
    expect(top).toContain(
      "**Limits raised: 2**\n\n- `t2` at zavu: `creditLimit` `500` → none\n- `t10` at zavu: `creditLimit` `500` → `2000`",
    );
    expect(top).toContain(
      "**Limits lowered: 2**\n\n- `t3` at zavu: `limits.maxSpaces` `5` → `2`\n- `t4` at zavu: `creditLimit` none → `7`",
    );
  });

  it("says which keys it revokes, which are made anew, and when those before them end", () => {
    const key = (name: string, op: string, more = {}) => step(name, { kind: "ApiKey", op, ...more });
    const note =
      "a new key is made, because keepers changed; the one before, k1, is revoked by the next `up`";
    const { top } = report({
      counts: { update: 1, delete: 2, replace: 1 },
      steps: [
        key("t10", "delete"),
        key("t9", "replace", { vendor: "bctrl" }),
        key("t9", "delete-replaced", { vendor: "bctrl" }),
        key("t2", "delete", { isRetained: true }),
        key("t3", "delete", { vendor: "bolna" }),
        key("t4", "update"),
      ],
      keys: [
        { name: "t4", note },
        { name: "t4", note },
      ],
    });
    expect(top).toContain("**Keys that this deploy revokes: 2**\n\n- `t9` at bctrl\n- `t10` at zavu\n");
    expect(top).toContain(
      "**Keys that are made anew, or end after that: 1**\n\n- `t4`: `` a new key is made, because",
    );
    expect(top.match(/a new key is made/g)).toHaveLength(1);
  });

  it("lists what is approved, and what no longer is", () => {
    const { top } = report({ approvals: [approval(), approval({ isExpired: true })] });
    expect(top).toContain("**Approvals: 2**");
    expect(top).toContain(
      "- `approvals/a.yaml`: `blast-radius`, `raised`, until `2026-12-04`, for `tenant-1`. Reason: `new prices`\n",
    );
    expect(top).toMatch(/until `2026-12-04`: \*\*expired, does not count\.\*\* Delete the file$/);
  });

  it("says of a run that did not finish that it tells nothing, whatever an earlier one left", () => {
    for (const what of ["preview", "drift"] as const) {
      const { all } = report({
        what,
        exitCode: "unfinished",
        env: { CI_JOB_URL: "https://gitlab.example/jobs/1" },
      });
      expect(all).toMatch(
        /^.*\n### .*not finish.*\n\n.*what would change is not known: see \[the log of the job\]/,
      );
    }
  });

  it("is none where Pulumi has told nothing, though it ended well", () => {
    for (const exitCode of [0, 7]) {
      expect(() => report({ exitCode, counts: null })).toThrow("Pulumi has written no event log");
    }
  });

  it("does not repeat that it failed where a policy says why", () => {
    const violations = [{ level: "mandatory", policy: "budget", message: "too much" }];
    expect(report({ exitCode: 1, violations, errors: ["preview failed"] }).top).toMatch(/: `too much`$/);
  });

  it("has what the command itself says where a policy only advises", () => {
    const violations = [{ level: "advisory", policy: "budget", message: "nearly too much" }];
    const { top } = report({ exitCode: 1, violations, text: "error: the stack is locked\n" });
    expect(top).toContain("**Failed.**");
    expect(top).toMatch(/`nearly too much`\n\n```text\nthe stack is locked\n```$/);
  });

  it("has what failed before Pulumi ran", () => {
    const { top } = report({ exitCode: 1, text: "index.ts(3,1): error TS2304: Cannot find name 'x'.\n" });
    expect(top).toContain("```text\nindex.ts(3,1): error TS2304: Cannot find name 'x'.\n```");
  });
});

describe("what a change costs, in a report of a preview", () => {
  const change = (more: object = {}) => ({
    currency: "USD",
    limit: 2000,
    before: 1185,
    after: 2385,
    change: 1200,
    tenants: 14,
    limits: [zavu],
    tiers: [{ tier: null, change: 1200, accounts: 14 }],
    unclear: [],
    hidden: 0,
    retained: { accounts: 0, cost: 0 },
    ...more,
  });
  const zavu = { vendor: "Zavu", limit: "creditLimit", period: "in total", change: 1200, accounts: 14 };
  const bolna = { vendor: "Bolna", limit: "allowConcurrentCalls", period: null, change: -25, accounts: 1 };
  const section = (more: object = {}) =>
    report({ counts: { update: 1 }, budgetChange: change(more) })
      .top.split("\n\n")
      .slice(1)
      .join("\n\n");

  it("is a sum with the time for which all of it is, and what the stack comes to", () => {
    expect(section()).toBe(
      "**Approved limits: `+USD 1,200.00` in total, 14 tenants**\n\n" +
        "- `Zavu` `creditLimit`, in total: `+USD 1,200.00`, 14 accounts\n\n" +
        "The sum of the stack: `USD 1,185.00` → `USD 2,385.00`; at most `USD 2,000.00` is allowed, by the rates of the policy `budget`.",
    );
  });

  it("says of no sum that it is by the month where its parts are not alike, and has parts by tier", () => {
    const tiers = [
      { tier: "gold", change: 1200, accounts: 14 },
      { tier: null, change: -25, accounts: 1 },
      { tier: "growth", before: "starter", change: 10, accounts: 2 },
      { tier: "growth", before: null, change: 5, accounts: 1 },
    ];
    const text = section({ change: 1175, tenants: 1, limits: [zavu, bolna], tiers });
    expect(text).toMatch(/^\*\*Approved limits: `\+USD 1,175.00`, 1 tenant\*\*\n/);
    expect(text).toContain(
      "\n- `Bolna` `allowConcurrentCalls`: `−USD 25.00`, 1 account\n- tier `gold`: `+USD 1,200.00`, 14 accounts\n- no tier: `−USD 25.00`, 1 account\n- tier `starter` → tier `growth`: `+USD 10.00`, 2 accounts\n- no tier → tier `growth`: `+USD 5.00`, 1 account\n",
    );
  });

  it("names what is not known, what is secret, and what goes on outside of the stack", () => {
    const unclear = [
      { account: 'Zavu account "a"', limit: "creditLimit", before: "USD 5.00", after: "no limit" },
    ];
    const text = section({
      before: null,
      after: null,
      limits: [],
      tiers: [],
      change: 0,
      unclear,
      hidden: 2,
      retained: { accounts: 1, cost: 50 },
    });
    expect(text).toBe(
      "**Approved limits: `+USD 0.00`, and what is not known, 14 tenants**\n\n" +
        '- `Zavu account "a"`: `creditLimit` `USD 5.00` → `no limit`\n- 2 secret parts, in no number here\n\n' +
        "The sum of the stack cannot be told; at most `USD 2,000.00` is allowed, by the rates of the policy `budget`. 1 retained account may go on spending `USD 50.00`, which is in no sum any more.",
    );
  });

  it("is nothing where nothing changes", () => {
    expect(section({ limits: [], tiers: [], change: 0, tenants: 0 })).toBe("");
  });
});

function approval(more: object = {}): object {
  return {
    file: "approvals/a.yaml",
    policy: "blast-radius",
    accounts: ["tenant-1"],
    changes: ["raised"],
    until: "2026-12-04",
    reason: "new prices",
    isExpired: false,
    ...more,
  };
}

describe("a report of customers who do not pay, or leave", () => {
  it("names the accounts that are suspended and resumed, by the stop of each vendor", () => {
    const change = (path: string, from: unknown, to: unknown) => ({
      op: "update",
      changes: [{ path, from, to }],
    });
    const { top } = report({
      counts: { update: 4 },
      steps: [
        step("acme", change("status", undefined, "inactive")),
        step("acme", { vendor: "bctrl", ...change("limits.monthlyCreditLimit", 20_000, 0) }),
        step("beta", { vendor: "bolna", ...change("maxConcurrency", 0, 4) }),
        step("corvid", change("status", "inactive", undefined)),
      ],
    });
    expect(top).toContain("**Accounts suspended: 2**\n\n- `acme` at bctrl\n- `acme` at zavu\n");
    expect(top).toContain("**Accounts resumed: 2**\n\n- `beta` at bolna\n- `corvid` at zavu\n");
  });

  it("tells accounts that go by the date of their file from those that have none any more", () => {
    const urn = (type: string) => `urn:pulumi:prod::t::subaccounts:index:Tenant$${type}`;
    const type = "pulumi-nodejs:dynamic/subaccounts/zavu:SubAccount";
    const tenant = (name: string) => `urn:pulumi:prod::t::subaccounts:index:Tenant::${name}`;
    const removal = (name: string) => ({
      resourcePreEvent: {
        metadata: {
          op: "delete",
          type,
          urn: `${urn(type)}::${name}`,
          old: { id: "zv1", parent: tenant(name) },
        },
      },
    });
    const message = 'Tenant "acme": deleteAfter 2026-11-26 is over, so `up` deletes the accounts';
    const events = [
      { diagnosticEvent: { severity: "warning", urn: tenant("acme"), message } },
      removal("acme"),
      removal("beta"),
      { summaryEvent: { resourceChanges: { delete: 2 } } },
    ];
    const changes = execFileSync("node", [join(repository, "examples/gitops/scripts/changes.mjs")], {
      encoding: "utf8",
      input: events.map((event) => JSON.stringify(event)).join("\n"),
    });
    const { top } = report(JSON.parse(changes));
    expect(top).toMatch(/\*\*Accounts that no file declares any more: 1\*\*\n\n- `beta` at zavu: ended/);
    expect(top).toMatch(
      /\*\*Accounts that go by `ended.deleteAfter` of their file: 1\*\*\n\n- `acme` at zavu: ended/,
    );
  });
});
