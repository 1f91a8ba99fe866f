import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, globSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A Postgres of one's own, which ends with all that it holds. */
export interface Postgres {
  /** For `PULUMI_BACKEND_URL`. */
  readonly url: string;
  /** Runs SQL as the owner of everything. */
  run(sql: string): void;
  /** The first field of the first row of a query. */
  query(sql: string): string;
  stop(): Promise<void>;
}

/** Why a test is skipped where there is none. */
export const NO_POSTGRES = "there is no Postgres server in /usr/lib/postgresql: apt-get install postgresql";

/** The folder with the programs of the newest server that Debian's `postgresql` has installed. */
export function postgresPrograms(): string | undefined {
  const version = (folder: string) => Number(folder.split("/").at(-2));
  return globSync("/usr/lib/postgresql/*/bin")
    .sort((one, other) => version(one) - version(other))
    .at(-1);
}

/** Starts a server in a temporary folder, on a free port of the loopback interface. */
export async function startPostgres(programs: string): Promise<Postgres> {
  const folder = mkdtempSync(join(tmpdir(), "subaccounts-postgres-"));
  const user = unprivileged();
  if (user) chownSync(folder, user.uid, user.gid);
  const data = join(folder, "data");
  const options = { cwd: folder, ...user };
  let server: ChildProcess | undefined;
  const stop = async () => {
    if (server?.exitCode === null) {
      const ended = once(server, "exit");
      server.kill("SIGINT");
      await ended;
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    execFileSync(
      join(programs, "initdb"),
      ["--pgdata", data, "--username=pulumi", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"],
      { ...options, stdio: "pipe" },
    );
    const port = await freePort();
    server = spawn(
      join(programs, "postgres"),
      ["-D", data, "-h", "127.0.0.1", "-p", String(port), "-k", folder, "-F"],
      { ...options, stdio: ["ignore", "ignore", "pipe"] },
    );
    await ready(server);
    const url = `postgres://pulumi@127.0.0.1:${port}/postgres?sslmode=disable`;
    const run = (sql: string) => {
      execFileSync(join(programs, "psql"), [url, "--quiet", "-v", "ON_ERROR_STOP=1", "-c", sql], {
        stdio: "pipe",
      });
    };
    const query = (sql: string) =>
      execFileSync(join(programs, "psql"), [url, "-At", "-c", sql], { encoding: "utf8" }).trim();
    return { url, run, query, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Postgres does not run as root. */
function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) => Number(execFileSync("id", [flag, "nobody"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Resolves when the server says that it takes connections. */
function ready(server: ChildProcess): Promise<void> {
  let log = "";
  return new Promise((resolve, reject) => {
    server.stderr?.setEncoding("utf8").on("data", (text: string) => {
      log += text;
      if (log.includes("ready to accept connections")) resolve();
    });
    server.once("error", reject);
    server.once("exit", (code) => reject(new Error(`Postgres ended with ${code}:\n${log}`)));
  });
}
