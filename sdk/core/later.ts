import * as pulumi from "@pulumi/pulumi";

/**
 * Whether an argument is known only later: an output or a promise.
 *
 * @internal
 */
export function isLater(value: unknown): boolean {
  return pulumi.Output.isInstance(value) || value instanceof Promise;
}

/** Whether there is such a value anywhere within a plain one, which is not nested in itself. */
export function holdsLater(value: unknown): boolean {
  if (isLater(value)) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(holdsLater);
}
