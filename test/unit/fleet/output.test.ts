import { describe, expect, it } from "vitest";
import { driftedIn, dueOf, readOutcome, redactorOf } from "../../../fleet/run/attempt";

const ACCOUNT = "pulumi-nodejs:dynamic/subaccounts/zavu:SubAccount";
const tenants = ["tenant-a", "tenant-a-b", "tenant-c"].map((externalId) => ({ externalId, values: {} }));
const outcome = (text: string, code: number | undefined = 255) =>
  readOutcome(
    { code, stdout: text, lines: text.split("\n") },
    { tenants },
    redactorOf({ ZAVUDEV_API_KEY: "zv_live_key_of_the_parent_000000000" }),
  );
const failed = (text: string) =>
  outcome(text).failed.map(({ externalId, message }) => `${externalId}: ${message}`);

describe("what Pulumi printed", () => {
  it("has the counts of an up", () => {
    const text =
      "Updating (prod-0):\n +  x:y z created (0s)\nResources:\n    + 14 created\n    ~ 2 updated\n    - 1 deleted\n    17 changes. 3 unchanged\n\nDuration: 2s";
    expect(outcome(text, 0)).toEqual({
      counts: { created: 14, updated: 2, deleted: 1, unchanged: 3 },
      failed: [],
    });
  });

  it("has the counts of a preview", () => {
    expect(
      outcome("Resources:\n    + 1 to create\n    ~ 2 to update\n    +-1 to replace\n    5 unchanged", 0)
        .counts,
    ).toEqual({
      created: 1,
      updated: 2,
      replaced: 1,
      unchanged: 5,
    });
  });

  it("names each tenant with a resource that failed, once, by the longest name that fits", () => {
    const text = `Diagnostics:\n  ${ACCOUNT} (tenant-a):\n    error: Zavu refused\n    error: again\n  pulumi-nodejs:dynamic/subaccounts/zavu:ApiKey (tenant-a-b-backend):\n    error: no key\n  pulumi:pulumi:Stack (t-prod-0):\n    error: update failed\n`;
    expect(failed(text)).toEqual(["tenant-a: Zavu refused", "tenant-a-b: no key"]);
  });

  it("makes all tenants fail where it cannot be told which did", () => {
    const program =
      "Diagnostics:\n  pulumi:pulumi:Stack (t-prod-0):\n    error: update failed\n    error: thisShard: no\n";
    expect(failed(program)).toEqual(tenants.map(({ externalId }) => `${externalId}: thisShard: no`));
    expect(failed("error: no stack named 'prod-0' found")).toHaveLength(3);
    expect(failed("")).toEqual(tenants.map(({ externalId }) => `${externalId}: it says nothing`));
  });

  it("makes all tenants fail with what their accounts depend on", () => {
    const text =
      "Diagnostics:\n  pulumi-nodejs:dynamic/subaccounts/index:Owner (pulumi-subaccounts):\n    error: error reading from server: EOF\n";
    expect(failed(text)).toEqual(
      tenants.map(({ externalId }) => `${externalId}: error reading from server: EOF`),
    );
  });

  it("has the warnings, each once and so many as can be read", () => {
    const text = (warnings: readonly string[]) =>
      [
        "Diagnostics:",
        "  pulumi:pulumi:Stack (t-prod-0):",
        ...warnings.map((each) => `    warning: ${each}`),
      ].join("\n");
    expect(outcome(text(["one", "two zv_live_key_of_the_parent_000000000", "one"]), 0).warnings).toEqual([
      "one",
      "two [secret]",
    ]);
    const many = Array.from({ length: 60 }, (_, index) => `number ${index}`);
    expect(outcome(text(many), 0).warnings).toHaveLength(51);
    expect(outcome(text(many), 0).warnings?.at(-1)).toBe("and 10 more");
  });

  it("loses keys on its way into a record", () => {
    const text = `Diagnostics:\n  ${ACCOUNT} (tenant-a):\n    error: refused zv_live_key_of_the_parent_000000000\n`;
    expect(failed(text)[0]).not.toContain("zv_live_key");
  });
});

it("drift is told by tenant, with the fields that differ", () => {
  const of = "pulumi-nodejs:dynamic/subaccounts/zavu";
  const lines = [
    ` ~  ${of}:SubAccount tenant-c refreshing `,
    `    ${of}:SubAccount tenant-c  `,
    ` ~  ${of}:SubAccount tenant-a update [diff: ~creditLimit,name]`,
    ` -  ${of}:ApiKey tenant-a-b-backend delete `,
    ` ~  ${of}:SubAccount tenant-c update `,
    "    ~ 1 to update",
  ];
  expect(driftedIn(lines, { tenants })).toEqual([
    { externalId: "tenant-a", message: "zavu:SubAccount differs (~creditLimit,name)" },
    { externalId: "tenant-a-b", message: "zavu:ApiKey is gone" },
    {
      externalId: "tenant-c",
      message:
        "zavu:SubAccount differs in no argument: its status, its marker or another output is not as in the state",
    },
  ]);
});

it("a shard is due when the first of its keys rotates by its age, or ends after an overlap", () => {
  const key = { type: "k", urn: "u" };
  const rotates = { ...key, inputs: { rotateAfterDays: 2 }, outputs: { createdAt: "2026-11-01T00:00:00Z" } };
  const ends = { ...key, outputs: { previousRevokeAt: "2026-11-02T00:00:00Z" } };
  const earlier = { ...key, outputs: { earlierKeys: [{ keyId: "k", revokeAt: "2026-11-01T12:00:00Z" }] } };
  expect([dueOf([]), dueOf([key, rotates]), dueOf([rotates, ends]), dueOf([ends, earlier])]).toEqual([
    undefined,
    Date.parse("2026-11-03"),
    Date.parse("2026-11-02"),
    Date.parse("2026-11-01T12:00:00Z"),
  ]);
});
