import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PolicyResource } from "@pulumi/policy";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { blastRadius, noHardDelete } from "../../../policy";
import { account, resource, secret, UNKNOWN, violations } from "./support";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "subaccounts-baseline-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
  vi.unstubAllEnvs();
});

/** A file as `pulumi stack export` writes it. */
function baseline(resources: object[] | undefined, text?: string): string {
  const file = join(folder, "baseline.json");
  writeFileSync(file, text ?? JSON.stringify({ version: 3, deployment: { manifest: {}, resources } }));
  return file;
}
const inState = ({ type, urn, name, props }: PolicyResource, more: object = {}) => ({
  type,
  urn,
  id: `id-of-${name}`,
  custom: true,
  outputs: { ...props },
  ...more,
});
const zavu = (name: string, creditLimit?: unknown, options: Parameters<typeof account>[2] = {}) =>
  account(
    "zavu",
    { name, externalId: `tenant-${name}`, ...(creditLimit !== undefined && { creditLimit }) },
    { name, ...options },
  );
const ten = Array.from({ length: 10 }, (_, index) => zavu(`t${index}`, 100));

describe("blast-radius", () => {
  const check = (resources: PolicyResource[], before: object[] | undefined, config = {}) =>
    violations(blastRadius, resources, { baseline: baseline(before), ...config });

  it("lets one run delete or raise as many accounts as are allowed, and says which are too many", () => {
    const before = ten.map((each) => inState(each));
    expect(check(ten, before)).toEqual([]);
    expect(check(ten.slice(1), before)).toEqual([]);
    expect(check([zavu("t1", 101), ...ten.slice(2)], before)).toEqual([
      'this run deletes or raises 2 of 10 accounts; at most 1 (10 %, and 1 in any case) are allowed at once. deleted: Zavu account "t0" (externalId "tenant-t0"). raised: Zavu account "t1" (externalId "tenant-t1"). Do it in several runs, or let more be allowed for this one',
    ]);
    expect(check(ten.slice(2), before, { percent: 20 })).toEqual([]);
    expect(check(ten.slice(1), before, { percent: 5, always: 0 })).toHaveLength(1);
  });

  it("takes a limit for raised that is higher, gone, or not known yet", () => {
    const before = [inState(zavu("t0", 100))];
    for (const now of [101, null, undefined, UNKNOWN.number]) {
      expect(check([zavu("t0", now)], before, { always: 0 })).toHaveLength(1);
    }
    for (const now of [100, 99]) expect(check([zavu("t0", now)], before, { always: 0 })).toEqual([]);
    for (const had of [null, undefined]) {
      expect(check([zavu("t0", 5)], [inState(zavu("t0", had))], { always: 0 })).toEqual([]);
    }
    const encrypted = inState(zavu("t0"), { outputs: { creditLimit: secret("v1:abc") } });
    expect(check([zavu("t0", 100)], [encrypted], { always: 0 })).toHaveLength(1);
  });

  it("does not take an account for deleted that moved, was adopted elsewhere, or stays at the vendor", () => {
    const before = [inState(zavu("old", 100))];
    const moved = zavu("new", 100, { aliases: [zavu("old").urn] });
    const adopted = account("zavu", { adopt: "id-of-old", creditLimit: 100 }, { name: "new" });
    const plugin = zavu("old", 100, { isPlugin: true, aliases: [zavu("old").urn] });
    for (const now of [moved, adopted, plugin]) expect(check([now], before, { always: 0 })).toEqual([]);
    const retained = account("zavu", { deletionPolicy: "retain" });
    for (const kept of [inState(retained), inState(zavu("a"), { retainOnDelete: true })]) {
      expect(check([zavu("b")], [kept], { always: 0 })).toEqual([]);
    }
    expect(check([zavu("b")], [inState(zavu("a"), { delete: true })], { always: 0 })).toEqual([]);
    expect(check([zavu("b")], before, { always: 0 })).toHaveLength(1);
  });

  it("counts an alias as the engine does: not for an account that was there by itself", () => {
    const before = [inState(zavu("a", 100)), inState(zavu("b", 100))];
    const both = zavu("b", 100, { aliases: [zavu("a").urn] });
    expect(check([both], before, { always: 0 })).toEqual([
      expect.stringContaining("deletes or raises 1 of 2 accounts"),
    ]);
  });

  it("does not count other resources, nor accounts that are new", () => {
    const key = resource("pulumi-nodejs:dynamic/subaccounts/zavu:ApiKey", {});
    expect(check([zavu("new")], [inState(key)], { always: 0 })).toEqual([]);
    expect(check(ten, undefined, { always: 0 })).toEqual([]);
  });

  it("does not pass without a baseline, and says how to make one", () => {
    expect(violations(blastRadius, ten)).toEqual([
      "nobody can know what this run deletes or raises without the state before it. Run pulumi stack export --file <file> before, and name the file in the policy's baseline or in SUBACCOUNTS_BASELINE",
    ]);
    vi.stubEnv("SUBACCOUNTS_BASELINE", baseline(ten.map((each) => inState(each))));
    expect(violations(blastRadius, ten)).toEqual([]);
    expect(violations(blastRadius, ten.slice(2))).toHaveLength(1);
  });

  it("does not pass with a baseline that is none, or another stack's", () => {
    const of = (file: string) => violations(blastRadius, ten, { baseline: file });
    expect(of(join(folder, "no-such-file"))).toEqual([expect.stringContaining("cannot be read (ENOENT)")]);
    expect(of(baseline(undefined, 'canary {"'))).toEqual([
      expect.stringContaining("cannot be read (it is no JSON)"),
    ]);
    for (const text of ["null", "[]", '{"resources":[]}']) {
      expect(of(baseline(undefined, text))).toEqual([expect.stringContaining("is no exported state")]);
    }
    const other = inState(zavu("t0", 100, { stack: "prod" }));
    expect(check(ten, [other])).toEqual([
      "the baseline is of stack prod of project test, and this run is of stack dev of project test. Export the state of this one",
    ]);
  });
});

describe("no-hard-delete", () => {
  const bolna = (deletionPolicy: unknown) =>
    account("bolna", { name: "Acme", externalId: "tenant-acme", allowConcurrentCalls: 1, deletionPolicy });
  const check = (resources: PolicyResource[], before: object[], config = {}) =>
    violations(noHardDelete, resources, { baseline: baseline(before), ...config });

  it("reports an account that is declared to be erased once its resource is gone", () => {
    expect(check([bolna("delete")], [])).toEqual([
      'Bolna account "acme" (externalId "tenant-acme"): deletionPolicy "delete" lets Bolna end the account for ever once its resource is gone. Declare "retain", or add it to the approved ones',
    ]);
    expect(check([bolna("retain")], [])).toEqual([]);
    expect(check([bolna(UNKNOWN.text)], [])).toEqual([
      expect.stringContaining("deletionPolicy is not known yet"),
    ]);
  });

  it("takes what is absent for the vendor's default, and counts as hard what is configured", () => {
    const gentle = [account("zavu", {}), account("bctrl", {})];
    expect(check(gentle, [])).toEqual([]);
    expect(check(gentle, [], { hard: ["archive"] })).toEqual([
      expect.stringContaining('bctrl account "acme": deletionPolicy "archive"'),
    ]);
  });

  it("reports an account that this run erases, by the policy that the state has", () => {
    expect(check([], [inState(bolna("delete"))])).toEqual([
      'Bolna account "acme" (externalId "tenant-acme"): this run removes its resource, upon which Bolna ends the account for ever. Put its resource back, or set deletionPolicy "retain" and run up before it is removed, or add it to the approved ones',
    ]);
    expect(check([], [inState(bolna("retain"))])).toEqual([]);
    expect(check([], [inState(zavu("acme"))])).toEqual([]);
    expect(check([], [inState(bolna(secret("v1:abc")))])).toHaveLength(1);
  });

  it("passes what is approved by externalId, logical name or URN", () => {
    for (const name of ["tenant-acme", "acme", bolna("delete").urn]) {
      expect(check([bolna("delete")], [], { approved: [name] })).toEqual([]);
      expect(check([], [inState(bolna("delete"))], { approved: [name] })).toEqual([]);
    }
    expect(check([bolna("delete")], [], { approved: ["other"] })).toHaveLength(1);
  });

  it("does not pass without a baseline", () => {
    expect(violations(noHardDelete, [bolna("retain")])).toEqual([
      expect.stringMatching(/^nobody can know what this run deletes/),
    ]);
  });
});
