import { basename } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { expect, it } from "vitest";
import { zavu } from "../../../sdk";

/** The part of the engine's gRPC request that is read here. */
interface Request {
  getName(): string;
  getStacktrace(): { getFramesList(): { getPc(): { getUri(): string } | undefined }[] } | undefined;
}

it("a resource is made without stack traces, and Pulumi still saves where in the program it is declared", async () => {
  await pulumi.runtime.setMocks({
    call: () => ({}),
    newResource: ({ name, inputs }) => ({ id: name, state: inputs }),
  });
  const files = new Map<string, string[]>();
  const monitor = pulumi.runtime.getMonitor() as unknown as {
    registerResource: (request: Request, done: unknown) => Promise<void>;
  };
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, done) => {
    const frames = request.getStacktrace()?.getFramesList() ?? [];
    files.set(
      request.getName(),
      frames.map((frame) => basename(frame.getPc()?.getUri() ?? "")),
    );
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
  // The frame of its class; where the tests run, those of a program have no position.
  expect(files.get("acme")?.[0]).toBe("sub-account.ts");
  expect(limits).toEqual([0]);
  expect(Error.stackTraceLimit).toBe(limit);
});

it("stack traces are on again after a resource could not be made", () => {
  const limit = Error.stackTraceLimit;
  const transformations = [
    () => {
      throw new Error("of a transformation");
    },
  ];
  expect(() => new zavu.SubAccount("acme", { name: "Acme" }, { transformations })).toThrow(
    "of a transformation",
  );
  expect(Error.stackTraceLimit).toBe(limit);
});
