import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const example = resolve(__dirname, "../../examples/gitops");
const lines = readFileSync(join(example, "CODEOWNERS"), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => line.split(/\s+/));
const files = execFileSync("git", ["ls-files"], { cwd: example, encoding: "utf8" }).trim().split("\n");

/** The owners of a file, by the last line that matches, as GitHub and GitLab read them. */
function ownersOf(file: string): string[] {
  const matches = ([pattern = ""]: string[]) =>
    pattern === "*" || (pattern.endsWith("/") ? `/${file}`.startsWith(pattern) : `/${file}` === pattern);
  return lines.findLast(matches)?.slice(1) ?? [];
}

describe("CODEOWNERS of examples/gitops", () => {
  it("names paths that are there, from the root, each with an owner", () => {
    for (const [pattern = "", ...owners] of lines) {
      expect(pattern).toMatch(/^\*$|^\/[\w./-]+$/);
      if (pattern !== "*") expect(existsSync(join(example, pattern)), pattern).toBe(true);
      expect(owners).toEqual([expect.stringMatching(/^@acme\/\w+$/)]);
    }
    expect(new Set(lines.map(([pattern]) => pattern)).size).toBe(lines.length);
  });

  it("asks finance for money, support for customers, and platform for the rest", () => {
    const of = (owner: string) => files.filter((file) => ownersOf(file).includes(owner));
    expect(of("@acme/finance").sort()).toEqual(["policy/policy-config.json", "tiers.yaml"]);
    expect(of("@acme/support")).toEqual(files.filter((file) => file.startsWith("tenants/")));
    const rest = files.filter((file) => !/^(tenants\/|tiers\.yaml|policy\/policy-config\.json)/.test(file));
    expect(of("@acme/platform")).toEqual(rest);
  });
});
