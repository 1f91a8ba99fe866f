import { createRequire } from "node:module";
import type { Note } from "../core/base/run";
import { engineAddress } from "./engine-address";

/** As much of Pulumi's engine client as a note needs. */
interface EngineClient {
  log(request: object, options: { deadline: number }, done: (error: unknown) => void): void;
}

let client: EngineClient | undefined;

// An engine that is gone or hangs must not hold up the operation that tells.
const PATIENCE_MS = 2_000;

/**
 * Shows a note the way Pulumi shows its own, warnings counted in the summary. Resolves when the engine has it.
 *
 * Where there is no engine, or none that answers, the line goes to standard error, which Pulumi shows as well.
 */
export function tell({ severity, text, urn }: Note): Promise<void> {
  return new Promise((resolve) => {
    const fallback = (error: unknown): void => {
      if (error) process.stderr.write(`${severity}: ${text}\n`);
      resolve();
    };
    try {
      const { LogRequest, LogSeverity } = require("@pulumi/pulumi/proto/engine_pb.js");
      const request = new LogRequest();
      request.setSeverity(severity === "info" ? LogSeverity.INFO : LogSeverity.WARNING);
      request.setMessage(text);
      if (urn !== undefined) request.setUrn(urn);
      client ??= connect();
      client.log(request, { deadline: Date.now() + PATIENCE_MS }, fallback);
    } catch (error) {
      fallback(error);
    }
  });
}

function connect(): EngineClient {
  const address = engineAddress();
  if (address === undefined) throw new Error("this process was not started by Pulumi's engine");
  // gRPC is Pulumi's dependency and must be the very copy that its client was made with.
  const { credentials } = createRequire(require.resolve("@pulumi/pulumi"))("@grpc/grpc-js");
  const { EngineClient } = require("@pulumi/pulumi/proto/engine_grpc_pb.js");
  return new EngineClient(`${address.host}:${address.port}`, credentials.createInsecure());
}
