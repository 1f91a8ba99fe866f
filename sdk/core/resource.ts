import * as pulumi from "@pulumi/pulumi";
import { ownership } from "./owner";
import { providerLine, type TypeToken, typeToken } from "./token";

/** What a resource class tells the base class about itself. */
export interface ResourceSpec {
  readonly vendor: string;
  /** The class name, as in the type token. */
  readonly kind: string;
  /** Every property a program can read, arguments and outputs alike. */
  readonly properties: readonly string[];
  /** Properties that are secret whatever the program says. */
  readonly secrets: readonly string[];
}

/**
 * Base of every resource class of this package: adds the constant `__provider` line, the owner, and the
 * outputs, and keeps secrets secret.
 *
 * @throws pulumi.RunError when the options ask for what a dynamic resource cannot do (`import`, `id`).
 */
export abstract class SubaccountsResource extends pulumi.CustomResource {
  protected constructor(
    spec: ResourceSpec,
    name: string,
    args: object,
    opts: pulumi.CustomResourceOptions = {},
  ) {
    const type: TypeToken = typeToken(spec.vendor, spec.kind);
    refuseImport(`${spec.vendor}.${spec.kind}`, name, opts);
    const props: Record<string, unknown> = {};
    for (const property of spec.properties) props[property] = undefined;
    for (const [key, value] of Object.entries(args)) {
      props[key] = value !== undefined && spec.secrets.includes(key) ? pulumi.secret(value) : value;
    }
    props["__provider"] = providerLine(spec.vendor, spec.kind);
    props["__owner"] = ownership(type, name, opts.parent);
    super(type, name, props, {
      ...opts,
      additionalSecretOutputs: [...spec.secrets, ...(opts.additionalSecretOutputs ?? [])],
      // A live customer is never deleted to make room for its replacement.
      deleteBeforeReplace: false,
    });
  }
}

function refuseImport(what: string, name: string, opts: pulumi.CustomResourceOptions): void {
  if (opts.import === undefined && opts.id === undefined) return;
  throw new pulumi.RunError(
    `${what} "${name}": \`import\` and \`id\` cannot work for this resource (Pulumi gives a dynamic provider ` +
      'no way to read what it has no state of). To take an existing account under management, pass `adopt: "<id>"` ' +
      "as an argument instead.",
  );
}
