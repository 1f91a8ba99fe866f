import { Command } from "commander";
import type { Plan } from "../../fleet/run/plan";
import { count } from "../count";
import { EXIT, exitCodesLine } from "../exit-codes";
import type { Host } from "../host";
import { jsonText } from "../json-text";
import { type FleetWishes, withEngine } from "./options";

interface PlanWishes extends FleetWishes {
  readonly all?: boolean;
  readonly json?: boolean;
}

/** `subaccounts fleet plan`: what an `up` would do, and what the policies have against it. */
export function planCommand(host: Host): Command {
  const command = new Command("plan")
    .description(
      "check all tenants by the policies that add up, and preview each changed shard; changes nothing",
    )
    .option("--all", "preview shards without a change, too")
    .option("--json", "print the plan as JSON")
    .addHelpText("after", exitCodesLine("fleet plan"))
    .action(async (wishes: PlanWishes) => {
      const { planFleet } = await import("../../fleet/run/plan.js");
      await withEngine(command, host, wishes, async (context, engine) => {
        const plan = await planFleet(context, engine, wishes.all);
        host.write(wishes.json ? jsonText(plan) : textOf(plan));
        host.exit(plan.isAllowed ? EXIT.done : EXIT.failed);
      });
    });
  return command;
}

function textOf({ shards, tenants, violations, isAllowed }: Plan): string {
  const lines = shards.flatMap(({ stack, tenants, why, counts, failed, warnings = [] }) => {
    const changes = Object.entries(counts ?? {}).filter(([what]) => what !== "unchanged");
    const does = changes.map(([what, number]) => `${number} to be ${what}`).join(", ");
    const made = counts === undefined ? "its stack is made by the up" : does || "no changes";
    return [
      `${stack} (${why}, ${count(tenants, "tenant")}): ${made}`,
      ...failed.map(({ externalId, message }) => `  ${externalId}: ${message}`),
      ...warnings.map((text) => `  warning: ${text}`),
    ];
  });
  const refusals = violations.map(({ policy, level, message }) => `${policy} (${level}): ${message}`);
  const sum = `${count(shards.length, "shard")} of a fleet of ${count(tenants, "tenant")}`;
  const end = isAllowed ? `An up would work on ${sum}.` : `An up of ${sum} would be refused or fail.`;
  return `${[...lines, ...refusals, shards.length === 0 && isAllowed ? "Nothing to do." : end].join("\n")}\n`;
}
