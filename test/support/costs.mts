import { relative } from "node:path";
import type { Reporter, TestModule } from "vitest/node";
import type {} from "./cli-calls.mts";

/** Files that are quicker are one line together. */
const LISTED_SECONDS = 5;

interface Cost {
  readonly file: string;
  readonly tier: string;
  readonly seconds: number;
  readonly calls: number;
  readonly callSeconds: number;
}

/** Prints what a run cost: the seconds of each slow test file, and its calls of the Pulumi CLI. */
export default class Costs implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const costs = modules.map(costOf).sort((one, other) => other.seconds - one.seconds);
    const listed = costs.filter(({ seconds }) => seconds >= LISTED_SECONDS);
    const tiers = [...new Set(costs.map(({ tier }) => tier))].map((tier) =>
      sum(
        `tier ${tier}`,
        costs.filter((cost) => cost.tier === tier),
      ),
    );
    console.log(["seconds  CLI calls (their seconds)", ...[...listed, ...tiers].map(line)].join("\n"));
  }
}

function costOf(module: TestModule): Cost {
  const { setupDuration, collectDuration, duration } = module.diagnostic();
  const { calls = 0, seconds: callSeconds = 0 } = module.meta().cli ?? {};
  return {
    file: relative(process.cwd(), module.moduleId),
    tier: module.project.name,
    seconds: (setupDuration + collectDuration + duration) / 1000,
    calls,
    callSeconds,
  };
}

function sum(file: string, costs: readonly Cost[]): Cost {
  const total = (pick: (cost: Cost) => number) => costs.reduce((all, cost) => all + pick(cost), 0);
  return {
    file,
    tier: "",
    seconds: total(({ seconds }) => seconds),
    calls: total(({ calls }) => calls),
    callSeconds: total((cost) => cost.callSeconds),
  };
}

function line({ file, seconds, calls, callSeconds }: Cost): string {
  const cli =
    calls > 0 ? `${calls}`.padStart(9) + `(${callSeconds.toFixed(0)})`.padStart(16) : " ".repeat(25);
  return `${seconds.toFixed(1).padStart(7)}${cli}  ${file}`;
}
