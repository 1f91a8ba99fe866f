import * as pulumi from "@pulumi/pulumi";

// What of Pulumi's SDK its types hide, each used in one place and tried by a test.

/** The aliases of a resource, its own alone, as URNs. Transformations have been applied to them. */
export function ownAliases(resource: pulumi.Resource): readonly pulumi.Input<pulumi.URN>[] {
  return (resource as { readonly __aliases?: readonly pulumi.Input<pulumi.URN>[] }).__aliases ?? [];
}

/**
 * An output as an `up` may store it: undefined in place of what stays unknown there, which is an output of a resource that
 * the run leaves out (`--target`). Pulumi would save its mark for unknown values as the value, and CLIs before 3.26x hand it to
 * the program as one. A preview gets the output itself. Secrecy and dependencies stay.
 */
export function settled<T>(output: pulumi.Output<T>): pulumi.Output<T | undefined> {
  if (pulumi.runtime.isDryRun()) return output;
  const { apply } = output as unknown as {
    apply(make: (value: T) => T | undefined, runWithUnknowns: boolean): pulumi.Output<T | undefined>;
  };
  return apply.call(output, (value) => (isUnknown(value) ? undefined : value), true);
}

/** Whether a value is Pulumi's mark for one that is not known yet, as the program or the wire has it. */
export function isUnknown(value: unknown): boolean {
  return value === pulumi.runtime.unknownValue || pulumi.isUnknown(value);
}

/** The parent that a resource was declared with, or the stack. */
export function parentOf(resource: pulumi.Resource): pulumi.Resource | undefined {
  return (resource as { readonly __parentResource?: pulumi.Resource }).__parentResource;
}

/**
 * The value of an output without its dependencies, or undefined if it is unknown. `apply` would never run on an unknown
 * value.
 */
export async function plainValue<T>(value: pulumi.Input<T>): Promise<T | undefined> {
  if (!pulumi.Output.isInstance(value)) return value;
  return (value as unknown as { promise(): Promise<T | undefined> }).promise();
}

/** Whether the stack's config holds a value, or a part of it, encrypted; where Pulumi does not say, it is taken for that. */
export function isConfigSecret(key: string): boolean {
  const runtime = pulumi.runtime as object as { readonly isConfigSecret?: (key: string) => boolean };
  return runtime.isConfigSecret?.(key) ?? true;
}
