import * as pulumi from "@pulumi/pulumi";

const noStack = {};

/**
 * A value that every stack has one of, made at the first call: several stacks can run in one process (Automation API),
 * one after the other or at once.
 *
 * @internal
 */
export function perStack<T>(make: () => T): () => T {
  const made = new WeakMap<object, T>();
  return () => {
    const stack = pulumi.runtime.getStackResource() ?? noStack;
    const value = made.has(stack) ? (made.get(stack) as T) : make();
    made.set(stack, value);
    return value;
  };
}
