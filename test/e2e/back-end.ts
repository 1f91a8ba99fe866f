import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject } from "vitest";
import { type Emulator, startEmulator } from "../../emulator";
import { type Command, startCommand } from "../../engine/command.mts";
import { hermeticEnv } from "../../engine/environment.mts";
import { repository } from "../../engine/program-folder.mts";
import { realTimeEnvironmentOf } from "../support/stack";

const PROGRAM = join(repository, "examples/automation/index.ts");

/** The back end of examples/automation, as its user runs it, on a backend and an emulator of its own. */
export interface BackEnd {
  readonly emulator: Emulator;
  /** A folder of its own, in which nothing is installed. */
  readonly root: string;
  readonly env: Record<string, string>;
  /** Everything that it has printed and answered. */
  readonly said: readonly string[];
  call(method: string, path?: string, body?: object): Promise<{ status: number; body: unknown }>;
  signUp(id: string): Promise<{ status: number; body: unknown }>;
  /** The `externalId` and status of every account, of both vendors. */
  accounts(): { externalId?: string | undefined; status: string }[];
  /** Kills it with all of its runs, and starts it again. */
  killAndStart(): Promise<void>;
  close(): Promise<void>;
}

export async function openBackEnd(): Promise<BackEnd> {
  const emulator = await startEmulator();
  const root = mkdtempSync(join(tmpdir(), "subaccounts-automation-"));
  for (const folder of ["state", "home", "tmp"]) mkdirSync(join(root, folder));
  const env = hermeticEnv([inject("engineBinDir")], {
    ...realTimeEnvironmentOf(emulator),
    PULUMI_HOME: join(root, "home"),
    PULUMI_BACKEND_URL: `file://${join(root, "state")}?metadata=skip`,
    PULUMI_CONFIG_PASSPHRASE: "test",
    PULUMI_SKIP_UPDATE_CHECK: "1",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    TMPDIR: join(root, "tmp"),
    ALLOWED_ORGANIZATIONS: '{"zavu":["jt7emulator0001"],"bctrl":["org_emulated0organization"]}',
    LOCK_WAIT_SECONDS: "1",
    RUNS_AT_ONCE: "5",
    PORT: "0",
  });
  const said: string[] = [];
  let server: Command;
  let url: string;

  /** Starts it in a folder without packages, as a service manager does. */
  async function start(): Promise<void> {
    url = await new Promise((resolve, reject) => {
      server = startCommand("node", [PROGRAM], {
        cwd: root,
        env,
        onLine: (line) => {
          said.push(line);
          const [found] = /http:\/\/\S+/.exec(line) ?? [];
          if (found !== undefined) resolve(found);
        },
      });
      server.done.then(({ output }) => reject(new Error(`the server has ended: ${output}`)), reject);
    });
  }
  const kill = async () => {
    server.kill("SIGKILL", { group: true });
    await server.done;
  };
  const call: BackEnd["call"] = async (method, path = "", body = undefined) => {
    const response = await fetch(url + path, { method, ...(body && { body: JSON.stringify(body) }) });
    const text = await response.text();
    said.push(text);
    return { status: response.status, body: JSON.parse(text) };
  };
  await start();
  return {
    emulator,
    root,
    env,
    said,
    call,
    signUp: (id) => call("POST", "", { id, name: `Customer ${id}`, tier: "trial" }),
    accounts: () =>
      [...emulator.zavu.accounts(), ...emulator.bctrl.accounts()].map(({ externalId, status }) => ({
        externalId: externalId ?? undefined,
        status,
      })),
    killAndStart: async () => {
      await kill();
      await start();
    },
    close: async () => {
      await kill();
      await emulator.close();
      rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
