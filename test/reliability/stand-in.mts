import { isDeepStrictEqual } from "node:util";
import { type Props, ProviderCallError } from "../support/provider-messages.mts";
import { type Declaration, dependenciesOf, resolved, type TypeName, urnOf } from "./declarations.mts";
import {
  inThisProcess,
  type ProviderCalls,
  plain,
  providerLine,
  type StartProvider,
} from "./provider-calls.mts";
import type { Ended, Held, Operation, Stack } from "./stack.mts";

/** One resource in the state. */
interface Resource {
  readonly type: TypeName;
  readonly name: string;
  readonly id: string;
  readonly inputs: Props;
  readonly outputs: Props;
  /** Its last create or update ended half-way. */
  readonly failed: boolean;
}

type Step = "create" | "replace" | "same" | "update";

/** As much of Pulumi's engine as a program of several resources meets, with a provider of its own per operation. */
export class StandIn implements Stack {
  readonly #env: Record<string, string>;
  readonly #startProvider: StartProvider;
  readonly #state = new Map<string, Resource>();
  /** Old halves of replacements, still to be deleted. */
  #doomed: Resource[] = [];

  constructor(env: Record<string, string>, startProvider: StartProvider) {
    this.#env = env;
    this.#startProvider = startProvider;
  }

  prepare(program: readonly Declaration[]): Promise<Ended> {
    return this.#up(inThisProcess, program);
  }

  start(program: readonly Declaration[], replace?: Declaration): Operation {
    const none = () => {
      throw new Error("only the real engine is killed or interrupted");
    };
    return { done: this.#up(this.#startProvider, program, replace), kill: none, interrupt: none };
  }

  async cancel(): Promise<void> {}

  async held(): Promise<Held> {
    const resources = [...this.#state.values()];
    const all = [...resources, ...this.#doomed];
    const texts = (outputs: Props) =>
      Object.entries(outputs).filter(([, value]) => typeof value === "string");
    return {
      outputs: Object.fromEntries(
        resources.map(({ name, id, outputs }) => [name, { ...Object.fromEntries(texts(outputs)), id }]),
      ),
      ids: all.map(({ id }) => id),
      secrets: all.flatMap(({ outputs: { apiKey } }) => (typeof apiKey === "string" ? apiKey : [])),
      pending: 0,
    };
  }

  async settle(program: readonly Declaration[]): Promise<{ problems: string[]; shown: string }> {
    const problems: string[] = [];
    const { shown } = await this.#operation(inThisProcess, async (provider) => {
      for (const resource of this.#state.values()) {
        const { id, props, inputs } = await provider.read(resource.id, resource.outputs);
        const outputs = plain(props);
        if (id === "") problems.push(`refresh: ${resource.name} is gone`);
        // The first refresh adds the prefix that a reply need not show.
        else if (!isDeepStrictEqual({ ...outputs, keyPrefix: 0 }, { ...resource.outputs, keyPrefix: 0 }))
          problems.push(`refresh: ${resource.name} changed`);
        if (inputs !== undefined) problems.push(`refresh: the inputs of ${resource.name} changed`);
        if (id !== "") this.#state.set(resource.name, { ...resource, outputs });
      }
      for (const declaration of program) {
        const { step } = await this.#plan(provider, declaration);
        if (step !== "same") problems.push(`the next preview is not empty: ${step} ${declaration.name}`);
      }
    });
    return { problems, shown };
  }

  async destroy(): Promise<void> {
    const { ok, shown } = await this.#operation(inThisProcess, (provider) => this.#remove(provider, []));
    if (!ok) throw new Error(`destroy failed: ${shown}`);
  }

  async close(): Promise<void> {}

  #up(start: StartProvider, program: readonly Declaration[], replace?: Declaration): Promise<Ended> {
    return this.#operation(start, async (provider) => {
      const steps = new Map<string, Promise<void>>();
      const failures = new Set<unknown>();
      for (const declaration of program) {
        const step = async () => {
          await Promise.all(dependenciesOf(declaration).map((name) => steps.get(name)));
          // The engine begins nothing new once something failed.
          if (failures.size > 0) return;
          await this.#step(provider, declaration, declaration === replace);
        };
        const isDone = step().catch((error: unknown) => {
          failures.add(error);
        });
        steps.set(declaration.name, isDone);
      }
      await Promise.all(steps.values());
      if (failures.size > 0) throw new AggregateError(failures, [...failures].map(textOf).join("\n"));
      await this.#remove(provider, program);
    });
  }

  async #operation(start: StartProvider, body: (provider: ProviderCalls) => Promise<void>): Promise<Ended> {
    const provider = await start(this.#env);
    try {
      await body(provider);
      return { ok: true, shown: await provider.end() };
    } catch (error) {
      return { ok: false, shown: `${textOf(error)}\n${await provider.end()}` };
    }
  }

  async #plan(provider: ProviderCalls, declaration: Declaration, isForced = false) {
    const { type, name } = declaration;
    const old = this.#state.get(name);
    const news = {
      ...resolved(declaration, (other) => this.#state.get(other)?.id ?? ""),
      __provider: providerLine(type),
      __owner: `owner-of-this-stack ${urnOf(declaration)}`,
    };
    // A forced replacement hides the old inputs, and asks for no diff.
    const { inputs, failures } = await provider.check(isForced ? {} : (old?.inputs ?? {}), plain(news));
    if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("\n"));
    const planned = (step: Step) => ({ step, old, inputs, type, name });
    if (old === undefined) return planned("create");
    if (isForced) return planned("replace");
    const { changes, replaces } = await provider.diff(old.id, old.outputs, inputs);
    if (replaces.length > 0) return planned("replace");
    return planned(changes || old.failed ? "update" : "same");
  }

  async #step(provider: ProviderCalls, declaration: Declaration, isForced: boolean): Promise<void> {
    const { step, old, ...planned } = await this.#plan(provider, declaration, isForced);
    const { inputs } = planned;
    const save = (id: string, outs: Props, failed = false) => {
      if (step === "replace" && old) this.#doomed.push(old);
      this.#state.set(planned.name, { ...planned, id, outputs: plain(outs), failed });
    };
    try {
      if (step === "same" && old) {
        this.#state.set(old.name, { ...old, inputs });
      } else if (step === "update" && old) {
        save(old.id, (await provider.update(old.id, old.outputs, inputs)).outs);
      } else {
        const { id, outs } = await provider.create(inputs);
        save(id, outs);
      }
    } catch (error) {
      // What failed half-way is saved with what it says.
      const half = error instanceof ProviderCallError ? error.initFailure : undefined;
      if (half) save(half.id, half.properties, true);
      throw error;
    }
  }

  /** Deletes what this program does not declare, keys before their accounts. */
  async #remove(provider: ProviderCalls, program: readonly Declaration[]): Promise<void> {
    const declared = new Set(program.map(({ name }) => name));
    const removed = [...this.#state.values()].filter(({ name }) => !declared.has(name));
    const all = [...this.#doomed, ...removed];
    for (const isKey of [true, false]) {
      const turn = all.filter(({ type }) => type.endsWith(".ApiKey") === isKey);
      const ends = await Promise.allSettled(
        turn.map(async (resource) => {
          await provider.delete(resource.id, resource.outputs);
          this.#doomed = this.#doomed.filter((other) => other !== resource);
          if (this.#state.get(resource.name) === resource) this.#state.delete(resource.name);
        }),
      );
      const reasons = ends.flatMap((end) => (end.status === "rejected" ? [end.reason] : []));
      if (reasons.length > 0) throw new AggregateError(reasons, reasons.map(textOf).join("\n"));
    }
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
