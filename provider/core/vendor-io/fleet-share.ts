import type { Agent } from "node:http";
import type { z } from "zod";
import { errorCode } from "../base/errors";
import type { Run } from "../base/run";

const VARIABLE = "SUBACCOUNTS_FLEET_URL";

/** How long the service may take for an answer, in milliseconds. */
const ANSWER_MS = 5_000;

/** Sends requests to the process that runs the fleet, and reads its JSON. */
type AskFleet = <T>(path: string, body: object, reply: z.ZodType<T>) => Promise<T>;

/** The rate and the list that the shards of a fleet share, as the process that runs the fleet serves it to this one. */
export interface FleetShare {
  /** This process among all. */
  readonly process: string;
  /** How many processes of this machine share, before anything was asked. */
  readonly parallel: number;
  /** @throws Error where the service is gone or answers otherwise; its message says nothing of what was sent */
  readonly ask: AskFleet;
  /** Tells, once in a run, that this process goes on without it. */
  readonly tellGone: (title: string, sharers: number) => void;
}

/** The service of the fleet that this run is a part of; undefined where it is of none. */
export function fleetShareOf(run: Run): FleetShare | undefined {
  return run.shared("fleet share", () => {
    const text = run.world.env[VARIABLE];
    if (!text) return undefined;
    // An address that cannot be read leads nowhere, as a service that is gone.
    const url = URL.canParse(text) ? new URL(text) : new URL("http://127.0.0.1:1");
    run.redactor.add(url.username);
    const parallel = Number(url.searchParams.get("parallel"));
    return {
      process: run.world.newId(),
      parallel: Number.isInteger(parallel) && parallel > 0 ? parallel : 1,
      ask: askOf(url),
      tellGone: (title, sharers) =>
        run.warnOnce(
          "the fleet's service",
          `${title}: what the shards of the fleet share cannot be reached, so this process goes on by itself, with 1/${sharers} of the rate and a list of ` +
            "its own. See whether the command that runs the fleet, and its database, still run",
        ),
    };
  });
}

function askOf({ hostname, port, username }: URL): AskFleet {
  let agent: Agent | undefined;
  const send = async (path: string, body: string, signal: AbortSignal): Promise<string> => {
    const http = await import("node:http");
    // An agent of its own: that of the process may lead through a proxy.
    agent ??= new http.Agent({ keepAlive: true });
    const headers = { authorization: `Bearer ${username}`, "content-type": "application/json" };
    const options = { hostname, port, path, method: "POST", agent, headers, signal };
    return await new Promise((resolve, reject) => {
      const request = http.request(options, (response) => {
        let received = "";
        response.setEncoding("utf8").on("data", (chunk: string) => {
          received += chunk;
        });
        response.once("error", reject).once("end", () => {
          if (response.statusCode === 200) resolve(received);
          else reject(new Error(`the fleet's service answered ${response.statusCode}`));
        });
      });
      request.once("error", reject).end(body);
    });
  };
  return async (path, body, reply) => {
    const signal = AbortSignal.timeout(ANSWER_MS);
    const text = JSON.stringify(body);
    // A kept-alive socket may have ended meanwhile. What is asked twice is counted twice, which is safe.
    const answer = await send(path, text, signal).catch((error: unknown) => {
      if (errorCode(error) !== "ECONNRESET") throw error;
      return send(path, text, signal);
    });
    return reply.parse(JSON.parse(answer));
  };
}
