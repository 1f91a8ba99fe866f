import { inThisProcess, type StartProvider } from "./provider-calls.mts";
import { callsOf } from "./row.mts";
import type { Scenario } from "./scenarios.mts";
import { StandIn } from "./stand-in.mts";

/** A scenario and the calls that it makes when nothing goes wrong. */
export interface Planned {
  readonly scenario: Scenario;
  readonly calls: readonly string[];
}

/** Counts the calls of an operation in a quiet run. How many reads there are depends on who makes them, and how fast. */
export async function plan(scenario: Scenario, provider: StartProvider = inThisProcess): Promise<Planned> {
  return { scenario, calls: await callsOf(async (env) => new StandIn(env, provider), scenario) };
}
