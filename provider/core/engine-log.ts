import { createRequire } from "node:module";

/** As much of Pulumi's engine client as a warning needs. */
interface EngineClient {
  log(request: object, options: { deadline: number }, done: (error: unknown) => void): void;
}

let client: EngineClient | undefined;

// An engine that is gone or hangs must not hold up the operation that warns.
const PATIENCE_MS = 2_000;

/**
 * Shows a warning the way Pulumi shows its own, counted in the summary. Resolves when the engine has it.
 *
 * Pulumi starts a dynamic-provider process with the engine's address as its last argument. Where that is missing or
 * does not answer, the line goes to standard error, which Pulumi shows as well.
 */
export function warn(line: string): Promise<void> {
  return new Promise((resolve) => {
    const fallback = (error: unknown): void => {
      if (error) process.stderr.write(`warning: ${line}\n`);
      resolve();
    };
    try {
      const { LogRequest, LogSeverity } = require("@pulumi/pulumi/proto/engine_pb.js");
      const request = new LogRequest();
      request.setSeverity(LogSeverity.WARNING);
      request.setMessage(line);
      client ??= connect();
      client.log(request, { deadline: Date.now() + PATIENCE_MS }, fallback);
    } catch (error) {
      fallback(error);
    }
  });
}

function connect(): EngineClient {
  const address = process.argv.at(-1) ?? "";
  if (!/^[\w.:[\]-]+:\d+$/.test(address)) throw new Error("this process was not started by Pulumi's engine");
  // gRPC is Pulumi's dependency and must be the very copy that its client was made with.
  const { credentials } = createRequire(require.resolve("@pulumi/pulumi"))("@grpc/grpc-js");
  const { EngineClient } = require("@pulumi/pulumi/proto/engine_grpc_pb.js");
  return new EngineClient(address, credentials.createInsecure());
}
