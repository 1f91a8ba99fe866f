import { asksForPatience, mayHaveHappened } from "../base/errors";
import type { Run } from "../base/run";
import { delayMs, MAX_ATTEMPTS } from "./retry";

/**
 * Recovery, the one way in which every mutation that must not happen twice is carried out: it is sent, and after an
 * answer that does not tell what became of it (or that asks for patience) somebody looks, before it is sent again.
 *
 * @param send sends the mutation as it is needed now.
 * @param look finds out what became of it: its result, or undefined when nothing came of it. It also cleans up after
 * the last attempt.
 * @throws what the last attempt failed with. A vendor that asks for patience gets it as long as a call may wait.
 */
export async function settle<T>(
  {
    run,
    maxWaitMs,
    knock,
  }: { readonly run: Run; readonly maxWaitMs: number; readonly knock: () => Promise<void> },
  send: () => Promise<T>,
  look: (error: unknown) => Promise<T | undefined>,
): Promise<T> {
  let patientUntilMs: number | undefined;
  let refusals = 0;
  for (let attempt = 1; ; ) {
    try {
      return await send();
    } catch (error) {
      const isPatient = asksForPatience(error);
      if (!isPatient && !mayHaveHappened(error)) throw error;
      patientUntilMs ??= run.world.now() + maxWaitMs;
      const isLast = isPatient ? run.world.now() >= patientUntilMs : attempt >= MAX_ATTEMPTS;
      // Where the vendor asked for patience, the next call waits for that by itself.
      if (!isPatient && !isLast) await run.sleep(delayMs(attempt, run.world.random()));
      const found = await look(error);
      if (found !== undefined) return found;
      if (isLast) throw error;
      if (!isPatient) attempt++;
      // A vendor that refuses every other call would refuse for ever what always follows a look.
      else if (++refusals % 2 === 0) await knock();
    }
  }
}
