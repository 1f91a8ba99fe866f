import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const root = resolve(__dirname, "../..");
/** What users read or copy; a fixture records what there was. */
const files = execFileSync("git", ["ls-files", "-z", ":!test", ":!package-lock.json"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\0")
  .filter((file) => /\.(md|m?ts|m?js|sh|ya?ml|json)$/.test(file));

/** Ways to have a package manager fetch one of our names from a registry, where anybody may have put anything. */
const FETCHES = [
  /\b(?:npm|pnpm|yarn|bun)(?: -\S+)* (?:install|i|add|create|exec|dlx)(?: (?:-\S+|"?@?[\w./-]+@?\S*))*? "?(?:pulumi-)?subaccounts(?:@\S*)?"?(?![\w./-])/,
  /\b(?:npx|bunx|pnpx)(?: (?!--no-install\b|--no\b)-\S+)* (?:pulumi-)?subaccounts\b/,
];

/** The lines of a text that advise so. */
function advising(text: string): string[] {
  return text.split("\n").filter((line) => FETCHES.some((way) => way.test(line)));
}

describe("until the package is published", () => {
  it("nothing tells a person to fetch its names from a registry", () => {
    expect(files.length).toBeGreaterThan(300);
    const found = files.flatMap((file) =>
      advising(readFileSync(join(root, file), "utf8")).map((line) => `${file}: ${line}`),
    );
    expect(found).toEqual([]);
  });

  it("such advice is found in any form", () => {
    const bad = [
      "npm install pulumi-subaccounts",
      "run `npm i -D pulumi-subaccounts@latest`",
      'npm install @pulumi/pulumi "pulumi-subaccounts"',
      "pnpm add pulumi-subaccounts typescript",
      "pnpm dlx subaccounts doctor",
      "npx subaccounts emulate",
      "npx --yes subaccounts",
      "npm exec subaccounts",
    ];
    const good = [
      "npm install ../pulumi-subaccounts/pulumi-subaccounts-0.3.0.tgz @pulumi/pulumi",
      "npx --no-install subaccounts doctor",
      "pnpm add <file>",
      "the command `subaccounts doctor`",
    ];
    expect(bad.filter((line) => advising(line).length === 0)).toEqual([]);
    expect(advising(good.join("\n"))).toEqual([]);
  });
});
