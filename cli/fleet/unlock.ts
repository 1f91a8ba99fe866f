import { Command } from "commander";
import { exitCodesLine } from "../exit-codes";
import type { Host } from "../host";
import { type FleetWishes, withEngine } from "./options";

interface UnlockWishes extends FleetWishes {
  readonly yes?: boolean;
}

/** `subaccounts fleet unlock`: releases a lock that no run of the fleet explains. */
export function unlockCommand(host: Host): Command {
  const command = new Command("unlock")
    .description("tell whose lock is on the state of a shard, and release it: for locks that up leaves alone")
    .argument("<shard>", "its name in the shard map")
    .option("--yes", "release it: its process has ended, of which nobody but you can be sure")
    .addHelpText("after", exitCodesLine("fleet unlock"))
    .action(async (shard: string, { yes = false, ...wishes }: UnlockWishes) => {
      const { unlockShard } = await import("../../fleet/run/unlock.js");
      await withEngine(
        command,
        host,
        wishes,
        async (context, engine) => {
          for (const line of await unlockShard(context, engine, shard, yes)) host.write(`${line}\n`);
        },
        false,
      );
    });
  return command;
}
