import { randomUUID } from "node:crypto";
import type { Engine } from "../engine/engine";
import { endlessLease } from "../engine/lease";
import { FleetError } from "../fleet-error";
import type { Attempt } from "../run/locks";
import type { Holder } from "../run/shard-up";

/** @throws FleetError where machines share the engine: one of them could run a stack meanwhile */
export function refuseShared({ isShared }: Engine): void {
  if (!isShared) return;
  throw new FleetError(
    "stacks are moved, split and cleaned by one machine that has the fleet to itself: stop the workers, take engine out of fleet.yaml, run this, and put it back",
  );
}

/** The hold on a stack of a process that has the fleet to itself. @throws FleetError */
export async function holdOf(engine: Engine, stack: string, stop: AbortSignal): Promise<Holder> {
  refuseShared(engine);
  const claim = {
    job: { run: "move", stack },
    id: randomUUID(),
    lease: endlessLease(),
    save: engine.save.bind(engine),
  };
  return { engine, claim, earlier: await engine.records<Attempt>("attempt", `${stack}/`), stop };
}
