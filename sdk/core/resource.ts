import * as pulumi from "@pulumi/pulumi";
import { formerUrns, inheritedUrns } from "./aliases";
import { ownership } from "./owner";
import { refuseLostProvider } from "./provider-folder";
import { ownAliases } from "./pulumi-internals";
import { providerLine, type TypeToken, typeToken } from "./token";

/** What a resource class tells the base class about itself. */
export interface ResourceSpec {
  readonly vendor: string;
  /** The class name, as in the type token. */
  readonly kind: string;
  /** Arguments that a program may leave out, and can read all the same. */
  readonly optional: readonly string[];
  /** What the vendor gives beside the arguments. */
  readonly outputs: readonly string[];
  /** Properties that are secret whatever the program says. */
  readonly secrets: readonly string[];
}

/**
 * Base of every resource class of this package: adds the constant `__provider` line, the owner, and the
 * outputs, and keeps secrets secret.
 *
 * @throws pulumi.RunError when the options ask for what a dynamic resource cannot do (`import`, `id`), and when the
 * provider process would not find this package.
 */
export abstract class SubaccountsResource extends pulumi.CustomResource {
  protected constructor(
    spec: ResourceSpec,
    name: string,
    args: object,
    opts: pulumi.CustomResourceOptions = {},
  ) {
    const type: TypeToken = typeToken(spec.vendor, spec.kind);
    const what = `${spec.vendor}.${spec.kind} "${name}"`;
    refuseOldNode();
    refuseLostProvider();
    refuseImport(what, opts);
    if (typeof args !== "object" || args === null) {
      throw new pulumi.RunError(
        `${what}: the arguments are missing; pass an object such as { name: "Acme Corp" }`,
      );
    }
    const props: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(args)) {
      if (value !== undefined) props[key] = spec.secrets.includes(key) ? pulumi.secret(value) : value;
    }
    for (const output of spec.outputs) props[output] = undefined;
    props["__provider"] = providerLine(spec.vendor, spec.kind);
    const parent = opts.parent ?? undefined;
    const urn =
      parent === undefined
        ? `urn:pulumi:${pulumi.getStack()}::${pulumi.getProject()}::${type}::${name}`
        : pulumi.createUrn(name, type, parent);
    props["__owner"] = ownership(urn, () => formerUrns(urn, ownAliases(this), parent));
    super(type, name, props, {
      ...opts,
      aliases: [...(opts.aliases ?? []), ...inheritedUrns([urn], parent)],
      additionalSecretOutputs: [...spec.secrets, ...(opts.additionalSecretOutputs ?? [])],
      // A live customer is never deleted to make room for its replacement.
      deleteBeforeReplace: false,
    });
    // Pulumi makes four promises, each with a stack trace, for every property it is told of. An argument that was left
    // out is known to be undefined without them: a fifth of the time of a preview of a thousand accounts.
    for (const key of spec.optional) {
      if (!(key in props)) Object.assign(this, { [key]: nothing() });
    }
  }
}

let undefinedOutput: pulumi.Output<undefined> | undefined;

function nothing(): pulumi.Output<undefined> {
  undefinedOutput ??= pulumi.output(undefined);
  return undefinedOutput;
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
