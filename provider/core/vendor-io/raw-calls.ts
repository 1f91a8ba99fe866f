import type { Run } from "../base/run";
import type { Settings } from "./config";
import { Exchange, type Reply, type Request } from "./exchange";
import { RateBudget } from "./rate-budget";
import { rateHints } from "./rate-hints";
import type { Vendor } from "./vendor";

/** Sends a request once, in its turn of the rate budget, and returns the reply as it is, whatever its status. */
export type RawCalls = (request: Request) => Promise<Reply>;

/**
 * The calls of a connection without anything that understands them: the same sockets, proxy, headers and rate budget as
 * the client's, and the same redactor for the key. A rate-limit reply makes the next call wait.
 *
 * @returns a function that throws ConnectionError where there is no reply, or the rate limit lasts longer than
 *   `maxWaitMs`.
 */
export function rawCalls<Client>(vendor: Vendor<Client>, settings: Settings, run: Run): RawCalls {
  const { apiKey, proxy } = settings;
  run.redactor.add([apiKey, proxy?.secrets]);
  if (vendor.keyShape) run.redactor.addShape(vendor.keyShape);
  const { title } = vendor;
  const budget = new RateBudget({ run, title, documented: vendor.rateLimit, progress: () => "a call waits" });
  const exchange = new Exchange({ ...settings, run, title, headers: vendor.authHeaders(apiKey) });
  const maxWaitMs = settings.maxWaitMs ?? run.world.timeLimits.maxWaitMs;
  return async (request) => {
    const ticket = await budget.enter(request.operation, (nowMs) => nowMs + maxWaitMs);
    try {
      const reply = await exchange.send(request);
      const hints = rateHints(reply.header, run.world.now(), budget.windowMs);
      budget.leave(ticket, reply.status === 429, hints);
      return reply;
    } catch (error) {
      budget.leave(ticket, false, {});
      throw error;
    }
  };
}
