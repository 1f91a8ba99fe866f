import * as pulumi from "@pulumi/pulumi";

/**
 * Whether an argument is known only later: an output or a promise.
 *
 * @internal
 */
export function isLater(value: unknown): boolean {
  return pulumi.Output.isInstance(value) || value instanceof Promise;
}
