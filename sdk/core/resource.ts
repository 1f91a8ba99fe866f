import * as pulumi from "@pulumi/pulumi";
import { formerUrns, inheritedUrns } from "./aliases";
import { endWithEngine } from "./broken-pipe";
import { warnOfClearKeys } from "./clear-keys";
import { EVERYTHING, ignoredPaths } from "./ignored";
import { hasHalfCharacter, inspected, kindOf } from "./json";
import { holdsLater, isLater } from "./later";
import { ownership } from "./owner";
import { refuseLostProvider } from "./provider-folder";
import { ownAliases } from "./pulumi-internals";
import { pauseStackTraces, resumeStackTraces } from "./stack-traces";
import { providerLine, type TypeToken, typeToken } from "./token";

/** The description of a resource class. */
export interface ResourceSpec {
  readonly vendor: string;
  /** The class name, as in the type token. */
  readonly kind: string;
  /** Arguments that a program may leave out, and can read all the same. */
  readonly optional: readonly string[];
  /** Outputs beside the arguments. */
  readonly outputs: readonly string[];
  /** Properties that are secret whatever the program says. */
  readonly secrets: readonly string[];
}

/** The parameters of the constructor of a custom resource. */
type Registration = [type: TypeToken, name: string, props: pulumi.Inputs, opts: pulumi.CustomResourceOptions];

/**
 * Makes the arguments of Pulumi's constructor for a resource of this package: adds the constant `__provider` line, the
 * owner, the paths of `ignoreChanges` (`__ignore`) and the outputs, and keeps secrets secret. The provider must know what
 * is ignored: Pulumi gives it the state's value there, which a write would send. What `transformations` and `transforms`
 * add to `ignoreChanges` is not seen. {@link registered} follows the constructor.
 *
 * A class calls Pulumi's constructor itself and has no base class of ours: Pulumi counts the frames between a resource and
 * the program, and saves both in the state.
 *
 * @param resource called once it is constructed.
 * @throws pulumi.RunError when the options ask for what a dynamic resource cannot do (`import`, `id`), and when the
 * provider process would not find this package.
 */
export function registration(
  spec: ResourceSpec,
  resource: () => pulumi.Resource,
  name: string,
  args: object,
  opts: pulumi.CustomResourceOptions = {},
): Registration {
  const type = typeToken(spec.vendor, spec.kind);
  const what = nameOf(`${spec.vendor}.${spec.kind}`, name);
  refuseOldNode();
  endWithEngine();
  refuseLostProvider();
  warnOfClearKeys();
  refuseNoOptions(what, opts);
  refuseImport(what, opts);
  refuseNoObject(what, args);
  const props: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(inspected(what, args))) {
    if (value !== undefined) props[key] = spec.secrets.includes(key) ? pulumi.secret(value) : sendable(value);
  }
  for (const output of spec.outputs) props[output] = undefined;
  props["__provider"] = providerLine(spec.vendor, spec.kind);
  const parent = opts.parent ?? undefined;
  const urn =
    parent === undefined
      ? `urn:pulumi:${pulumi.getStack()}::${pulumi.getProject()}::${type}::${name}`
      : pulumi.createUrn(name, type, parent);
  const owner = ownership(urn, () => formerUrns(urn, ownAliases(resource()), parent));
  // Where the resource cannot be constructed nobody awaits the owner.
  owner.catch(() => {});
  props["__owner"] = owner;
  const ignored = ignoredPaths(opts.ignoreChanges ?? []);
  if (ignored.length > 0) props["__ignore"] = ignored;
  const options = {
    ...opts,
    // For `*` the engine would keep the hidden inputs of the state, too.
    ...(ignored.includes(EVERYTHING)
      ? { ignoreChanges: [...new Set([...Object.keys(args), ...spec.optional])] }
      : {}),
    aliases: [...(opts.aliases ?? []), ...inheritedUrns([urn], parent)],
    additionalSecretOutputs: [...spec.secrets, ...(opts.additionalSecretOutputs ?? [])],
    // A live customer is never deleted to make room for its replacement.
    deleteBeforeReplace: false,
  };
  pauseStackTraces();
  return [type, name, props, options];
}

/**
 * Completes a resource that is constructed. Pulumi makes four promises for every property that it is told of; an argument
 * that was left out is known to be undefined without them.
 */
export function registered(resource: pulumi.Resource, { optional }: ResourceSpec): void {
  resumeStackTraces();
  for (const key of optional) {
    if (!(key in resource)) Object.assign(resource, { [key]: nothing() });
  }
}

/** Pulumi calls `toString` of a plain value, which metadata may have as a key, and not that of an output. */
function sendable(value: unknown): unknown {
  if (typeof value !== "object" || value === null || isLater(value)) return value;
  if (Object.hasOwn(value, "toString")) return pulumi.output(value);
  return holdsLater(value) ? secretAsWhole(value) : value;
}

/**
 * A value with outputs in it, secret as a whole if one of them is: Pulumi keeps a part secret by its path, which a vendor's
 * answer or a later version of the program need not have. Without a secret it stays as it is, since an output of all of it would
 * be unknown in a preview as soon as a part is.
 */
function secretAsWhole(value: object): Promise<unknown> {
  const whole = pulumi.isSecret(pulumi.output(value)).then((is) => (is ? pulumi.secret(value) : value));
  // Where the resource cannot be constructed nobody awaits it.
  whole.catch(() => {});
  return whole;
}

let undefinedOutput: pulumi.Output<undefined> | undefined;

function nothing(): pulumi.Output<undefined> {
  undefinedOutput ??= pulumi.output(undefined);
  return undefinedOutput;
}

/**
 * How messages call a resource.
 *
 * @throws pulumi.RunError on a name that Pulumi refuses with a stack trace.
 */
export function nameOf(kind: string, name: unknown): string {
  if (typeof name === "string" && name !== "" && !hasHalfCharacter(name)) return `${kind} "${name}"`;
  const got = typeof name === "string" && name !== "" ? "half a character in it" : kindOf(name);
  throw new pulumi.RunError(`${kind}: the first argument is the resource's name, such as "acme"; got ${got}`);
}

/** @throws pulumi.RunError on arguments that are no object, or known only later. */
export function refuseNoObject(what: string, args: unknown): void {
  if (typeof args === "object" && args !== null && !Array.isArray(args) && !isLater(args)) return;
  throw new pulumi.RunError(
    `${what}: the arguments must be an object such as { name: "Acme Corp" }; got ${kindOf(args)}`,
  );
}

/** @throws pulumi.RunError on options that are no object. */
export function refuseNoOptions(what: string, opts: unknown = {}): void {
  if (typeof opts === "object" && opts !== null && !Array.isArray(opts)) return;
  throw new pulumi.RunError(
    `${what}: the options, the third argument, must be an object such as { protect: true }; got ${kindOf(opts)}`,
  );
}

function refuseImport(what: string, opts: pulumi.CustomResourceOptions): void {
  if (opts.import === undefined && opts.id === undefined) return;
  throw new pulumi.RunError(
    `${what}: \`import\` and \`id\` cannot work for this resource (Pulumi gives a dynamic provider ` +
      'no way to read what it has no state of). To take an existing account under management, pass `adopt: "<id>"` ' +
      "as an argument instead.",
  );
}

// undici, which does the provider's HTTP, needs it; without this check an older Node fails in the middle of an `up`.
const OLDEST_NODE = [22, 19] as const;

/** @throws pulumi.RunError on a Node that is too old, before anything is loaded that needs a newer one. @internal */
export function refuseOldNode(): void {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  throw new pulumi.RunError(
    `pulumi-subaccounts needs Node ${OLDEST_NODE.join(".")} or newer; this is ${process.versions.node}`,
  );
}
