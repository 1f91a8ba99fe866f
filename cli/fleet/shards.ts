import { Command } from "commander";
import type { Fleet } from "../../fleet/shards/file";
import { count } from "../count";
import { exitCodesLine } from "../exit-codes";
import type { Host } from "../host";
import { type FleetWishes, withFleet } from "./options";

/** A shard with so many times the tenants that it is made for is to be split. */
const TOO_MANY = 1.5;

/** `subaccounts fleet shards`: lists the shards of the map with their tenants. */
export function shardsCommand(host: Host): Command {
  const command = new Command("shards")
    .description("list the shards and how many tenants each has; calls neither Pulumi nor a vendor")
    .addHelpText("after", exitCodesLine("fleet shards"))
    .action((wishes: FleetWishes) =>
      withFleet(command, host, wishes, async (fleet) => host.write(await table(fleet))),
    );
  return command;
}

async function table(fleet: Fleet): Promise<string> {
  const { readShards } = await import("../../fleet/shards.js");
  const { stackOf } = await import("../../fleet/shards/file.js");
  const shards = readShards(fleet);
  const rows = shards.map(({ name, tenants }) => {
    const note =
      tenants.length > fleet.shards.size * TOO_MANY ? `  more than ${fleet.shards.size}: split it` : "";
    return `${stackOf(fleet, name).padEnd(24)} ${count(tenants.length, "tenant")}${note}`;
  });
  const all = shards.reduce((sum, { tenants }) => sum + tenants.length, 0);
  return `${[...rows, `${count(shards.length, "shard")}, ${count(all, "tenant")}`].join("\n")}\n`;
}
