import { existsSync, writeFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { Command } from "commander";
import type { Fleet } from "../../fleet/shards/file";
import { exitCodesLine } from "../exit-codes";
import type { Host } from "../host";
import { type FleetWishes, withFleet } from "./options";

interface InitWishes extends FleetWishes {
  readonly secretsProvider?: string;
}

/** `subaccounts fleet init`: writes the first shard map, and the configuration that all stacks share. */
export function initFleetCommand(host: Host): Command {
  const command = new Command("init")
    .description("write the first shard map and the configuration of all stacks; overwrites neither")
    .option(
      "--secrets-provider <url>",
      "what encrypts secrets, instead of a passphrase, such as awskms://alias/tenants",
    )
    .addHelpText("after", exitCodesLine("fleet init"))
    .action((wishes: InitWishes) =>
      withFleet(command, host, wishes, async (fleet) => {
        const { writeConfigFile } = await import("../../fleet/pulumi/config-file.js");
        const written = [
          await writeMap(fleet),
          await writeConfigFile(fleet, host.env, wishes.secretsProvider),
        ];
        const files = written
          .filter((file) => file !== undefined)
          .map((file) => relative(fleet.folder, file));
        host.write(
          files.length === 0 ? "Both files are there.\n" : `Written: ${files.join(", ")}. Commit them.\n`,
        );
      }),
    );
  return command;
}

/** @returns the file, or undefined where there is one: another map would move tenants between stacks */
async function writeMap(fleet: Fleet): Promise<string | undefined> {
  const { map, size } = fleet.shards;
  const file = resolve(fleet.folder, map);
  if (existsSync(file)) return undefined;
  const { readTenants } = await import("../../fleet/shards.js");
  const { firstShards } = await import("../../fleet/shards/map.js");
  const { tenants, pins } = readTenants(fleet);
  const shards = firstShards(tenants.length, size).map((name) => `"${name}"`);
  const pinned = [...new Set(pins.values())].sort();
  const lines = [
    "# Which stack has which tenant: the prefix of sha256(externalId). A changed line moves tenants between stacks.",
    `shards: [${shards.join(", ")}]`,
    ...(pinned.length > 0 ? [`pinned: [${pinned.join(", ")}]`] : []),
  ];
  writeFileSync(file, `${lines.join("\n")}\n`);
  return file;
}
