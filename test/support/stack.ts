import { isDeepStrictEqual } from "node:util";
import { type Emulator, startEmulator } from "../../emulator";
import { type Handler, handler } from "../../provider/core/dispatch";
import type { Resource as Contract, Values } from "../../provider/core/resource";
import { Run, realSurroundings, type Surroundings } from "../../provider/core/run";
import { vendors } from "../../provider/vendors";
import { environmentOf } from "./environment.mts";

export { environmentOf };

/** What Pulumi sends for a value that is not known yet. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const SECRET_KEY = "4dabf18193072939515e22adb298388d";
const OWNER = "owner-of-this-stack";

/** The resource types, by the name a program uses. */
export type TypeName = {
  [Name in keyof typeof vendors]: `${Name}.${Exclude<keyof (typeof vendors)[Name], "vendor"> & string}`;
}[keyof typeof vendors];

const types = Object.entries(vendors).flatMap(([vendor, { vendor: _, ...resources }]) =>
  Object.entries(resources).map(
    ([kind, resource]) =>
      [`${vendor}.${kind}` as TypeName, resource as unknown as Contract<unknown>] as const,
  ),
);

/** The one clock of a test: the vendors' and the provider's, in milliseconds since the epoch. */
interface Clock {
  ms: number;
}

/** One resource in a stack's state. */
export interface Resource {
  readonly id: string;
  readonly inputs: Values;
  readonly outputs: Values;
  /** Reasons of a create or update that failed half-way. */
  readonly failed?: readonly string[];
  /** What it replaced and is still to be deleted: the engine saves that before it deletes. */
  readonly doomed?: readonly Pick<Resource, "id" | "outputs">[] | undefined;
}

/**
 * As much of Pulumi's engine as a handler can see, over one emulator: check, diff, then create, update or
 * replacement, with state in between. Each operation is a provider process of its own. Time passes only when
 * somebody sleeps, or a test lets it ({@link Stack.pass}).
 */
export class Stack {
  readonly emulator: Emulator;
  resources = new Map<string, Resource>();
  /** What provider processes showed to the user. */
  readonly printed: string[] = [];
  readonly env: Record<string, string>;
  config: Record<string, string> = {};
  /** How long a call may take, in milliseconds of real time: tests in which a vendor does not answer shorten it. */
  attemptMs = 20_000;
  readonly #clock: Clock;
  #ids = 0;
  #run: Run | undefined;
  #handlers = new Map<TypeName, Handler>();

  private constructor(emulator: Emulator, clock: Clock) {
    this.emulator = emulator;
    this.#clock = clock;
    this.env = environmentOf(emulator);
  }

  /** Starts an emulator of its own and an empty stack. */
  static async open(options: Parameters<typeof startEmulator>[0] = {}): Promise<Stack> {
    const clock = { ms: Date.parse("2026-01-01T00:00:00Z") };
    return new Stack(await startEmulator({ now: () => new Date(clock.ms), ...options }), clock);
  }

  /** Lets time pass, for the vendors and for the provider. */
  pass(ms: number): void {
    this.#clock.ms += ms;
  }

  async close(): Promise<void> {
    await this.emulator.close();
  }

  /** What happens inside `body` is one CLI operation: its resources share a provider process. */
  async operation<T>(body: () => Promise<T>): Promise<T> {
    const world: Surroundings = {
      ...realSurroundings,
      env: this.env,
      now: () => this.#clock.ms,
      sleep: async (ms) => {
        // Those who sleep at the same time sleep through the same time.
        const end = this.#clock.ms + ms;
        await new Promise((resolve) => setImmediate(resolve));
        this.#clock.ms = Math.max(this.#clock.ms, end);
      },
      random: () => 0,
      newId: () => `nonce-${++this.#ids}`,
      print: (line) => this.printed.push(line),
      tell: async ({ text }) => {
        this.printed.push(text);
      },
      timeLimits: { connectMs: 5_000, attemptMs: this.attemptMs, maxWaitMs: 600_000 },
    };
    const run = new Run(world);
    this.#run = run;
    this.#handlers = new Map(types.map(([type, resource]) => [type, handler(resource, () => run)]));
    const config = {
      get: (key: string) => this.config[key],
      require: (key: string) => this.config[key] ?? "",
    };
    for (const each of this.#handlers.values()) await each.configure({ config });
    try {
      return await body();
    } finally {
      this.#run = undefined;
      // The engine ends its providers when all is saved.
      if (run.stopReason === undefined) await run.finish();
    }
  }

  /**
   * An operation whose CLI and provider are killed when its call number `call` (from 0) has had its effect: nothing
   * more is sent, nothing of what was under way is saved.
   *
   * @returns whether there was such a call; without it the operation has come to its end.
   */
  async crash(call: number, body: () => Promise<unknown>): Promise<boolean> {
    const hang = { kind: "hang", when: "after" } as const;
    this.emulator.fault({ skip: call, fault: hang });
    const isHung = () => this.emulator.requests.some(({ fault }) => fault === "hang after");
    let ended = false;
    const running = this.operation(async () => {
      const run = this.#run;
      const work = body().finally(() => {
        ended = true;
      });
      while (!ended && !isHung()) await new Promise((resolve) => setImmediate(resolve));
      if (ended) return work;
      void run?.stop();
      work.catch(() => undefined);
      return undefined;
    });
    await running;
    this.emulator.clearFaults();
    if (ended) return false;
    // What the operation still writes goes into a state that nobody reads any more.
    this.resources = new Map(this.resources);
    return true;
  }

  /** `pulumi up` of one resource. @returns what the engine did. */
  up(
    type: TypeName,
    args: Values,
    options: { name?: string; replace?: boolean; aliases?: readonly string[] } = {},
  ): Promise<string> {
    return this.#within(() => this.#up(type, args, options));
  }

  /** `pulumi preview` of one resource: check and diff alone. @returns what an up would do. */
  preview(type: TypeName, args: Values, options: { name?: string } = {}): Promise<string> {
    return this.#within(async () => (await this.#plan(type, args, options.name ?? "acme")).step);
  }

  async #up(
    type: TypeName,
    args: Values,
    { name = "acme", replace = false, aliases = [] }: Parameters<Stack["up"]>[2] & object,
  ) {
    const key = `${type} ${name}`;
    // The state of this very operation: one that crashed writes into nothing.
    const { resources } = this;
    const { step, inputs, old } = await this.#plan(type, args, name, replace, aliases);
    const handler = this.#handler(type);
    const doomed = old?.doomed ?? [];
    if (old === undefined || step === "replace") {
      const created = await half(resources, key, inputs, () => handler.create(inputs));
      const now = { id: created.id, inputs, outputs: plain(created.outs ?? {}) };
      await this.#save(resources, key, now, old ? [...doomed, old] : doomed, handler);
      return old ? "replace" : "create";
    }
    if (step === "same") {
      await this.#save(resources, key, { ...old, inputs }, doomed, handler);
      return step;
    }
    const updated = await half(resources, key, inputs, () => handler.update(old.id, old.outputs, inputs));
    const now = { id: old.id, inputs, outputs: plain(updated.outs ?? {}) };
    await this.#save(resources, key, now, doomed, handler);
    return step;
  }

  /** Saves a resource, and after it deletes what it replaced. */
  async #save(
    resources: Map<string, Resource>,
    key: string,
    resource: Resource,
    doomed: NonNullable<Resource["doomed"]>,
    handler: Handler,
  ): Promise<void> {
    resources.set(key, { ...resource, doomed: doomed.length > 0 ? doomed : undefined });
    for (const { id, outputs } of doomed) await handler.delete(id, outputs);
    resources.set(key, { ...resource, doomed: undefined });
  }

  /** `pulumi refresh` of one resource. @returns "gone", "same" or "changed". */
  refresh(type: TypeName, name = "acme"): Promise<string> {
    return this.#within(async () => {
      const key = `${type} ${name}`;
      const old = this.resource(type, name);
      const read = await this.#handler(type).read(old.id, old.outputs);
      if (!read.id) {
        this.resources.delete(key);
        return "gone";
      }
      const now = { id: read.id, inputs: plain(read.inputs ?? old.inputs), outputs: plain(read.props ?? {}) };
      this.resources.set(key, now);
      return isDeepStrictEqual({ ...old.outputs, __provider: 0 }, { ...now.outputs, __provider: 0 })
        ? "same"
        : "changed";
    });
  }

  /** `pulumi destroy` of one resource. */
  destroy(type: TypeName, name = "acme"): Promise<void> {
    return this.#within(async () => {
      const old = this.resource(type, name);
      await this.#handler(type).delete(old.id, old.outputs);
      this.resources.delete(`${type} ${name}`);
    });
  }

  /** The resource in the state. */
  resource(type: TypeName, name = "acme"): Resource {
    const found = this.resources.get(`${type} ${name}`);
    if (found === undefined) throw new Error(`no ${type} "${name}" in the state`);
    return found;
  }

  /** The writes that the vendors got since the log was cleared, as `METHOD path` with their bodies. */
  writes(): { call: string; body: unknown }[] {
    return this.emulator.requests
      .filter(({ method }) => method !== "GET")
      .map(({ method, path, body }) => ({ call: `${method} ${path}`, body }));
  }

  async #plan(
    type: TypeName,
    args: Values,
    name: string,
    replace = false,
    aliases: readonly string[] = [],
  ): Promise<{ step: "create" | "same" | "update" | "replace"; inputs: Values; old: Resource | undefined }> {
    const old = this.resources.get(`${type} ${name}`);
    const [vendor, kind] = type.split(".");
    const urnOf = (each: string) =>
      `urn:pulumi:dev::test::pulumi-nodejs:dynamic/subaccounts/${vendor}:${kind}::${each}`;
    const owner = [`${OWNER} ${urnOf(name)}`, ...aliases.map(urnOf)].join("\n");
    // The inputs of a state have their own.
    const news = { __provider: "line", __owner: owner, ...structuredClone(args) };
    // The engine hides the old inputs when a replacement is forced.
    const checked = await this.#handler(type).check((replace ? undefined : old?.inputs) ?? {}, news);
    if (checked.failures?.length) throw new Error(checked.failures.map(({ reason }) => reason).join("\n"));
    const inputs = checked.inputs ?? news;
    if (old === undefined) return { step: "create", inputs, old };
    // The engine asks for no diff when a replacement is forced.
    if (replace) return { step: "replace", inputs, old };
    const diff = await this.#handler(type).diff(old.id, old.outputs, inputs);
    const replaces = (diff.replaces ?? []).length > 0;
    if (replaces) return { step: "replace", inputs, old };
    return { step: diff.changes || old.failed ? "update" : "same", inputs, old };
  }

  #handler(type: TypeName): Handler {
    const found = this.#handlers.get(type);
    if (found === undefined) throw new Error(`no handler for ${type}`);
    return found;
  }

  #within<T>(body: () => Promise<T>): Promise<T> {
    return this.#run ? body() : this.operation(body);
  }
}

/** Saves what a half-way failure carries, as the engine does. */
async function half<T>(
  resources: Map<string, Resource>,
  key: string,
  inputs: Values,
  body: () => Promise<T>,
): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (error instanceof Error && "id" in error && "properties" in error && "reasons" in error) {
      const { id, properties, reasons } = error as unknown as {
        id: string;
        properties: Values;
        reasons: string[];
      };
      resources.set(key, { id, inputs, outputs: plain(properties), failed: reasons });
    }
    throw error;
  }
}

/** Values as the engine hands them back: secrets unwrapped, through JSON. */
function plain(values: Values): Values {
  const unwrap = (_key: string, value: unknown): unknown =>
    typeof value === "object" && value !== null && SECRET_KEY in value && "value" in value
      ? value.value
      : value;
  return JSON.parse(JSON.stringify(values, unwrap));
}
