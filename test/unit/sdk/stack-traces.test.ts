import * as pulumi from "@pulumi/pulumi";
import { expect, it } from "vitest";
import { zavu } from "../../../sdk";

/** The part of the engine's gRPC request that is read here. */
interface Request {
  getName(): string;
  getStacktrace(): { getFramesList(): object[] } | undefined;
}

it("a resource is made without stack traces, and Pulumi still saves where in the program it is declared", async () => {
  await pulumi.runtime.setMocks({
    call: () => ({}),
    newResource: ({ name, inputs }) => ({ id: name, state: inputs }),
  });
  const frames = new Map<string, number>();
  const monitor = pulumi.runtime.getMonitor() as unknown as {
    registerResource: (request: Request, done: unknown) => Promise<void>;
  };
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, done) => {
    frames.set(request.getName(), request.getStacktrace()?.getFramesList().length ?? 0);
    return register(request, done);
  };
  const limit = Error.stackTraceLimit;
  const limits: number[] = [];
  // Pulumi calls it while it makes the resource.
  const transformations = [
    () => {
      limits.push(Error.stackTraceLimit);
      return undefined;
    },
  ];
  const account = new zavu.SubAccount("acme", { name: "Acme" }, { transformations });
  await new Promise((resolve) => account.id.apply(resolve));
  expect(frames.get("acme")).toBeGreaterThan(0);
  expect(limits).toEqual([0]);
  expect(Error.stackTraceLimit).toBe(limit);
});

it("stack traces are on again after a resource could not be made", async () => {
  const limit = Error.stackTraceLimit;
  const transformations = [
    () => {
      throw new Error("of a transformation");
    },
  ];
  let refused: unknown;
  try {
    new zavu.SubAccount("acme", { name: "Acme" }, { transformations });
  } catch (error) {
    refused = error;
  }
  await Promise.resolve();
  expect(refused).toHaveProperty("message", "of a transformation");
  expect(Error.stackTraceLimit).toBe(limit);
});
