import { once } from "node:events";
import { Command, InvalidArgumentError } from "commander";
// Types only: the emulator itself is loaded when the command runs, so that `--help` stays fast.
import type { Emulator } from "../emulator";

/** The process as the command uses it; tests inject their own. */
export interface EmulateHost {
  /** Writes text to standard output. */
  write(text: string): void;
  /** Resolves when the user wants to stop (Ctrl-C or SIGTERM). */
  stopped(): Promise<unknown>;
}

const processHost: EmulateHost = {
  write: (text) => process.stdout.write(text),
  stopped: () => Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]),
};

/** `subaccounts emulate`: serves the emulator until it is interrupted. */
export function emulateCommand(host: EmulateHost = processHost): Command {
  const command = new Command("emulate")
    .description("serve stand-ins for the vendors on this machine, with a page that shows what happens")
    .option("-p, --port <number>", "port to listen on; 0 for any free one", parsePort, 8787)
    .action(async ({ port }: { port: number }) => {
      const { startEmulator } = await import("../emulator/index.js");
      // Listening for the signal before the start leaves no moment in which Ctrl-C would end us uncleanly.
      const stopped = host.stopped();
      const emulator = await startEmulator({ port }).catch((error: unknown) =>
        command.error(`error: ${startFailure(port, error)}`, { exitCode: 1, code: "subaccounts.emulate" }),
      );
      host.write(welcome(emulator));
      await stopped;
      await emulator.close();
      host.write("Emulator stopped.\n");
    });
  return command;
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) {
    throw new InvalidArgumentError("Give a whole number from 0 (any free port) to 65535.");
  }
  return port;
}

function startFailure(port: number, error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "EADDRINUSE") {
    return `port ${port} is taken by another program. Stop that one, or choose another port: --port 0 takes any free one`;
  }
  if (code === "EACCES") return `port ${port} needs more rights. Choose one above 1023: --port 8787`;
  return `cannot listen on port ${port}: ${error instanceof Error ? error.message : String(error)}`;
}

function welcome(emulator: Emulator): string {
  const vendors = emulator.overview();
  const titles = vendors.map(({ title, url }) => `  ${title.padEnd(8)}${url}`);
  const exports = vendors.map(({ name, environment, url }) => {
    return `export ${environment.baseUrl}=${url} ${environment.apiKey}=${emulator[name].apiKey}`;
  });
  return `The emulator is running. Watch it at ${emulator.url}/

${titles.join("\n")}

Point a program here by pasting this into its shell (the keys work nowhere else):

${exports.join("\n")}

Everything is forgotten when it stops. Ctrl-C to stop.
`;
}
