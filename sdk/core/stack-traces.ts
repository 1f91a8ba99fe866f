/** The limit to set back; undefined while traces are captured. */
let limit: number | undefined;

/**
 * Stops V8 from capturing stack traces until {@link resumeStackTraces}, at the latest until the synchronous code around it
 * ends, which a constructor that throws makes the latest.
 *
 * Pulumi captures one for each of the four promises that it makes for a property, and shows them only where
 * `PULUMI_DEBUG_PROMISE_LEAKS` is set. They are a third of what a program of a thousand accounts costs. The places in the
 * program that Pulumi saves in the state are not affected: for those it raises the limit itself.
 */
export function pauseStackTraces(): void {
  if (process.env["PULUMI_DEBUG_PROMISE_LEAKS"] || limit !== undefined) return;
  limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  queueMicrotask(resumeStackTraces);
}

/** Has stack traces captured again. */
export function resumeStackTraces(): void {
  if (limit === undefined) return;
  Error.stackTraceLimit = limit;
  limit = undefined;
}
