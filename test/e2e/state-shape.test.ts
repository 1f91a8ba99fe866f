import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, inject, it } from "vitest";
import { record } from "../support/recording.mts";
import { type Deployment, fixtures, programFolder } from "../support/state-fixtures.mts";

const SECRET = "4dabf18193072939515e22adb298388d";

it("the state that this version writes has the shape of the newest fixture", async () => {
  const newest = fixtures().at(-1);
  if (newest === undefined) throw new Error("no version is recorded: npm run record-state");
  const { deployment } = await record(inject("engineBinDir"), newest.folder);
  const [was, is] = [shapeOf(newest.deployment), shapeOf(deployment)];
  const [gone, added] = [without(was, is), without(is, was)];
  const message =
    `this version writes another state than ${newest.version}; if that is meant, raise the version in package.json and ` +
    "run `npm run record-state` before the release";
  expect({ gone, added }, message).toEqual({ gone: [], added: [] });
});

// Of a resource that no release has recorded yet it is the test on the real engine.
const [next, last] = [programFolder, fixtures().at(-1)?.folder ?? ""].map((folder) =>
  readFileSync(join(folder, "index.ts"), "utf8"),
);
if (next !== last) {
  it("the program of the next recording runs", async () => {
    const { deployment } = await record(inject("engineBinDir"), programFolder);
    expect(shapeOf(deployment)).not.toEqual([]);
  });
}

/** A line for each value in the state: where it is, and of which kind. */
function shapeOf({ deployment: { resources } }: Deployment): string[] {
  const owner = resources.find(({ type }) => type.endsWith("index:Owner"))?.id ?? "";
  return resources
    .filter(({ type }) => type.includes("/subaccounts/"))
    .flatMap(({ urn, type: _, id, ...rest }) =>
      kindsOf(JSON.parse(JSON.stringify(rest).replaceAll(owner, "<owner>"))).map(
        (line) => `${urn.split("subaccounts/").at(-1)}${line}`,
      ),
    )
    .sort();
}

function kindsOf(value: unknown, path = ""): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return [`${path} ${kindOf(value, path)}`];
  }
  if (SECRET in value && "plaintext" in value) {
    return kindsOf(JSON.parse(String(value.plaintext)), `${path} secret`);
  }
  return Object.entries(value).flatMap(([name, item]) => kindsOf(item, `${path}.${name}`));
}

function kindOf(value: unknown, path: string): string {
  // What states hold for years is compared to the letter, but for what is random.
  if (path.endsWith(".__nonce"))
    return String(value)
      .replace(/^[\w-]{16}(\.[^.]+)/, "<16>$1")
      .replace(/^(<16>\.[^.]+)\.[\w-]{8}/, "$1.<8>");
  if (/\.(__provider|__owner)$/.test(path)) return String(value);
  return value === null ? "null" : Array.isArray(value) ? `list of ${value.length}` : typeof value;
}

function without(lines: readonly string[], others: readonly string[]): string[] {
  return lines.filter((line) => !others.includes(line));
}
