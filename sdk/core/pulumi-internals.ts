import * as pulumi from "@pulumi/pulumi";

// What of Pulumi's SDK its types hide, each used in one place and tried by a test.

/** The aliases of a resource, its own alone, as URNs. Transformations have been applied to them. */
export function ownAliases(resource: pulumi.Resource): readonly pulumi.Input<pulumi.URN>[] {
  return (resource as { readonly __aliases?: readonly pulumi.Input<pulumi.URN>[] }).__aliases ?? [];
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
