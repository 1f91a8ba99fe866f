import { Command } from "commander";
import type { Fleet } from "../../fleet/shards/file";
import { count } from "../count";
import { type Finding, fail, note, ok, readable, report } from "../doctor/report";
import { EXIT, exitCodesLine } from "../exit-codes";
import type { Host } from "../host";
import { type FleetWishes, withFleet } from "./options";

/** `subaccounts fleet doctor`: says what is wrong with a fleet's files and stacks, and what mends it. */
export function fleetDoctorCommand(host: Host): Command {
  const command = new Command("doctor")
    .description("check the files of a fleet and its stacks; changes nothing, and calls no vendor")
    .addHelpText("after", exitCodesLine("fleet doctor"))
    .action((wishes: FleetWishes) =>
      withFleet(command, host, wishes, async (fleet) => {
        const { redactorOf } = await import("../../fleet/run/attempt.js");
        const redactor = redactorOf(host.env);
        const found = report(
          [
            { title: "The files", findings: await filesOf(fleet) },
            { title: "The stacks", findings: await stacksOf(fleet, host) },
          ],
          (text) => redactor.clean(text),
        );
        host.write(readable(found, host.paint));
        if (!found.ok) host.exit(EXIT.failed);
      }),
    );
  return command;
}

async function filesOf(fleet: Fleet): Promise<Finding[]> {
  const { checkConfigFile } = await import("../../fleet/pulumi/config-file.js");
  const { readShards } = await import("../../fleet/shards.js");
  const { wavesOf } = await import("../../fleet/run/waves.js");
  const { mapOf } = await import("../../fleet/shards.js");
  const shards = tried(() => readShards(fleet));
  const config = tried(() => checkConfigFile(fleet));
  const waves = tried(() => wavesOf(fleet, mapOf(fleet), []));
  const findings = [config, waves].flatMap((each) => (each instanceof Error ? [failOf(each)] : []));
  if (shards instanceof Error) return [failOf(shards), ...findings];
  const all = shards.reduce((sum, { tenants }) => sum + tenants.length, 0);
  const { size } = fleet.shards;
  const large = shards.filter(({ tenants }) => tenants.length > size);
  return [
    ok(`${count(shards.length, "shard")}, ${count(all, "tenant")}, each in one of them`),
    ...findings,
    ...large.map(({ name, tenants }) => {
      const isOfHash = /^[0-9a-f-]+$/.test(name);
      return note(
        `shard ${name} has ${count(tenants.length, "tenant")}, and is made for ${size}`,
        isOfHash ? `subaccounts fleet split ${name}` : "subaccounts fleet move <tenant> <another shard>",
      );
    }),
  ];
}

async function stacksOf(fleet: Fleet, host: Host): Promise<Finding[]> {
  const { examineStacks } = await import("../../fleet/move/examine.js");
  const found = await examineStacks(fleet, host.env);
  if (found instanceof Error) return [failOf(found)];
  return found.map(({ isWrong, text, mend }) =>
    mend === undefined ? ok(text) : isWrong ? fail(text, mend) : note(text, mend),
  );
}

/** A refusal, whose message says what to do. */
function failOf({ message }: Error): Finding {
  return fail(message, "correct that, and run this again");
}

function tried<T>(body: () => T): T | Error {
  try {
    return body();
  } catch (error) {
    if (error instanceof Error && error.name === "FleetError") return error;
    throw error;
  }
}
