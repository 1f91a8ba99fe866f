import { isDeepStrictEqual } from "node:util";
import { type Emulator, startEmulator } from "../../emulator";
import { Run, realSurroundings, type Surroundings } from "../../provider/core/base/run";
import type { Resource as Contract, Values } from "../../provider/core/contract/resource";
import { type Handler, handler } from "../../provider/dynamic/protocol";
import { vendors } from "../../provider/vendors";
import { bodyInOurs } from "../vendors/words.mts";
import { environmentOf, realTimeEnvironmentOf } from "./environment.mts";
import { checkRequests } from "./vendor-requests";

export { realTimeEnvironmentOf };

/** What Pulumi sends for a value that is not known yet. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const SECRET_KEY = "4dabf18193072939515e22adb298388d";
/** The stacks of the tests: the one that they are about, and one beside it. */
const STACKS = {
  dev: { owner: "owner-of-this-stack", nonce: "nonce" },
  other: { owner: "owner-of-another-stack", nonce: "nonce-of-another" },
};

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
}

/** What a program says of one resource. */
export interface Declaration {
  readonly type: TypeName;
  readonly name: string;
  /** Asked when it is this resource's turn, since it may need the id of one before it. */
  readonly args: () => Values;
  readonly replace?: boolean | undefined;
  readonly aliases?: readonly string[] | undefined;
}

/** How `pulumi up` is run. */
interface UpOptions {
  /** `--continue-on-error`: what failed is left out, deletes follow all the same, and the failures are told at the end. */
  readonly continueOnError?: boolean;
  /** How many resources the engine works on at the same time. Default 1. */
  readonly parallel?: number;
  /** The provider resource is replaced too, so that another process deletes the old halves of replacements. */
  readonly replacesProvider?: boolean;
}

/** The old half of a replacement, which the engine deletes at the end, and in the next `up` if that fails. */
interface Condemned {
  readonly type: TypeName;
  readonly resource: Resource;
}

/**
 * As much of Pulumi's engine as a handler can see, over one emulator: check, diff, then create, update or
 * replacement, with state in between. Each operation is a provider process of its own. Time passes only when
 * somebody sleeps, or a test lets it ({@link Stack.pass}).
 */
export class Stack {
  readonly emulator: Emulator;
  readonly resources = new Map<string, Resource>();
  condemned: readonly Condemned[] = [];
  /** `type name` of the resource that the engine turned to last. */
  at: string | undefined;
  /** What provider processes showed to the user. */
  readonly printed: string[] = [];
  readonly env: Record<string, string>;
  readonly #name: keyof typeof STACKS;
  /** The id of the stack's owner; where the state lost it, the engine makes another one. */
  owner: string;
  config: Record<string, string> = {};
  /** How long a call may take, in milliseconds of real time: tests in which a vendor does not answer shorten it. */
  attemptMs = 20_000;
  /** How long a connection may take to be made, likewise. */
  connectMs = 5_000;
  readonly #clock: Clock;
  #ids = 0;
  #run: Run | undefined;
  #handlers = new Map<TypeName, Handler>();
  /** Until the process is killed: how many calls may still have their effect. */
  #callsToLive = Number.POSITIVE_INFINITY;

  private constructor(emulator: Emulator, clock: Clock, name: keyof typeof STACKS = "dev") {
    this.emulator = emulator;
    this.#clock = clock;
    this.#name = name;
    this.owner = STACKS[name].owner;
    this.env = environmentOf(emulator);
  }

  /** Starts an emulator of its own, whose requests are checked by what the vendors document, and an empty stack. */
  static async open(options: Parameters<typeof startEmulator>[0] = {}): Promise<Stack> {
    const clock = { ms: Date.parse("2026-01-01T00:00:00Z") };
    const emulator = await startEmulator({ now: () => new Date(clock.ms), ...options });
    return new Stack(checkRequests(emulator), clock);
  }

  /** Opens an empty stack of another owner over the same vendors, at the same time. */
  beside(): Stack {
    const other = new Stack(this.emulator, this.#clock, "other");
    Object.assign(other.env, this.env);
    return other;
  }

  /** Milliseconds since the epoch. */
  get now(): number {
    return this.#clock.ms;
  }

  /** The beginning of the ids that its processes make: those of a third stack are its own, too. */
  get #nonce(): string {
    const { owner, nonce } = STACKS[this.#name];
    return this.owner === owner ? nonce : `nonce-of-${this.owner}`;
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
    const isDebug = this.env["SUBACCOUNTS_DEBUG"] === "1";
    const world: Surroundings = {
      ...realSurroundings,
      env: { ...this.env, SUBACCOUNTS_DEBUG: "1" },
      now: () => this.#clock.ms,
      sleep: async (ms) => {
        // Those who sleep at the same time sleep through the same time.
        const end = this.#clock.ms + ms;
        await new Promise((resolve) => setImmediate(resolve));
        this.#clock.ms = Math.max(this.#clock.ms, end);
      },
      random: () => 0,
      newId: () => `${this.#nonce}-${++this.#ids}`,
      // One line for each call, as soon as its outcome is known and before anything is made of it.
      print: (line) => {
        if (isDebug) this.printed.push(line);
        this.#callsToLive -= 1;
        if (this.#callsToLive === 0) void run.stop();
      },
      tell: async ({ text }) => {
        this.printed.push(text);
      },
      timeLimits: { connectMs: this.connectMs, attemptMs: this.attemptMs, maxWaitMs: 600_000 },
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
    }
  }

  /**
   * An operation whose CLI and provider are killed when its call number `call` (from 0) has had its effect: nothing
   * more is sent, nothing of what was under way is saved.
   *
   * @returns whether there was such a call; without it the operation has come to its end.
   */
  async crash(call: number, body: () => Promise<unknown>): Promise<boolean> {
    this.#callsToLive = call + 1;
    try {
      await this.operation(body);
      return this.#isKilled;
    } catch (error) {
      if (this.#isKilled) return true;
      throw error;
    } finally {
      this.#callsToLive = Number.POSITIVE_INFINITY;
    }
  }

  get #isKilled(): boolean {
    return this.#callsToLive <= 0;
  }

  /** `pulumi up` of one resource. @returns what the engine did. */
  up(
    type: TypeName,
    args: Values,
    options: { name?: string; replace?: boolean; aliases?: readonly string[] } = {},
  ): Promise<string> {
    return this.#within(async () => {
      const done = await this.#up(type, args, options);
      await this.#bury();
      return done;
    });
  }

  /**
   * `pulumi up` of a whole program: what it declares; then the old halves of replacements, and what it does not declare any
   * more, are deleted, the youngest first. The first failure ends it, unless the options say otherwise.
   */
  async upAll(program: readonly Declaration[], options: UpOptions = {}): Promise<void> {
    const { continueOnError = false, parallel = 1, replacesProvider = false } = options;
    const failures: unknown[] = [];
    const step = async (body: () => Promise<unknown>): Promise<void> => {
      if (failures.length > 0 && !continueOnError) return;
      await body().catch((error: unknown) => failures.push(error));
    };
    const removeUndeclared = async (): Promise<void> => {
      const declared = new Set(program.map(({ type, name }) => `${type} ${name}`));
      const gone = [...this.resources].filter(([key]) => !declared.has(key));
      for (const [key, { id, outputs }] of gone.reverse()) {
        await step(async () => {
          this.at = key;
          await this.handler(key.slice(0, key.indexOf(" ")) as TypeName).delete(id, outputs);
          this.#save(key, undefined);
        });
      }
    };
    await this.#within(async () => {
      const left = [...program];
      const worker = async (): Promise<void> => {
        for (let next = left.shift(); next !== undefined; next = left.shift()) {
          const { type, name, args, replace = false, aliases = [] } = next;
          const inputs = args();
          // Its parent has failed.
          if (failures.length > 0 && Object.values(inputs).includes(UNKNOWN)) continue;
          await step(() => this.#up(type, inputs, { name, replace, aliases }));
        }
      };
      await Promise.all(Array.from({ length: parallel }, worker));
      if (!replacesProvider) await step(() => this.#bury());
      await removeUndeclared();
    });
    if (replacesProvider) await this.operation(() => step(() => this.#bury()));
    if (failures.length === 1) throw failures[0];
    if (failures.length > 1) throw new AggregateError(failures, failures.map(messageOf).join("\n"));
  }

  /** `up --refresh`, or `destroy --refresh` of none: one process reads all and is asked for diffs, then knows the program. */
  upAllRefreshed(program: readonly Declaration[]): Promise<void> {
    return this.operation(async () => {
      await this.refreshAll();
      await this.upAll(program);
    });
  }

  /** `pulumi preview` of a whole program. @returns what an up would do with each. */
  previewAll(program: readonly Declaration[]): Promise<string[]> {
    return this.#within(async () => {
      const steps: string[] = [];
      for (const { type, name, args, replace, aliases } of program) {
        steps.push((await this.#plan(type, args(), name, replace, aliases)).step);
      }
      return steps;
    });
  }

  /** `pulumi refresh` of everything in the state. @returns what became of each. */
  refreshAll(): Promise<string[]> {
    return this.#within(async () => {
      const found: string[] = [];
      for (const key of [...this.resources.keys()]) {
        const space = key.indexOf(" ");
        found.push(await this.refresh(key.slice(0, space) as TypeName, key.slice(space + 1)));
      }
      return found;
    });
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
    const { step, inputs, old } = await this.#plan(type, args, name, replace, aliases);
    const handler = this.handler(type);
    if (old === undefined || step === "replace") {
      const condemn = () => {
        if (old && !this.#isKilled) this.condemned = [...this.condemned, { type, resource: old }];
      };
      const created = await this.#half(key, inputs, () => handler.create(inputs), condemn);
      condemn();
      this.#save(key, { id: created.id, inputs, outputs: plain(created.outs ?? {}) });
      return old ? "replace" : "create";
    }
    if (step === "same") {
      this.#save(key, { ...old, inputs });
      return step;
    }
    const updated = await this.#half(key, inputs, () => handler.update(old.id, old.outputs, inputs));
    this.#save(key, { id: old.id, inputs, outputs: plain(updated.outs ?? {}) });
    return step;
  }

  /** Deletes the old halves of replacements. */
  async #bury(): Promise<void> {
    for (const each of this.condemned.toReversed()) {
      await this.handler(each.type).delete(each.resource.id, each.resource.outputs);
      if (!this.#isKilled) this.condemned = this.condemned.filter((other) => other !== each);
    }
  }

  /** What the engine saves, unless the process was killed before it could answer. */
  #save(key: string, resource: Resource | undefined): void {
    if (this.#isKilled) return;
    if (resource) this.resources.set(key, resource);
    else this.resources.delete(key);
  }

  /** `pulumi refresh` of one resource. @returns "gone", "same" or "changed". */
  refresh(type: TypeName, name = "acme"): Promise<string> {
    return this.#within(async () => {
      const key = `${type} ${name}`;
      const old = this.resource(type, name);
      const read = await this.handler(type).read(old.id, old.outputs);
      if (!read.id) {
        this.#save(key, undefined);
        return "gone";
      }
      const now = { id: read.id, inputs: plain(read.inputs ?? old.inputs), outputs: plain(read.props ?? {}) };
      this.#save(key, now);
      // The engine asks for a diff, too, without a check before it; what an up refuses is no matter here.
      await this.handler(type)
        .diff(read.id, now.outputs, old.inputs)
        .catch(() => undefined);
      // What the engine saves without a word, since no diff shows it: a prefix that comes with the listing alone.
      const quiet = { __provider: 0, keyPrefix: now.outputs["keyPrefix"] };
      return isDeepStrictEqual({ ...old.outputs, ...quiet }, { ...now.outputs, ...quiet })
        ? "same"
        : "changed";
    });
  }

  /** `pulumi destroy` of one resource. */
  destroy(type: TypeName, name = "acme"): Promise<void> {
    return this.#within(async () => {
      const old = this.resource(type, name);
      await this.handler(type).delete(old.id, old.outputs);
      this.#save(`${type} ${name}`, undefined);
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
      .map(({ vendor, method, path, body }) => ({
        call: `${method} ${path}`,
        body: bodyInOurs(vendor, body),
      }));
  }

  async #plan(
    type: TypeName,
    args: Values,
    name: string,
    replace = false,
    aliases: readonly string[] = [],
  ): Promise<{ step: "create" | "same" | "update" | "replace"; inputs: Values; old: Resource | undefined }> {
    this.at = `${type} ${name}`;
    const old = this.resources.get(this.at);
    const [vendor, kind] = type.split(".");
    // The name of a child is its URN.
    const urnOf = (each: string) =>
      each.startsWith("urn:")
        ? each
        : `urn:pulumi:${this.#name}::test::pulumi-nodejs:dynamic/subaccounts/${vendor}:${kind}::${each}`;
    const owner = [`${this.owner} ${urnOf(name)}`, ...aliases.map(urnOf)].join("\n");
    // The inputs of a state have their own.
    const news = { __provider: "line", __owner: owner, ...structuredClone(args) };
    // The engine hides the old inputs when a replacement is forced.
    const checked = await this.handler(type).check((replace ? undefined : old?.inputs) ?? {}, news);
    if (checked.failures?.length) throw new Error(checked.failures.map(({ reason }) => reason).join("\n"));
    const inputs = checked.inputs ?? news;
    if (old === undefined) return { step: "create", inputs, old };
    // The engine asks for no diff when a replacement is forced.
    if (replace) return { step: "replace", inputs, old };
    const diff = await this.handler(type).diff(old.id, old.outputs, inputs);
    const replaces = (diff.replaces ?? []).length > 0;
    if (replaces) return { step: "replace", inputs, old };
    return { step: diff.changes || old.failed ? "update" : "same", inputs, old };
  }

  /** Saves what a half-way failure carries, as the engine does. */
  async #half<T>(key: string, inputs: Values, body: () => Promise<T>, condemn = () => {}): Promise<T> {
    try {
      return await body();
    } catch (error) {
      if (error instanceof Error && "id" in error && "properties" in error && "reasons" in error) {
        const { id, properties, reasons } = error as unknown as {
          id: string;
          properties: Values;
          reasons: string[];
        };
        condemn();
        this.#save(key, { id, inputs, outputs: plain(properties), failed: reasons });
      }
      throw error;
    }
  }

  /** What serves a type in the operation under way. */
  handler(type: TypeName): Handler {
    const found = this.#handlers.get(type);
    if (found === undefined) throw new Error(`no handler for ${type}`);
    return found;
  }

  #within<T>(body: () => Promise<T>): Promise<T> {
    return this.#run ? body() : this.operation(body);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Values as the engine hands them back: secrets unwrapped, through JSON. */
function plain(values: Values): Values {
  const unwrap = (_key: string, value: unknown): unknown =>
    typeof value === "object" && value !== null && SECRET_KEY in value && "value" in value
      ? value.value
      : value;
  return JSON.parse(JSON.stringify(values, unwrap));
}
