import type * as dynamic from "@pulumi/pulumi/dynamic";
import { PartialFailure, SubaccountsError } from "../core/base/errors";
import { isObject, storable } from "../core/base/json";
import type { Redactor } from "../core/base/redact";
import type { Run } from "../core/base/run";
import { changedArguments } from "../core/contract/diff";
import type { Ownership, Resource, Values } from "../core/contract/resource";
import { type Declared, Operations, problemText } from "../core/operations";
import { shownError } from "./shown-error";

// Pulumi's mark for a secret inside a protobuf Struct (specialSigKey and specialSecretSig in @pulumi/pulumi/runtime/rpc).
const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

/** The hidden outputs that a resource reads back; other `__` keys are the protocol's. */
const HIDDEN = ["__nonce", "__place", "__otherKeys", "__resumption"];

/** The functions that Pulumi's dynamic-provider process calls. */
export type Handler = Required<dynamic.ResourceProvider<Values, Values>>;

/**
 * Makes a handler for Pulumi's dynamic protocol out of a resource: strips the protocol's keys, keeps secrets secret and
 * every answer Struct-safe, and gives errors the shape that Pulumi shows and saves.
 *
 * @param findRun called at first use, so that loading this module does no work.
 */
export function handler<Client, Args extends Values>(
  resource: Resource<Client, Args>,
  findRun: () => Run,
): Handler {
  const operations = new Operations(resource, findRun);

  /** Marks what is secret, also where a vendor repeats it, and remembers it so that no message shows it. */
  function outputs(state: Values): Values {
    const { redactor } = findRun();
    for (const key of resource.secrets) redactor.add(state[key]);
    const given = Object.entries(state).filter(([, value]) => value !== undefined);
    return Object.fromEntries(
      given.map(([key, value]) => {
        const isSecret = value !== null && resource.secrets.includes(key);
        return [key, isSecret ? { ...SECRET, value: storable(value) } : marked(storable(value), redactor)];
      }),
    );
  }

  async function guarded<T>(provider: unknown, body: () => Promise<T>): Promise<T> {
    try {
      return await findRun().operation(body);
    } catch (error) {
      throw forPulumi(error, provider, outputs, (text) => findRun().shown(text));
    }
  }

  return {
    async configure(request) {
      // Pulumi offers no list of keys; without its private one mistyped keys are just not noticed.
      const all: unknown = Reflect.get(request.config, "rawConfig");
      operations.configure({
        get: (key) => request.config.get(key),
        keys: isObject(all) ? Object.keys(all) : [],
      });
    },

    check: (olds, news) =>
      guarded(undefined, async () => {
        const before = olds && Object.keys(olds).length > 0 ? withoutProtocolKeys(olds) : undefined;
        const problems = operations.check(withoutProtocolKeys(news), before, declaredIn(news));
        // No property name: Pulumi prints the value of the property that a failure names, secret or not.
        return {
          // What cannot be stored has failed already.
          inputs:
            problems.length > 0 ? news : (storable(operations.normalize(news, declaredIn(news))) as Values),
          failures: problems.map((problem) => ({
            property: "",
            reason: findRun().shown(problemText(problem)),
          })),
        };
      }),

    diff: (id, olds, news) =>
      guarded(undefined, async () => {
        const { hasChanges, replaces } = operations.diff(
          id,
          withoutProtocolKeys(olds, HIDDEN),
          withoutProtocolKeys(news),
          declaredIn(news),
        );
        return { changes: hasChanges, replaces: [...replaces], deleteBeforeReplace: false };
      }),

    create: (inputs) =>
      guarded(inputs["__provider"], async () => {
        const { id, state } = await operations.create(withoutProtocolKeys(inputs), declaredIn(inputs));
        return { id, outs: outputs(state) };
      }),

    read: (id, state = {}) =>
      guarded(state["__provider"], async () => {
        const before = withoutProtocolKeys(state, HIDDEN);
        const after = await operations.read(id, before);
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
      guarded(news["__provider"], async () => {
        const before = withoutProtocolKeys(olds, HIDDEN);
        const state = await operations.update(id, before, withoutProtocolKeys(news), declaredIn(news));
        return { outs: outputs(state) };
      }),

    delete: (id, state) =>
      guarded(state["__provider"], () => operations.delete(id, withoutProtocolKeys(state, HIDDEN))),
  };
}

/**
 * Marks each string that holds a secret, or what has the shape of a vendor's key. Not the object around it: in the reply to a read the engine loses the mark of an
 * object that was none before.
 */
function marked(value: unknown, redactor: Redactor): unknown {
  if (typeof value === "string") {
    return redactor.isIn(value) || redactor.hasKey(value) ? { ...SECRET, value } : value;
  }
  if (Array.isArray(value)) return value.map((item) => marked(item, redactor));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, marked(item, redactor)]));
}

/** The inputs that the SDK adds to the arguments of a resource. */
function declaredIn(inputs: Values): Declared {
  const { __ignore: ignored, __endedKeys: endedKeys } = inputs;
  return {
    ownership: ownershipOf(inputs),
    ignored: textsOf(ignored),
    ...(endedKeys === undefined ? {} : { endedKeys: textsOf(endedKeys) }),
  };
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

/** `__owner` is `"<owner id> <urn>"` and a line for each former URN, written and abridged by the SDK. */
export function ownershipOf(inputs: Values): Ownership {
  const [text = "", ...aliases] = typeof inputs["__owner"] === "string" ? inputs["__owner"].split("\n") : [];
  const space = text.indexOf(" ");
  return space < 0
    ? { owner: text, urn: "" }
    : { owner: text.slice(0, space), urn: whole(text.slice(space + 1)), aliases: aliases.map(whole) };
}

/** The URN that the SDK abridged; states before 0.3.0 have it whole. */
function whole(urn: string): string {
  return urn.replace(/^(?!urn:)([^~]*)~/, "urn:pulumi:$1pulumi-nodejs:dynamic/subaccounts/");
}

function withoutProtocolKeys(values: Values, keep: readonly string[] = []): Values {
  return Object.fromEntries(
    Object.entries(values).filter(([key]) => !key.startsWith("__") || keep.includes(key)),
  );
}

function pick(values: Values, keys: readonly string[]): Values {
  return Object.fromEntries(keys.filter((key) => values[key] !== undefined).map((key) => [key, values[key]]));
}

/** The shape in which Pulumi shows or saves a failure. */
function forPulumi(
  error: unknown,
  provider: unknown,
  outputs: (state: Values) => Values,
  clean: (text: string) => string,
): Error {
  const message = clean(error instanceof Error ? error.message : String(error));
  const shown = shownError(message);
  // An error that is not one of ours is a defect: its stack is what a report needs.
  const isOurs = error instanceof SubaccountsError || error instanceof PartialFailure;
  if (!isOurs) shown.stack = stackOf(error).map(clean).join("\n");
  if (error instanceof PartialFailure) {
    const properties = { ...outputs(error.state), __provider: provider };
    Object.assign(shown, { id: error.id, properties, reasons: [message] });
  }
  return shown;
}

function stackOf(error: unknown): string[] {
  return error instanceof Error ? (error.stack ?? "").split("\n") : [];
}
