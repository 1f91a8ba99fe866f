import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Description } from "../provider/core/contract/description.ts";
import type { Product } from "./reference.mts";
import { classSource } from "./sdk-class.mts";
import { fileOf, handlersSource, packageIndex, tenantVendors, vendorIndex } from "./sdk-index.mts";
import { lookupsSource } from "./sdk-lookups.mts";

/** The generated sources of `sdk/` and the exports of `provider/`, by their path from the root. */
export function sources(root: string, { vendors, lookups }: Product): Map<string, string> {
  const files = new Map<string, string>();
  for (const [name, { vendor, ...resources }] of Object.entries(vendors)) {
    const { [name]: found } = lookups;
    if (found === undefined) throw new Error(`provider/lookups.ts has no ${name}`);
    const descriptions = Object.entries(resources).map(([kind, { description }]): [string, Description] => [
      kind,
      description,
    ]);
    for (const [kind, description] of descriptions) {
      files.set(`sdk/${name}/${fileOf(kind)}.ts`, classSource(name, kind, description));
    }
    const account: Description = resources.SubAccount.description;
    files.set(`sdk/${name}/lookups.ts`, lookupsSource(name, vendor.title, found.description, account));
    files.set(`sdk/${name}/index.ts`, vendorIndex(Object.fromEntries(descriptions), found.description));
  }
  const kinds = Object.entries(vendors).map(
    ([name, { vendor: _, ...resources }]) => [name, Object.keys(resources)] as const,
  );
  files.set("provider/index.ts", handlersSource(Object.fromEntries(kinds)));
  const titles = Object.entries(vendors).map(([name, { vendor }]) => [name, vendor.title] as const);
  files.set("sdk/index.ts", packageIndex(Object.fromEntries(titles)));
  const secretArguments = Object.values(vendors).flatMap(({ SubAccount: { description } }) =>
    Object.entries(description.args).flatMap(([name, field]) => ("secret" in field ? [name] : [])),
  );
  const named = Object.entries(vendors).filter(([, { ApiKey }]) => "name" in ApiKey.description.args);
  const identified = Object.entries(vendors).filter(
    ([
      ,
      {
        SubAccount: { description },
      },
    ]) => {
      const { externalId } = description.args;
      return externalId !== undefined && "readable" in externalId && externalId.readable;
    },
  );
  files.set(
    "sdk/tenant/vendors.ts",
    tenantVendors(
      Object.keys(vendors),
      secretArguments,
      named.map(([name]) => name),
      identified.map(([name]) => name),
    ),
  );
  return formatted(root, files);
}

/** Has Biome format the sources, by the configuration of this repository. */
function formatted(root: string, files: ReadonlyMap<string, string>): Map<string, string> {
  const folder = mkdtempSync(join(tmpdir(), "generated-"));
  try {
    for (const [file, text] of files) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    }
    const biome = join(root, "node_modules/@biomejs/biome/bin/biome");
    const args = [
      biome,
      "check",
      "--write",
      "--vcs-enabled=false",
      `--config-path=${root}`,
      "--linter-enabled=false",
      folder,
    ];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", cwd: folder });
    if (status !== 0) throw new Error(`Biome could not format the generated sources: ${stderr}`);
    return new Map([...files.keys()].map((file) => [file, readFileSync(join(folder, file), "utf8")]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
