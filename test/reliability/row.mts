import { type Emulator, startEmulator } from "pulumi-subaccounts/emulator";
import { realTimeEnvironmentOf } from "../support/environment.mts";
import { handleOf, seedInUse, subjectOf } from "../vendors/index.mts";
import type { Declaration } from "./declarations.mts";
import { type Disturbance, faultOf, LAG_READS } from "./disturbances.mts";
import { adoptLine, failed, type Outcome, outcome, type Way } from "./outcome.mts";
import type { Scenario } from "./scenarios.mts";
import type { Operation, Stack } from "./stack.mts";
import { accountsInUse, callOf } from "./vendors.mts";
import { type Outputs, verify } from "./verify.mts";

/** One call of an operation, counted from 0 among the calls to its vendor. */
export interface Hit {
  readonly call: number;
  /** Counts the calls of this method alone: how many others there are may differ from run to run. */
  readonly method?: string;
  readonly disturbance: Disturbance;
  /** Whether the stack is destroyed in the end, after which nothing may be left. */
  readonly destroy?: boolean;
}

/** Opens a stack with this environment. */
export type Open = (env: Record<string, string>) => Promise<Stack>;

/** The calls of an operation when nothing goes wrong. */
export function callsOf(open: Open, scenario: Scenario): Promise<string[]> {
  return Row.with(open, scenario, (row) => row.calls());
}

/** Runs an operation, disturbs it, repairs it as a user would, and looks at what is left. */
export async function disturb(open: Open, scenario: Scenario, hit: Hit): Promise<Outcome> {
  try {
    return await Row.with(open, scenario, (row) => row.disturbed(hit));
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error));
  }
}

class Row {
  readonly #scenario: Scenario;
  readonly #emulator: Emulator;
  readonly #stack: Stack;
  #program: readonly Declaration[] = [];
  /** Keys that somebody has, and that no declaration is about. */
  #inUse: readonly string[] = [];
  /** What the stack gave out before the operation. */
  #delivered: Outputs = {};

  private constructor(scenario: Scenario, emulator: Emulator, stack: Stack) {
    this.#scenario = scenario;
    this.#emulator = emulator;
    this.#stack = stack;
  }

  /** Makes the stack as it is before the operation, gives it to `body`, and takes everything away. */
  static async with<T>(open: Open, scenario: Scenario, body: (row: Row) => Promise<T>): Promise<T> {
    const emulator = await startEmulator();
    try {
      const { vendor, version } = scenario;
      const versions = version === undefined ? {} : { [`${vendor.toUpperCase()}_API_VERSION`]: version };
      const stack = await open({ ...realTimeEnvironmentOf(emulator), ...versions });
      try {
        const row = new Row(scenario, emulator, stack);
        await row.#prepare();
        return await body(row);
      } finally {
        await stack.close();
      }
    } finally {
      await emulator.close();
    }
  }

  async #prepare(): Promise<void> {
    const { before, meanwhile, after, seed, vendor } = this.#scenario;
    const seeded = seed && seedInUse(this.#emulator, vendor, seed);
    this.#program = after(seeded?.id ?? "");
    if (seeded) this.#inUse = [seeded.key];
    for (const program of [before, meanwhile ?? []].filter(({ length }) => length > 0)) {
      const { ok, shown } = await this.#stack.prepare(program);
      if (!ok) throw new Error(`the stack could not be made: ${shown}`);
      this.#delivered = (await this.#stack.held()).outputs;
      for (const { apiKey } of Object.values(this.#delivered)) {
        if (apiKey !== undefined) handleOf(this.#emulator, vendor).useKey?.(apiKey);
      }
    }
    this.#emulator.clearRequests();
  }

  async calls(): Promise<string[]> {
    const { ok, shown } = await this.#operate().done;
    const { refused } = this.#scenario;
    if (refused ? !refused.test(shown) : !ok)
      throw new Error(`the operation did not end as it should: ${shown}`);
    return this.#emulator.requests.map(callOf);
  }

  async disturbed({ call, method, disturbance, destroy = false }: Hit): Promise<Outcome> {
    const { vendor, refused } = this.#scenario;
    const times = disturbance.kind === "fault" && disturbance.lasts ? Number.POSITIVE_INFINITY : 1;
    this.#emulator.fault({
      vendor,
      ...(method && { method }),
      skip: call,
      times,
      fault: faultOf(disturbance),
    });
    const operation = this.#operate();
    if (disturbance.kind !== "fault") {
      if (!(await this.#arrival(operation)))
        return failed(`the call did not come: ${(await operation.done).shown}`);
      if (disturbance.kind === "kill") operation.kill(disturbance.cliAlone ?? false);
      else operation.interrupt();
    }
    const ended = await operation.done;
    const hit = this.#emulator.requests.find(({ fault }) => fault !== undefined);
    if (hit === undefined) return failed(`the call did not come: ${ended.shown}`);
    this.#emulator.clearFaults();
    await this.#passLag();
    const atOnce = await this.#atTheCrash(disturbance);

    if (disturbance.kind === "kill") await this.#stack.cancel();
    const isSameUp = disturbance.kind === "fault" && ended.ok;
    const done = isSameUp ? { way: "same up" as const, shown: ended.shown } : await this.#complete();
    if (typeof done === "string") return failed(done);
    const isRefused = disturbance.kind === "fault" && refused?.test(ended.shown);
    if (this.#scenario.endsInNextUp) {
      const next = await this.#stack.start(this.#program).done;
      if (!next.ok) return failed(`the up after it failed: ${next.shown}`);
    }
    const found = await this.#settled(ended.shown + done.shown, destroy);
    const problems = [...atOnce, ...found.problems];
    return { ...outcome(isRefused ? "refused" : done.way, { ...found, problems }), call: callOf(hit) };
  }

  #operate(): Operation {
    const { replace } = this.#scenario;
    return this.#stack.start(
      this.#program,
      this.#program.find(({ name }) => name === replace),
    );
  }

  /** Resolves to true when the call has arrived and had its effect, to false when the operation ends without it. */
  async #arrival(operation: Operation): Promise<boolean> {
    let hasEnded = false;
    operation.done.finally(() => {
      hasEnded = true;
    });
    const isHit = () => this.#emulator.requests.some(({ fault }) => fault !== undefined);
    // Seen twice: by then the vendor has read the request and dealt with it.
    for (let seen = 0; seen < 2; ) {
      if (isHit()) seen += 1;
      else if (hasEnded) return false;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return true;
  }

  /** What the vendor still hides comes to light: between two commands of a user there is time for that. */
  async #passLag(): Promise<void> {
    const { url, apiKey } = this.#emulator[this.#scenario.vendor];
    for (let reads = 0; reads < LAG_READS; reads += 1) {
      await fetch(`${url}/nothing`, { headers: { authorization: `Bearer ${apiKey}` } });
    }
  }

  /** Keys in use work at the very moment, and what Ctrl-C let finish is saved. */
  async #atTheCrash(disturbance: Disturbance): Promise<string[]> {
    const { vendor, renews = [] } = this.#scenario;
    const works = (key: string | undefined) => key !== undefined && this.#emulator[vendor].keyWorks(key);
    const problems: string[] = [];
    if (!this.#inUse.every(works)) problems.push("a key in use did not work at the crash");
    const held = await this.#stack.held();
    for (const { name } of this.#program) {
      const { apiKey } = this.#delivered[name] ?? {};
      if (apiKey === undefined || works(apiKey)) continue;
      if (renews.includes(name) && works(held.outputs[name]?.apiKey)) continue;
      problems.push(`${name}: no working key in the state at the crash`);
    }
    if (disturbance.kind !== "signal") return problems;
    if (held.pending > 0) problems.push("Ctrl-C left pending operations");
    const isSeeded = this.#scenario.seed !== undefined;
    const delivered = Object.values(this.#delivered).flatMap(({ apiKey = [] }) => apiKey);
    const known = [...held.secrets, ...delivered, ...this.#inUse];
    for (const { id, keys } of accountsInUse(this.#emulator, vendor)) {
      if (!isSeeded && !held.ids.includes(id)) problems.push(`Ctrl-C: the account ${id} is not in the state`);
      for (const key of keys) {
        if (!key.live || known.some((secret) => secret.startsWith(key.prefix))) continue;
        problems.push(`Ctrl-C: the key ${key.id} is not in the state`);
      }
    }
    return problems;
  }

  /** Runs `up` until the program is true, as a user does who reads what it says. */
  async #complete(): Promise<{ way: Way; shown: string } | string> {
    let shown = "";
    // Each account may need its own line, and each up stops at the first that does.
    for (let lines = 0; lines <= this.#program.length; lines += 1) {
      const up = await this.#stack.start(this.#program).done;
      shown += up.shown;
      if (up.ok) return { way: lines === 0 ? "next up" : "adopt line", shown };
      if (!this.#adopt(up.shown)) return `the next up failed: ${up.shown}`;
    }
    return `the adopt lines do not help: ${shown}`;
  }

  /** Puts the `adopt` line of an error into the program. Only where there is no stamp may it come to this. */
  #adopt(shown: string): boolean {
    const adopt = adoptLine(shown);
    const { vendor } = this.#scenario;
    if (adopt === undefined || subjectOf(vendor).isMarked) return false;
    const name = accountsInUse(this.#emulator, vendor).find(({ id }) => id === adopt)?.fields["name"];
    this.#program = this.#program.map((each) =>
      each.type === `${vendor}.SubAccount` && each.args["name"] === name
        ? { ...each, args: { ...each.args, adopt } }
        : each,
    );
    return true;
  }

  /** After a refresh nothing differs, at the vendor all is as declared, and a destroy leaves nothing. */
  async #settled(shown: string, destroy: boolean) {
    const { vendor } = this.#scenario;
    const { problems, shown: refreshed } = await this.#stack.settle(this.#program);
    const found = verify(this.#emulator, {
      scenario: this.#scenario,
      declarations: this.#program,
      outputs: (await this.#stack.held()).outputs,
      inUse: [...this.#inUse, ...this.#steady()],
      shown: shown + refreshed,
    });
    problems.push(...found.problems);
    if (destroy) {
      await this.#stack.destroy();
      const left = accountsInUse(this.#emulator, vendor).map(({ id }) => id);
      if (left.length > 0) problems.push(`destroy left ${left.join(", ")} alive`);
    }
    return { problems, leftovers: found.leftovers };
  }

  /** Keys that were delivered before and that the change does not end. */
  #steady(): string[] {
    const { renews = [], overlaps = false } = this.#scenario;
    const kept = this.#program.filter(({ name }) => overlaps || !renews.includes(name));
    return kept.flatMap(({ name }) => this.#delivered[name]?.apiKey ?? []);
  }
}
