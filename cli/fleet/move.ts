import { Command, InvalidArgumentError } from "commander";
import type { Engine } from "../../fleet/engine/engine";
import type { Moved } from "../../fleet/move/move";
import type { Context } from "../../fleet/run/context";
import { count } from "../count";
import { exitCodesLine } from "../exit-codes";
import type { Host } from "../host";
import { type FleetWishes, resumable, withEngine } from "./options";

/** `subaccounts fleet move`: moves tenants between stacks. */
export function moveCommand(host: Host): Command {
  const command = new Command("move")
    .description("move a tenant to another shard; nothing at the vendors changes but its accounts' markers")
    .argument("[tenant]", "its externalId; default: all that are in another stack than their files say")
    .argument("[shard]", "the shard, as the map names it")
    .addHelpText("after", exitCodesLine("fleet move"))
    .action(async (tenant: string | undefined, shard: string | undefined, wishes: FleetWishes) => {
      if (tenant !== undefined && shard === undefined) {
        command.error("error: name the shard, too: subaccounts fleet move <tenant> <shard>", { exitCode: 1 });
      }
      const { moveAll, moveTenant } = await import("../../fleet/move/move.js");
      await moving(command, host, wishes, (context, engine, stop) =>
        tenant === undefined || shard === undefined
          ? moveAll(context, engine, stop)
          : moveTenant(context, engine, tenant, shard, stop),
      );
    });
  return command;
}

interface SplitWishes extends FleetWishes {
  readonly into: number;
}

/** `subaccounts fleet split`: divides a shard. */
export function splitCommand(host: Host): Command {
  const command = new Command("split")
    .description(
      "divide a shard into parts of its hash space, each a stack of its own; changes the shard map",
    )
    .argument("<shard>", "the shard, as the map names it")
    .option("--into <parts>", "2, 4, 8 or 16", partsIn, 16)
    .addHelpText("after", exitCodesLine("fleet split"))
    .action(async (shard: string, wishes: SplitWishes) => {
      const { splitShard } = await import("../../fleet/move/split.js");
      await moving(command, host, wishes, (context, engine, stop) =>
        splitShard(context, engine, shard, wishes.into, stop),
      );
    });
  return command;
}

function partsIn(text: string): number {
  if (["2", "4", "8", "16"].includes(text)) return Number(text);
  throw new InvalidArgumentError("give 2, 4, 8 or 16.");
}

async function moving(
  command: Command,
  host: Host,
  wishes: FleetWishes,
  move: (context: Context, engine: Engine, stop: AbortSignal) => Promise<Moved>,
): Promise<void> {
  await withEngine(command, host, wishes, async (context, engine, stop) => {
    await resumable(host, stop, async () => host.write(textOf(await move(context, engine, stop))));
  });
}

function textOf({ tenants, stacks, files }: Moved): string {
  if (stacks.length === 0) return "Nothing to move.\n";
  const changed = files.length === 0 ? "" : ` Commit ${files.join(" and ")}.`;
  return `Moved: ${count(tenants, "tenant")}; the previews of ${count(stacks.length, "stack")} are empty.${changed}\n`;
}
