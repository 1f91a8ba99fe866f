import { randomUUID } from "node:crypto";
import { sideBySide } from "../../provider/core/base/side-by-side";
import { FleetError } from "../fleet-error";
import { StateEdits } from "../pulumi/state-edits";
import type { Context, Target } from "../run/context";
import type { MovedRecord } from "../run/records";
import { keep, upShard } from "../run/shard-up";
import type { Displaced } from "./displaced";
import { unexpectedIn } from "./gate";
import type { Hold } from "./hold";
import { isSame, type StateTenant, tenantsIn } from "./tenants";

/** Tenants that one command moves: the command line of 100 has 20 kB. */
const BATCH = 100;

/** A refusal after which the states are as they were. */
export class MovedBackError extends FleetError {}

/** Moves tenants between stacks of a fleet that are claimed for it. */
export class Relocation {
  readonly #context: Context;
  readonly #hold: Hold;
  readonly #edits: StateEdits;
  readonly #targets: ReadonlyMap<string, Target>;

  constructor(context: Context, hold: Hold) {
    this.#context = context;
    this.#hold = hold;
    this.#edits = new StateEdits(context.fleet, context.env);
    this.#targets = new Map(context.targets.map((target) => [target.stack, target]));
  }

  /**
   * Moves the states of tenants, has each stack that got some write its marker to their accounts, and proves by previews that
   * nothing else changes. Whatever it finds done is left.
   *
   * @param further stacks of a move that was killed: what is left of it is done
   * @throws MovedBackError where a preview shows more than markers
   */
  async run(displaced: readonly Displaced[], further: readonly string[]): Promise<void> {
    const stacks = [...new Set([...displaced.flatMap(({ from, to }) => [from, to]), ...further])];
    for (const stack of stacks) await this.#begin(stack);
    await this.#note(stacks, false);
    for (const [from, to, ids] of byWay(displaced)) await this.#move(from, to, ids);
    const mapped = stacks.filter((stack) => this.#targets.has(stack));
    await this.#refuseOtherChanges(mapped, stacks);
    await this.#note(stacks, true);
    await sideBySide(this.#context.fleet.parallel.machine, mapped, (stack) => this.#up(stack));
    for (const stack of stacks.filter((each) => !this.#targets.has(each))) await this.#tag(stack, "none");
    await this.#prove(mapped);
  }

  /** Makes a stack that there is not, and marks that it has other tenants than its tag says. */
  async #begin(stack: string): Promise<void> {
    this.#hold.refuseEnded();
    const { stacks } = this.#context;
    const kept = await stacks.kept(stack);
    if (kept === undefined) await stacks.init(stack);
    // An `up` that was killed is taken up with what it needs for that.
    if (kept?.state !== "running") await this.#tag(stack, "moving");
  }

  /** Tells runs that began before the states were moved, and know the tenants by the files of then, to leave the stacks alone. */
  async #note(stacks: readonly string[], isOver: boolean): Promise<void> {
    const id = randomUUID();
    for (const stack of stacks) {
      const record: MovedRecord = { stack, id, isOver };
      await this.#hold.of(stack).claim.save("moved", stack, record);
    }
  }

  async #tag(stack: string, state: "moving" | "none"): Promise<void> {
    const tenants = this.#targets.get(stack)?.tenants ?? [];
    await keep(this.#context, this.#hold.of(stack), { stack, tenants }, { state });
  }

  async #move(from: string, to: string, ids: ReadonlySet<string>): Promise<void> {
    const [source, dest] = [await this.#tenants(from), await this.#tenants(to)];
    const wanted = [...source.values()].filter(({ externalId }) => ids.has(externalId));
    const there = wanted.filter(({ externalId }) => dest.has(externalId));
    for (const tenant of there) {
      const other = dest.get(tenant.externalId);
      if (other && isSame(tenant, other)) continue;
      throw new FleetError(
        `tenant ${tenant.externalId} is in the states of ${from} and ${to} with different accounts: look at both with pulumi stack export, and take the wrong one out with pulumi state delete`,
      );
    }
    const claims = this.#hold.editing(this.#context, [from, to]);
    // A move that was killed after the first of its two saves.
    this.#hold.refuseEnded();
    await this.#edits.forget(
      from,
      there.map(({ urn }) => urn),
      claims,
    );
    const left = wanted.filter(({ externalId }) => !dest.has(externalId));
    for (let index = 0; index < left.length; index += BATCH) {
      this.#hold.refuseEnded();
      const urns = left.slice(index, index + BATCH).map(({ urn }) => urn);
      await this.#edits.move(from, to, urns, claims);
    }
    await this.#check(from, to, wanted);
    this.#context.log(`${wanted.length} moved from ${from} to ${to}`);
  }

  /** @throws FleetError where a tenant is not in its new state alone, with all that it had */
  async #check(from: string, to: string, wanted: readonly StateTenant[]): Promise<void> {
    const [source, dest] = [await this.#tenants(from), await this.#tenants(to)];
    const lost = wanted.find((tenant) => {
      const now = dest.get(tenant.externalId);
      return source.has(tenant.externalId) || now === undefined || !isSame(tenant, now);
    });
    if (lost === undefined) return;
    throw new FleetError(
      `tenant ${lost.externalId} is not in the state of ${to} alone after its move from ${from}: run the command again, and look at both with pulumi stack export`,
    );
  }

  async #tenants(stack: string): Promise<Map<string, StateTenant>> {
    const tenants = tenantsIn(await this.#context.stacks.resources(stack));
    return new Map(tenants.map((tenant) => [tenant.externalId, tenant]));
  }

  /**
   * Where a preview shows more than markers, the states go back: nothing was sent to a vendor yet, so each account is still of
   * the stack that its state names as its owner, also in a move that was taken up.
   */
  async #refuseOtherChanges(mapped: readonly string[], all: readonly string[]): Promise<void> {
    const problem = await this.#firstProblem(mapped, false);
    if (problem === undefined) return;
    const back: Displaced[] = [];
    for (const stack of mapped) {
      for (const { externalId, ownerStack } of (await this.#tenants(stack)).values()) {
        const isOther = ownerStack !== undefined && ownerStack !== stack && all.includes(ownerStack);
        if (isOther) back.push({ externalId, from: stack, to: ownerStack });
      }
    }
    for (const [from, to, ids] of byWay(back)) await this.#move(from, to, ids);
    for (const stack of all) {
      const kept = await this.#context.stacks.kept(stack);
      if (kept?.state === "moving") await this.#tag(stack, "none");
    }
    await this.#note(all, true);
    throw new MovedBackError(problem);
  }

  async #prove(mapped: readonly string[]): Promise<void> {
    const problem = await this.#firstProblem(mapped, true);
    if (problem === undefined) return;
    throw new FleetError(
      `the tenants are moved, and their accounts belong to their new stack, but ${problem}`,
    );
  }

  async #firstProblem(stacks: readonly string[], isDone: boolean): Promise<string | undefined> {
    const { fleet, redactor } = this.#context;
    const problems = await sideBySide(fleet.parallel.machine, stacks, async (stack) => {
      this.#hold.refuseEnded();
      const preview = await this.#context.stacks.preview(stack, { interrupt: this.#hold.ended });
      const what = unexpectedIn(preview, isDone);
      return what && `a preview of ${stack} shows a change: ${redactor.clean(what)}`;
    });
    this.#hold.refuseEnded();
    return problems.find((problem) => problem !== undefined);
  }

  async #up(stack: string): Promise<void> {
    this.#hold.refuseEnded();
    const target = this.#targets.get(stack);
    if (target === undefined) return;
    const { result, failed } = await upShard(this.#context, this.#hold.of(stack), target, async () => true);
    if (result === "succeeded") return;
    const [first] = failed;
    throw new FleetError(
      `the states are moved, and the up of ${stack} that writes its marker failed (${first?.externalId}: ${first?.message}): run the command again`,
    );
  }
}

/** The tenants of each way from one stack to another. */
function byWay(displaced: readonly Displaced[]): [from: string, to: string, ids: Set<string>][] {
  const ways = new Map<string, [string, string, Set<string>]>();
  for (const { externalId, from, to } of displaced) {
    const way = ways.get(`${from} ${to}`) ?? [from, to, new Set<string>()];
    way[2].add(externalId);
    ways.set(`${from} ${to}`, way);
  }
  return [...ways.values()];
}
