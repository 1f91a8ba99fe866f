import type * as dynamic from "@pulumi/pulumi/dynamic";
import { tagOf, tagsOf } from "../core/account/marker";
import { ConfigError, PartialFailure, SubaccountsError } from "../core/base/errors";
import { isObject, withoutUndefined } from "../core/base/json";
import type { Run } from "../core/base/run";
import { hasUnknown, problemsOf } from "../core/contract/check";
import { changedArguments } from "../core/contract/diff";
import type {
  Context,
  Due,
  Ownership,
  Problem,
  Resource,
  Values,
  WriteContext,
} from "../core/contract/resource";
import { type StackConfig, settings } from "../core/vendor-io/config";
import { type Connection, connect } from "../core/vendor-io/connection";

// Pulumi's mark for a secret inside a protobuf Struct (specialSigKey and specialSecretSig in @pulumi/pulumi/runtime/rpc).
const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

/** What Pulumi's dynamic-provider process calls. */
export type Handler = Required<dynamic.ResourceProvider<Values, Values>>;

/**
 * Makes a handler for Pulumi's dynamic protocol out of a resource: strips the protocol's keys, parses arguments,
 * finds the connection, keeps secrets secret and every answer Struct-safe, and gives errors the shape that Pulumi
 * shows and saves.
 *
 * @param findRun called at first use, so that loading this module does no work.
 */
export function handler<Client, Args extends Values>(
  resource: Resource<Client, Args>,
  findRun: () => Run,
): Handler {
  let config: StackConfig = { get: () => undefined, keys: [] };

  function connection(values: Values): Connection<Client> {
    const name = values["connection"];
    const run = findRun();
    const found = settings(
      resource.vendor,
      typeof name === "string" ? name : undefined,
      config,
      run.world.env,
    );
    return connect(resource.vendor, found, run);
  }

  function context(values: Values): Context<Client> {
    const { client, key, maxWaitMs } = connection(values);
    return { client, connection: key, run: findRun(), maxWaitMs };
  }

  function writeContext(inputs: Values): WriteContext<Client> {
    const ownership = ownershipOf(inputs);
    if (ownership.owner === "") {
      throw new SubaccountsError(
        `${resource.vendor.title}: this stack's owner is not made yet, so nothing was created. It is left out by ` +
          "`--target` in a stack's first `up`: run `pulumi up` once without it, or add `--target '**index:Owner**'`",
      );
    }
    return { ...context(inputs), ownership };
  }

  function parse(inputs: Values): Args {
    const args = withoutProtocolKeys(inputs);
    const parsed = resource.args.safeParse(args);
    if (parsed.success) return parsed.data;
    throw new SubaccountsError(problemsOf(resource, args).map(problemText).join("; "));
  }

  /** Marks what is secret, and remembers it so that no message shows it. */
  function outputs(state: Values): Values {
    const safe: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(state)) {
      if (value === undefined) continue;
      if (resource.secrets.includes(key) && value !== null) {
        findRun().redactor.add(value);
        safe[key] = { ...SECRET, value: withoutUndefined(value) };
      } else {
        safe[key] = withoutUndefined(value);
      }
    }
    return safe;
  }

  function learnSecrets(values: Values): void {
    for (const key of resource.secrets) findRun().redactor.add(values[key]);
  }

  function remember(at: Context<Client>, id: string, state: Values, inputs: Values): void {
    resource.remember?.(at, id, state, ownershipOf(inputs).urn);
  }

  async function guarded<T>(provider: unknown, body: () => Promise<T>): Promise<T> {
    try {
      return await findRun().operation(body);
    } catch (error) {
      throw forPulumi(error, provider, outputs, (text) => findRun().redactor.clean(text));
    }
  }

  /** An operation that may call the vendor, counted for those who wait for its rate limit. */
  function working<T>(values: Values, body: () => Promise<T>): Promise<T> {
    const { __provider: provider } = values;
    const urn = ownershipOf(values).urn || undefined;
    return guarded(provider, () => body().finally(() => connection(values).progress.end(urn)));
  }

  return {
    async configure(request) {
      // Pulumi offers no list of keys; without its private one mistyped keys are just not noticed.
      const all: unknown = Reflect.get(request.config, "rawConfig");
      config = { get: (key) => request.config.get(key), keys: isObject(all) ? Object.keys(all) : [] };
    },

    check: (olds, news) =>
      guarded(undefined, async () => {
        const args = withoutProtocolKeys(news);
        learnSecrets(args);
        findRun().declare(tagsOf(ownershipOf(news)));
        const before = olds && Object.keys(olds).length > 0 ? withoutProtocolKeys(olds) : undefined;
        const reached = reach(args);
        const apiVersion = reached instanceof ConfigError ? undefined : reached?.apiVersion;
        const problems = problemsOf(resource, args, before, { apiVersion });
        if (reached instanceof ConfigError) {
          if (!problems.some(({ path }) => path === "connection")) {
            problems.push({ path: "", rule: reached.message });
          }
        } else if (reached !== undefined) {
          reached.progress.expect(ownershipOf(news).urn);
          problems.push(...twins(args, reached.key, ownershipOf(news).urn));
        }
        // No property name: Pulumi prints the value of the property that a failure names, secret or not.
        return {
          inputs: news,
          failures: problems.map((problem) => ({ property: "", reason: problemText(problem) })),
        };
      }),

    diff: (id, olds, news) =>
      guarded(undefined, async () => {
        const args = withoutProtocolKeys(news);
        const problems = resource.rules?.(args, withoutProtocolKeys(olds), { id }) ?? [];
        if (problems.length > 0) {
          const said = problems.map(problemText).join("; ");
          throw new SubaccountsError(`${resource.vendor.title}: ${said}`);
        }
        learnSecrets(olds);
        if (!hasUnknown(args["connection"])) remember(context(args), id, olds, news);
        const changed = changedArguments(resource, olds, args);
        const replaces = changed.filter((name) => resource.replaces.includes(name));
        const due = replaces.length > 0 ? [] : dueNow(id, olds, args, ownershipOf(news).urn);
        if (changed.length + due.length === 0) connection(args).progress.end(ownershipOf(news).urn);
        return {
          changes: changed.length + due.length > 0,
          replaces,
          deleteBeforeReplace: false,
        };
      }),

    create: (inputs) =>
      working(inputs, async () => {
        learnSecrets(inputs);
        const into = writeContext(inputs);
        const { id, state } = await resource.create(into, parse(inputs));
        remember(into, id, state, inputs);
        return { id, outs: outputs(state) };
      }),

    read: (id, state = {}) =>
      working(state, async () => {
        learnSecrets(state);
        const before = withoutProtocolKeys(state, "__nonce");
        const after = await resource.read(context(before), id, before);
        // Without an id Pulumi takes the resource for gone; `props` must still be an object.
        if (after === undefined) return { props: {} };
        const drifted = changedArguments(resource, before, after).length > 0;
        return {
          id,
          props: outputs(after),
          ...(drifted ? { inputs: outputs(pick(after, Object.keys(resource.args.shape))) } : {}),
        };
      }),

    update: (id, olds, news) =>
      working(news, async () => {
        learnSecrets(olds);
        learnSecrets(news);
        const into = writeContext(news);
        remember(into, id, olds, news);
        const state = await resource.update(into, id, withoutProtocolKeys(olds, "__nonce"), parse(news));
        remember(into, id, state, news);
        return { outs: outputs(state) };
      }),

    delete: (id, state) =>
      working(state, async () => {
        learnSecrets(state);
        const before = withoutProtocolKeys(state, "__nonce");
        await resource.delete(context(before), id, before);
      }),
  };

  /**
   * What time asks to be done, told under the resource: a preview shows the arguments that change, and nothing of the time. A
   * refresh asks for a diff as well, without a check before it; there time does not count.
   */
  function dueNow(id: string, olds: Values, args: Values, urn: string): readonly Due[] {
    const run = findRun();
    if (!run.isDeclared(tagOf(urn))) return [];
    const due = resource.due?.(id, withoutProtocolKeys(olds), args, run.world.now()) ?? [];
    for (const { note } of due) run.inform(`${resource.vendor.title}: ${note}`, urn === "" ? undefined : urn);
    return due.filter(({ isNews }) => !isNews);
  }

  /** The connection of these arguments, or what is wrong with its configuration; undefined while it is unknown. */
  function reach(args: Values): Connection<Client> | ConfigError | undefined {
    if (hasUnknown(args["connection"])) return undefined;
    try {
      return connection(args);
    } catch (error) {
      if (error instanceof ConfigError) return error;
      throw error;
    }
  }

  /** What two resources of the program may not both have. */
  function twins(args: Values, key: string, urn: string): Problem[] {
    // Two values that are both unknown are not the same.
    const known = Object.fromEntries(Object.entries(args).filter(([, value]) => !hasUnknown(value)));
    return [...(resource.claims?.(known) ?? [])].flatMap(([path, value]) => {
      const other = findRun().claim(`${key} ${resource.kind} ${path} ${value}`, urn);
      if (other === undefined) return [];
      const rule = `is the same as that of the resource "${nameOf(other)}"; each needs its own`;
      return [{ path, rule }];
    });
  }
}

/** `__owner` is `"<owner id> <urn>"` and a line for each former URN, written by the SDK. */
function ownershipOf(inputs: Values): Ownership {
  const [text = "", ...aliases] = typeof inputs["__owner"] === "string" ? inputs["__owner"].split("\n") : [];
  const space = text.indexOf(" ");
  return space < 0
    ? { owner: text, urn: "" }
    : { owner: text.slice(0, space), urn: text.slice(space + 1), aliases };
}

function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

function withoutProtocolKeys(values: Values, ...keep: string[]): Values {
  return Object.fromEntries(
    Object.entries(values).filter(([key]) => !key.startsWith("__") || keep.includes(key)),
  );
}

function pick(values: Values, keys: readonly string[]): Values {
  return Object.fromEntries(keys.filter((key) => values[key] !== undefined).map((key) => [key, values[key]]));
}

function problemText({ path, rule }: Problem): string {
  return path === "" ? rule : `${path} ${rule}`;
}

/**
 * The shape in which Pulumi shows or saves a failure. For read, delete, check and diff Pulumi prints
 * `${error}: ${error.stack}` before it shows the message, so those two are made to read as one line.
 */
function forPulumi(
  error: unknown,
  provider: unknown,
  outputs: (state: Values) => Values,
  clean: (text: string) => string,
): Error {
  const message = clean(error instanceof Error ? error.message : String(error));
  const shown = new Error(message);
  shown.toString = () => "pulumi-subaccounts failed";
  // An error that is not one of ours is a defect: its stack is what a report needs.
  const isOurs = error instanceof SubaccountsError || error instanceof PartialFailure;
  shown.stack = isOurs ? "see the error of the resource itself" : clean(stackOf(error));
  if (error instanceof PartialFailure) {
    const properties = { ...outputs(error.state), __provider: provider };
    Object.assign(shown, { id: error.id, properties, reasons: [message] });
  }
  return shown;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? "") : "";
}
